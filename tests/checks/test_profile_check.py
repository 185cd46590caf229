"""The check `profile`: whose finding it is, what holds, what is not asked, and what has to be read."""

import json

import pytest
from staging import BASE, answer, check, entry, known, resource, search, searchset

from conformance import packages, shipped
from conformance.checks import KINDS, judge, on_sent, wants
from conformance.model import Evidence, Result
from conformance.pointer import changed

AI = "ai-prediction"
URL = f"https://annotatemd.com/fhir/ig/StructureDefinition/{AI}"


def fixture(name, put=None, drop=()):
    body = json.loads((shipped.fixtures() / f"{name}.json").read_text(encoding="utf-8"))
    return changed(body, put or {}, drop)


def prediction(put=None, drop=()):
    return fixture("observation-ai-prediction", put, drop)


def owned(value, requirement=None):
    made = check("profile", value)
    return (
        made
        if requirement is None
        else type(made)(index=1, kind="profile", value=value, requirement=requirement)
    )


def by_requirement(outcomes):
    told = {}
    for outcome in outcomes:
        told.setdefault(outcome.requirement, set()).add(outcome.result)
    return told


def test_without_for_each_rule_speaks_for_its_own_requirement():
    told = by_requirement(judge(owned(AI), answer(prediction({"/status": "final"}, ["/device"]))))
    assert told["DERM-AIP-03"] == {Result.FAILED}
    assert told["DERM-AIP-08"] == {Result.FAILED}
    assert told["DERM-AIP-01"] == told["DERM-AIP-05"] == {Result.HELD}


def test_a_finding_has_the_place_the_values_and_the_evidence_of_its_rule():
    found = judge(owned(AI), answer(prediction(drop=["/device", "/method"])))
    evidence = {o.requirement: o.evidence for o in found if o.result is Result.FAILED}
    # DERM-AIP-02 itself is descriptive; that there is a method at all is assumed.
    assert evidence == {"DERM-AIP-08": Evidence.INFERRED, "DERM-AIP-02": Evidence.ASSUMED}
    (final,) = (
        o for o in judge(owned(AI), answer(prediction({"/status": "final"}))) if o.result is Result.FAILED
    )
    assert (final.at, final.requirement, final.about) == (
        "Observation.status",
        "DERM-AIP-03",
        "Observation/observation-ai-prediction",
    )
    assert final.message.startswith("Observation.status: ")


@pytest.mark.parametrize("value", [AI, "AIPrediction", URL, f"{URL}|0.1.0"])
def test_for_filters_and_the_profile_goes_by_each_of_its_names(value):
    broken = answer(prediction({"/status": "final"}))
    assert by_requirement(judge(owned(value, "DERM-AIP-01"), broken)) == {"DERM-AIP-01": {Result.HELD}}
    assert by_requirement(judge(owned(value, "DERM-AIP-03"), broken)) == {"DERM-AIP-03": {Result.FAILED}}


def test_a_for_that_no_rule_carries_stands_for_the_whole_profile():
    whole = owned(AI, "R4-CAP-07")
    assert by_requirement(judge(whole, answer(prediction()))) == {"": {Result.HELD}}
    final = judge(whole, answer(prediction({"/status": "final"})))
    assert by_requirement(final) == {"DERM-AIP-03": {Result.FAILED}}
    unlawful = judge(whole, answer(prediction({"/effectiveDateTime": "yesterday"})))
    assert by_requirement(unlawful) == {"": {Result.FAILED}}


def test_what_breaks_fhir_itself_is_not_put_down_to_a_rule_of_the_guide():
    told = judge(owned(AI), answer(prediction({"/effectiveDateTime": "yesterday"})))
    assert Result.FAILED not in {outcome.result for outcome in told}


def test_a_member_that_fhir_does_not_know_is_no_reason_to_fail_a_server():
    told = judge(owned(AI, "R4-CAP-07"), answer(prediction({"/meta/project": "p1"})))
    assert [(o.result, o.at, o.evidence) for o in told] == [
        (Result.FAILED, "Observation.meta", Evidence.INFERRED)
    ]
    both = prediction({"/meta/project": "p1", "/effectiveDateTime": "yesterday"})
    assert {o.evidence for o in judge(owned(AI, "R4-CAP-07"), answer(both))} == {Evidence.INFERRED, ""}


