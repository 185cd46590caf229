import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator
from staging import answer, check, entry, exchange, observation, search, searchset

from conformance.checks import KINDS, Scene, judge, on_sent, wants
from conformance.checks.conditions import SCHEMA as WHEN
from conformance.model import Result


def results(outcomes):
    return [outcome.result.value for outcome in outcomes]


def test_every_kind_of_the_language_stands_in_the_registry_under_its_own_name():
    expected = ["status", "header", "fhirpath", "jsonpath", "reference", "results", "outcome", "label"]
    assert sorted(KINDS) == sorted(
        [*expected, "same", "attempts", "profile", "sctids", "parts", "payload", "discloses"]
    )
    assert all(kind.name == name for name, kind in KINDS.items())


def test_a_kind_judges_either_resources_or_the_whole_answer():
    for kind in KINDS.values():
        assert (kind.judge is None) == (kind.judge_one is not None) == (kind.subjects is not None)


@pytest.mark.parametrize("schema", [*(k.schema for k in KINDS.values()), WHEN])
def test_every_schema_is_a_json_schema(schema):
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_keys_beside_a_kind_have_schemas(kind):
    assert kind.predicates == frozenset(kind.beside)
    for schema in kind.beside.values():
        Draft202012Validator.check_schema(schema)


GOOD = [
    ("status", 200),
    ("status", [200, "3xx"]),
    ("status", "any"),
    ("header", "Location"),
    ("results", {"has": ["a"], "per-page": 2}),
    ("results", {"only": []}),
    ("outcome", {"severity": ["error", "fatal"], "code": "not-found"}),
    ("label", {"has": ["http://system|AIAST"], "once": True}),
    ("attempts", {"first": 503, "header": "Retry-After", "last": 200}),
]
BAD = [
    ("status", "20x"),
    ("status", 99),
    ("status", []),
    ("header", "not a header"),
    ("results", {}),
    ("results", {"contains": ["a"]}),
    ("results", {"total": -1}),
    ("outcome", {"severity": 4}),
    ("label", {"has": ["AIAST"]}),
    ("label", {"has": []}),
    ("attempts", {"second": 200}),
]


@pytest.mark.parametrize(("kind", "value"), GOOD)
def test_a_schema_takes_what_the_language_allows(kind, value):
    assert Draft202012Validator(KINDS[kind].schema).is_valid(value)


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_a_schema_refuses_what_the_language_does_not_know(kind, value):
    assert not Draft202012Validator(KINDS[kind].schema).is_valid(value)


CONDITIONS = [
    ({"status": 200}, 200, True),
    ({"status": [200, 404]}, 404, True),
    ({"status": "2xx"}, 404, False),
    ({"attempt": 200}, 200, True),
    ({"attempt": 503}, 200, False),
    ({"fhirpath": "Observation.status = 'preliminary'"}, 200, True),
    ({"fhirpath": "Observation.status = 'final'"}, 200, False),
    ({"fhirpath": "Observation.note"}, 200, False),
    ({"fhirpath": "Observation.nosuch"}, 200, False),
    ({"status": 200, "fhirpath": "Observation.note.exists()"}, 200, False),
]


def test_a_refusal_is_not_told_to_lack_elements():
    refused = answer({"detail": "Not Found"}, 404)
    asked = check(
        "fhirpath", "Observation.status", is_="final", when={"fhirpath": "Observation.method.exists()"}
    )
    assert [o.message for o in judge(asked, refused)] == [
        "not asked: the answer was 404 and holds no Observation"
    ]


@pytest.mark.parametrize(("when", "status", "met"), CONDITIONS)
def test_a_check_whose_condition_does_not_hold_is_not_asked_or_untested_after_a_refusal(when, status, met):
    found = judge(check("status", "any", when=when), answer(observation(), status))
    assert (found[0].result is Result.OBSERVED) == met
    lacking = Result.UNTESTED if status >= 400 and "attempt" not in when else Result.NOT_ASKED
    assert met or found[0].result is lacking
    assert met or found[0].message.startswith("not asked: ")


def test_an_attempt_that_did_not_count_meets_the_condition():
    scene = Scene(verb="read", exchanges=(exchange(503, 200),))
    assert results(judge(check("status", 200, when={"attempt": 503}), scene)) == ["held"]


@pytest.mark.parametrize(
    ("kind", "value", "beside"),
    [
        ("fhirpath", "Observation.status", {"is_": "preliminary"}),
        ("label", {"lacks": ["s|c"]}, {}),
        ("reference", "Observation.derivedFrom", {"to": ["Media"]}),
        ("results", {"has": ["a"]}, {}),
        ("same", "a", {"in_": ["resource"]}),
        ("jsonpath", "$.status", {"exists": True}),
    ],
)
@pytest.mark.parametrize("scene", [answer(observation(), 500), answer(None), answer([1]), Scene(verb="read")])
def test_a_body_check_without_a_good_body_is_untested_and_says_why(kind, value, beside, scene):
    if kind == "jsonpath" and scene.body == [1]:
        return
    found = judge(check(kind, value, **beside), scene)
    assert set(results(found)) == {"untested"}
    assert all(outcome.message for outcome in found)


def test_an_error_answer_is_judged_where_the_check_asks_for_its_status():
    scene = answer(observation(), 409)
    asked = check("fhirpath", "Observation.status", is_="preliminary", when={"status": 409})
    assert results(judge(asked, scene)) == ["held"]


def test_a_resource_that_the_server_marks_as_cut_is_not_failed_for_what_it_lacks():
    cut = observation(meta={"tag": [{"system": "any", "code": "SUBSETTED"}]})
    lost = judge(check("fhirpath", "Observation.note.exists()"), answer(cut))
    kept = judge(check("fhirpath", "Observation.status.exists()"), answer(cut))
    assert (results(lost), results(kept)) == (["untested"], ["held"])
    assert "SUBSETTED" in lost[0].message


def test_one_outcome_stands_for_each_match_and_names_it():
    body = searchset(
        entry(observation("a")), entry(observation("b", status="final")), entry(observation("c"), "include")
    )
    found = judge(
        check("fhirpath", "Observation.status", is_="preliminary"), search(body, [], type_="Observation")
    )
    assert [(o.about, o.result.value) for o in found] == [
        ("Observation/a", "held"),
        ("Observation/b", "failed"),
    ]


def test_the_same_check_is_put_to_the_body_that_was_sent():
    asked = check("fhirpath", "Observation.status", is_not="final")
    scene = answer(observation(status="final"))
    assert results(judge(asked, scene)) == ["failed"]
    sent = on_sent(asked, scene, observation(), "Observation/o1")
    assert results(sent) == ["held"]
    assert sent[0].about == "Observation/o1"


def test_what_is_no_check_of_a_body_says_nothing_of_what_was_sent():
    assert on_sent(check("status", 200), answer(observation()), observation(), "Observation/o1") == []


def test_a_reference_check_tells_what_has_to_be_read():
    body = observation(derivedFrom=[{"reference": "Media/7"}, {"reference": "https://other.test/r4/Media/8"}])
    asked = check("reference", "Observation.derivedFrom", resolves=True)
    assert wants(asked, answer(body)) == ["Media/7"]
    assert wants(check("status", 200), answer(body)) == []
    assert wants(check("reference", "derivedFrom", resolves=True, when={"status": 404}), answer(body)) == []


def test_the_registry_is_cheap_to_import():
    code = "import sys, conformance.checks; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    slow = {"conformance.fhirpath", "jsonpath_ng", "conformance.search", "conformance.profiles"}
    assert not slow & set(loaded.split())
