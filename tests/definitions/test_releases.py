"""The definitions answer for the release that is current, in its thread alone; R4 is what nobody set."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from conformance import fhirpath
from conformance.definitions import r4
from conformance.definitions.form import shaped
from conformance.definitions.release import RELEASES, current, release, version
from conformance.problem import Problem

OWN = {"R4": "Media", "R5": "ImagingSelection", "STU3": "ImagingManifest", "DSTU2": "ImagingObjectSelection"}


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