def test_of_an_element_that_is_not_there_nothing_is_said_to_hold():
    told = by_requirement(judge(owned(AI), answer(prediction(drop=["/component"]))))
    assert told["DERM-AIP-11"] == {Result.NOT_ASKED}
    there = by_requirement(judge(owned(AI), answer(prediction())))
    assert there["DERM-AIP-11"] == {Result.HELD}


def test_of_a_value_that_is_unlawful_no_rule_is_said_to_hold():
    told = by_requirement(judge(owned(AI), answer(prediction({"/status": " final "}))))
    assert Result.HELD not in told["DERM-AIP-05"] | told["DERM-AIP-03"]
    assert told["DERM-AIP-01"] == {Result.HELD}


def test_each_match_of_a_search_is_judged_and_named():
    good, bad = prediction({"/id": "a"}), prediction({"/id": "b", "/status": "final"})
    body = searchset(entry(good), entry(bad), entry(fixture("documentreference-photo"), "include"))
    found = judge(owned(AI, "DERM-AIP-03"), search(body, []))
    assert [(o.about, o.result) for o in found] == [
        ("Observation/a", Result.HELD),
        ("Observation/b", Result.FAILED),
    ]


def test_what_was_sent_is_judged_by_the_same_rule():
    asked = owned(AI, "DERM-AIP-03")
    sent = on_sent(asked, answer(prediction({"/status": "final"})), prediction(), "Observation/o")
    assert by_requirement(sent) == {"DERM-AIP-03": {Result.HELD}}


QUESTIONNAIRE = {"resourceType": "Questionnaire", "id": "q", "status": "draft"}


def derived(reference):
    return prediction({"/derivedFrom": [{"reference": reference}]})


def test_a_reference_that_tells_its_type_need_not_be_read():
    asked = owned(AI)
    for scene in (
        answer(derived(f"{BASE}/Questionnaire/q")),
        answer(derived("Questionnaire/q"), **known(resource("q", QUESTIONNAIRE))),
        answer(derived("Questionnaire/q"), resolved={"Questionnaire/q": QUESTIONNAIRE}),
    ):
        assert by_requirement(judge(asked, scene))["DERM-AIP-07a"] == {Result.FAILED}
        assert wants(asked, scene) == []


def example(name):
    path = packages.folder("smart-imaging") / "example" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def failed(outcomes):
    return [outcome.at for outcome in outcomes if outcome.result is Result.FAILED]


def test_a_target_that_has_to_keep_a_profile_of_its_own_is_wanted_and_judged_once_it_is_read():
    study, endpoint = example("ImagingStudy-example-study"), example("Endpoint-example-endpoint")
    asked, to = owned("smart-imaging-study", "R4-CAP-07"), f"Endpoint/{endpoint['id']}"
    assert to in wants(asked, answer(study))
    assert wants(asked, answer(study, resolved={to: endpoint})) == []
    assert failed(judge(asked, answer(study, resolved={to: endpoint}))) == []
    other = {**endpoint, "connectionType": {"system": "http://example.org", "code": "fax"}}
    assert failed(judge(asked, answer(study, resolved={to: other}))) != []


def test_a_reference_to_another_server_is_not_read():
    assert "https://other.test/r4/Media/8" not in wants(
        owned(AI), answer(derived("https://other.test/r4/Media/8"))
    )


def test_an_unknown_profile_is_told_with_the_nearest_name():
    (complaint,) = KINDS["profile"].lint(owned("ai-predictoin"))
    assert "'ai-predictoin' is not at hand" in complaint
    assert "did you mean 'ai-prediction'?" in complaint
    assert KINDS["profile"].lint(owned(AI)) == []
    assert by_requirement(judge(owned("http://nowhere.example/p"), answer(prediction()))) == {
        "": {Result.UNTESTED}
    }
