"""The definitions answer for the release that is current, in its thread alone; R4 is what nobody set."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conformance import fhirpath
from conformance.definitions import ballot, r4
from conformance.definitions.form import shaped
from conformance.definitions.release import RELEASES, current, release, version
from conformance.problem import Problem

OWN = {
    "R4": "Media",
    "R5": "ImagingSelection",
    "R6": "ImagingSelection",
    "STU3": "ImagingManifest",
    "DSTU2": "ImagingObjectSelection",
}
DATA = Path(r4.__file__).parent / "data"


@pytest.mark.parametrize("name", RELEASES)
def test_each_release_has_its_own_types(name):
    with release(name):
        assert OWN[name] in r4.resource_types()
        assert not r4.resource_types() & (set(OWN.values()) - {OWN[name]})
        assert version() == RELEASES[name]


def test_nothing_is_left_of_a_release_that_is_over():
    before = r4.children("Patient")
    with release("DSTU2"):
        assert r4.children("Patient") != before
    with pytest.raises(Problem), release("DSTU2"):
        r4.ancestry("ImagingSelection")
    assert current() == "R4"
    assert r4.children("Patient") is before


def test_another_thread_speaks_r4():
    with release("R5"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(current).result() == "R4"


@pytest.mark.parametrize("name", RELEASES)
def test_every_search_parameter_is_an_expression_of_its_release(name):
    left_out = {("Bundle", "composition"), ("Bundle", "message")}  # of types that are not kept
    with release(name):
        for type_ in sorted(r4.resource_types()):
            for code, found in r4.parameters(type_).items():
                if found.expression and (type_, code) not in left_out:
                    fhirpath.compile(found.expression, type_)


@pytest.mark.parametrize(
    ("name", "expression", "base"),
    [
        ("R5", "ImagingSelection.instance.subset", "ImagingSelection"),
        ("R6", "ImagingSelection.instance.frameNumber", "ImagingSelection"),
        ("STU3", "ImagingManifest.study.series.instance.sopClass", "ImagingManifest"),
        ("DSTU2", "Observation.related.target", "Observation"),
    ],
)
def test_an_expression_is_compiled_for_each_release_apart(name, expression, base):
    with release(name):
        assert fhirpath.compile(expression, base)
    with pytest.raises(Problem):
        fhirpath.compile(expression, base)


def test_what_is_required_and_what_repeats_is_as_published():
    with release("R5"):
        rows = r4.children("ImagingSelection")
        assert {name for name, row in rows.items() if row.min} == {"status", "code"}
        assert r4.element("ImagingSelection.instance.imageRegion2D.coordinate").types == ("decimal",)
    with release("STU3"):
        assert {name for name, row in r4.children("ImagingManifest").items() if row.min} == {
            "patient",
            "study",
        }
    with release("DSTU2"):
        required = {name for name, row in r4.children("ImagingObjectSelection").items() if row.min}
        assert required == {"uid", "patient", "title", "study"}
        assert r4.children("Observation.component")["code"].content == ""


def test_r6_has_in_place_of_one_subset_a_list_of_numbers_for_each_kind():
    with release("R6"):
        inside = r4.children("ImagingSelection.instance")
        assert "subset" not in inside
        for name in ("frameNumber", "segmentNumber", "referencedContentItemIdentifier", "regionOfInterest"):
            assert (inside[name].types, inside[name].max) == (("positiveInt",), "*")
        assert inside["sopClass"].types == ("oid",)
        assert "imageRegion2D" in inside
        assert "imageRegion3D" not in inside
        assert r4.element("ImagingSelection.imageRegion3D.coordinate").types == ("decimal",)
        assert {name for name, row in r4.children("ImagingSelection").items() if row.min} == {
            "status",
            "code",
        }


def test_r6_keeps_the_rest_of_a_selection_as_r5_has_it():
    with release("R5"):
        before = r4.children("ImagingSelection")
    with release("R6"):
        after = r4.children("ImagingSelection")
    assert list(after) == [*before, "imageRegion3D"]
    changed = {name for name, row in before.items() if row != after[name]}
    assert changed == {"subject", "basedOn"}
    assert "Patient" in after["subject"].targets


def test_the_data_of_r6_are_what_is_drawn_from_those_of_r5():
    def read(name):
        return json.loads(gzip.decompress((DATA / name).read_bytes()))

    drawn = ballot.elements(read("r5/elements.json.gz"))
    assert read("r6/elements.json.gz") == drawn
    assert read("r6/parameters.json.gz") == ballot.parameters(read("r5/parameters.json.gz"), drawn)


@pytest.mark.parametrize(
    ("instance", "told"),
    [
        ({"subset": ["2"]}, "ImagingSelection.instance.subset: FHIR R6 has no such element"),
        ({"sopClass": {"code": "1"}}, "ImagingSelection.instance.sopClass: a oid is due"),
        ({"frameNumber": 2}, "ImagingSelection.instance.frameNumber: a list is due"),
        ({"imageRegion3D": []}, "ImagingSelection.instance.imageRegion3D: FHIR R6 has no such element"),
    ],
)
def test_the_form_of_r5_is_not_that_of_r6(instance, told):
    selection = {"resourceType": "ImagingSelection", "status": "available", "code": {"text": "key"}}
    with release("R6"):
        assert list(shaped({**selection, "instance": [{"uid": "1.2", **instance}]})) == [told]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"status": None}, "ImagingSelection.status is missing"),
        ({"isbn": 1}, "ImagingSelection.isbn: FHIR R5 has no such element"),
        ({"instance": {"uid": "1"}}, "ImagingSelection.instance: a list is due"),
        ({"studyUid": ["1"]}, "ImagingSelection.studyUid: a single value is due"),
        ({"instance": [{"number": 1}]}, "ImagingSelection.instance.uid is missing"),
        ({"subject": "Patient/1"}, "ImagingSelection.subject: a Reference is due"),
        ({"studyUid": {"value": "1"}}, "ImagingSelection.studyUid: a id is due"),
        ({"contained": [{"resourceType": "Media"}]}, "FHIR R5 has no resource type 'Media'"),
    ],
)
def test_a_form_is_judged_by_its_release(change, told):
    whole = {"resourceType": "ImagingSelection", "status": "available", "code": {"text": "key"}}
    broken = {name: value for name, value in {**whole, **change}.items() if value is not None}
    with release("R5"):
        assert list(shaped(whole)) == []
        assert list(shaped(broken)) == [told]
