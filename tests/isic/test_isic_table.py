"""The table of ISIC's labels: valid, versioned, and never surer than its sources."""

import json
from pathlib import Path

import pytest

from conformance import guides, jsontext
from conformance.definitions.sctid import may_be_code
from conformance.isic import mapping

TARGETS = [
    pytest.param(source, label, target, id=f"{source.version} {label} {target.code}")
    for source, rows in mapping.table().items()
    for label, targets in rows.items()
    for target in targets
]
SITES = Path(guides.__file__).parent / "packages/dermatology/ValueSet-body-sites-skin.json"


def test_the_table_is_a_valid_concept_map():
    value = jsontext.loads(mapping.FILE.read_text(encoding="utf-8"))
    assert [one for one in guides.shipped().issues(value) if one.severity == "error"] == []


@pytest.mark.parametrize(("source", "label", "target"), TARGETS)
def test_a_target_has_a_confidence_and_a_right_check_digit_or_no_code(source, label, target):
    assert target.confidence in {"high", "medium", "low"}, (source, label)
    assert target.equivalence == "unmatched" if not target.code else may_be_code(target.code)


@pytest.mark.parametrize(("source", "label", "target"), TARGETS)
def test_what_is_unverified_has_no_code_to_be_used(source, label, target):
    assert (target.confidence != "low") or not target.code, (source, label)


def test_a_class_is_mapped_by_its_set():
    assert mapping.of_class("2018", "AKIEC") == ""
    assert mapping.of_class("2019", "AK") == "201101007"
    assert mapping.of_class("milk10k", "SCCKA") == mapping.of_class("2019", "SCC") == "254651007"


@pytest.mark.parametrize("version", ["2018", "2019"])
@pytest.mark.parametrize("label", ["BKL", "DF", "VASC"])
def test_classes_that_no_source_settles_have_no_code(version, label):
    assert mapping.of_class(version, label) == ""


def test_unknown_has_no_code():
    assert mapping.of_class("2019", "UNK") == ""


def test_a_diagnosis_is_mapped_by_the_nearest_row_above_it():
    above = "Malignant:Malignant melanocytic proliferations (Melanoma)"
    assert mapping.of_path(mapping.DIAGNOSES, f"{above}:Melanoma in situ:Anything") == "372244006"
    assert mapping.of_path(mapping.DIAGNOSES, "Malignant") == ""
    assert mapping.of_path(mapping.DIAGNOSES, "") == ""


def test_sites_have_codes_of_the_guides_value_set():
    known = {
        one["code"] for part in json.loads(SITES.read_text())["compose"]["include"] for one in part["concept"]
    }
    rows = next(rows for source, rows in mapping.table().items() if source.system == mapping.SITES)
    assert {target.code for targets in rows.values() for target in targets} <= known
