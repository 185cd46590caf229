"""`some: true`: one reference that fits is enough."""

from conformance.checks import judge
from conformance.checks.scene import Scene
from conformance.model import Check, Result


def _judged(references, **beside):
    body = {"resourceType": "Observation", "id": "o", "derivedFrom": references}
    scene = Scene(verb="read", type="Observation", base="http://h/fhir", body=body)
    check = Check(
        index=1, kind="reference", value="Observation.derivedFrom", predicates={"to": ["Media"], **beside}
    )
    return [outcome.result for outcome in judge(check, scene)]


_MEDIA, _OTHER, _OPAQUE = ({"reference": r} for r in ("Media/1", "Observation/2", "urn:x"))


def test_without_it_every_reference_must_fit():
    assert _judged([_MEDIA, _OTHER]) == [Result.HELD, Result.FAILED]


def test_with_it_one_that_fits_is_enough():
    assert _judged([_OTHER, _MEDIA], some=True) == [Result.HELD]


def test_with_it_one_that_cannot_be_told_leaves_it_open():
    assert _judged([_OTHER, _OPAQUE], some=True) == [Result.UNTESTED]


def test_with_it_none_that_fits_fails():
    assert _judged([_OTHER], some=True) == [Result.FAILED]
