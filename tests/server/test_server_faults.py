"""Faults: every one is described, breaks a requirement that exists, and can be seen by a client."""

import re
from types import SimpleNamespace

import pytest
import server_hub
import server_images
from server_steps import BAD, GOOD, PATIENT, PREDICTION, SAMPLE, A, ask, bundle, transcript

from conformance.catalogue import requirements
from conformance.problem import Problem
from conformance.server.behaviour import overridden
from conformance.server.faults import FAULTS, faulty
from conformance.server.faults.registry import breaks
from conformance.server.hub.behaviour import Casting
from conformance.server.hub.hub import Hub
from conformance.server.imaging.behaviour import Imaging
from conformance.server.imaging.capability import Mint
from conformance.server.imaging.generations import NEWEST
from conformance.server.imaging.side import Side
from conformance.server.sample import fill
from conformance.server.site import Site
from conformance.server.store import Store
from conformance.server.variations import VARIATIONS


@pytest.fixture(scope="module")
def honest():
    behaviour, searcher, *_ = faulty(())
    store = Store(deterministic=True)
    fill(store)
    seen = transcript(
        Site(base="http://s/fhir", store=store, behaviour=behaviour, searcher=searcher, seeded=True)
    )
    store.close()
    return seen


@pytest.fixture(scope="module")
def honest_hub():
    return server_hub.seen(Hub())


@pytest.fixture(scope="module")
def honest_images():
    return server_images.seen(site_with())


def site_with(*classes):
    """Return a site of whose images these classes decide."""
    side = Side(
        behaviour=overridden(classes).imaging, mint=Mint(key=bytes(32)), clock=lambda: 1_800_000_000.0
    )
    return SimpleNamespace(side=side)


def test_the_images_of_the_honest_server_are_the_same_every_time_and_never_break_down(honest_images, site):
    assert server_images.seen(site()) == honest_images
    assert {status for _, status, _, _ in honest_images} == {200, 400, 401, 403, 404, 406, 503}


def test_a_fault_of_images_is_met_by_what_is_asked(honest_images):
    class Unguarded(Imaging):
        def guards(self, door):
            return door != "bulkdata"

    assert server_images.seen(site_with(Unguarded)) != honest_images


def test_the_honest_server_repeats_itself(honest, site):
    assert transcript(site()) == honest


def test_the_honest_server_never_breaks_down(honest):
    assert [seen for seen in honest if seen[2] >= 500] == []


@pytest.mark.parametrize(
    "name", [name for name, fault in FAULTS.items() if issubclass(fault.overriding, Casting)]
)
def test_a_fault_can_be_seen_by_an_application(name, honest_hub):
    assert server_hub.seen(Hub(faulty([name]).casting)) != honest_hub


@pytest.mark.parametrize(
    "name", [name for name, fault in FAULTS.items() if not issubclass(fault.overriding, Casting)]
)
def test_a_fault_can_be_seen_by_a_client(name, honest, honest_images, site):
    of_images = issubclass(FAULTS[name].overriding, Imaging)
    generation = FAULTS[name].generation or NEWEST
    if generation != NEWEST:
        honest_images = server_images.seen(site(generation=generation))
    seen = server_images.seen(site(name, generation=generation)) if of_images else transcript(site(name))
    file = "server_images.py" if of_images else "server_steps.py"
    told = f"no answer of tests/server/{file} differs with {name}: add a step there that meets it"
    # Compared outside the assertion, which would print both transcripts.
    differs = seen != (honest_images if of_images else honest)
    assert differs, told
    if name not in {"second-delete-fails", "nothing-to-include-is-error"} and not of_images:
        assert [one for one in seen if one[2] >= 500] == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_says_in_one_sentence_what_it_does(name):
    fault = FAULTS[name]
    assert fault.name == name
    assert re.fullmatch(r"[A-Z`][^\n]*\.", fault.sentence)
    assert ". " not in fault.sentence


def test_every_fault_breaks_a_requirement_of_the_catalogue():
    assert {fault.breaks for fault in FAULTS.values()} <= set(requirements())


def test_every_fault_has_a_base_of_its_own(fhir):
    root = fhir.base.removesuffix("/fhir")
    for name in FAULTS:
        assert fhir(
            "POST", f"{root}/faults/{name}/fhir/Basic", {"resourceType": "Basic", "code": {"text": "x"}}
        ).status_code in {200, 201}
    assert fhir("GET", "Basic?code:text=x&_summary=count").json()["total"] == 0


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_variation_can_be_seen_and_breaks_nothing_down(name, honest, honest_images, honest_hub):
    if all(issubclass(one, Casting) for one in VARIATIONS[name].classes):
        assert server_hub.seen(Hub(overridden(VARIATIONS[name].classes).casting)) != honest_hub
        return
    if all(issubclass(one, Imaging) for one in VARIATIONS[name].classes):
        assert server_images.seen(site_with(*VARIATIONS[name].classes)) != honest_images
        return
    store = Store(deterministic=True)
    fill(store)
    behaviour, searcher, *_ = overridden(VARIATIONS[name].classes)
    one = Site(base="http://s/fhir", store=store, behaviour=behaviour, searcher=searcher, seeded=True)
    seen = transcript(one)
    store.close()
    assert {step[2] for step in seen if step[2] >= 500} <= {503 if name == "busy-now-and-then" else 0}
    # References become absolute only where the client's host is known: over a socket.
    assert (seen != honest) is (name != "absolute-references")


def test_absolute_references_lead_to_the_base_of_the_variation(fhir):
    base = fhir.base.replace("/fhir", "/variations/absolute-references/fhir")
    read = fhir("GET", f"{base}/Observation/sample-prediction-1").json()
    assert read["subject"]["reference"] == f"{base}/Patient/sample-patient-1"
    assert fhir("GET", read["device"]["reference"]).status_code == 200


def test_faults_can_be_combined(site):
    both = site("create-answers-ok", "no-self-link", "prediction-final")
    made = ask(both, "POST", "Observation", SAMPLE[PREDICTION])
    assert (made.status, made.resource["status"]) == (200, "final")
    assert "link" not in ask(both, "GET", "Patient").resource


def test_a_fault_that_is_not_registered_is_told_where_modules_are_named():
    with pytest.raises(Problem) as problem:
        faulty(["zebra"])
    assert problem.value.hint == "a module of its own is named in conformance/server/faults/__init__.py"


def test_an_unknown_fault_is_a_problem_with_a_hint():
    with pytest.raises(Problem) as problem:
        faulty(["no-rolback"])
    assert problem.value.hint == "did you mean 'no-rollback'?"


def created(site, resource):
    return ask(site, "POST", resource["resourceType"], resource).resource


def test_without_rollback_the_good_entries_of_a_failed_transaction_stay(site):
    for name, left in (((), 0), (("no-rollback",), 1)):
        one = site(*name, seeded=False)
        assert ask(one, "POST", "", bundle("transaction", *GOOD, BAD)).status == 400
        assert ask(one, "GET", "Observation?_summary=count").resource["total"] == left


def test_links_stay_where_they_are_not_rewritten(site):
    made = ask(
        site("links-not-rewritten"), "POST", "", bundle("transaction", *GOOD), prefer="return=representation"
    )
    assert made.resource["entry"][0]["resource"]["subject"]["reference"] == A


def test_labels_are_lost_only_where_the_fault_says_so(site):
    one = site("confirmed-label-lost")
    assert "security" not in created(one, SAMPLE["sample-annotation-confirmed"])["meta"]
    assert created(one, SAMPLE["sample-annotation-corrected"])["meta"]["security"][0]["code"] == "AIAST"
    assert created(one, SAMPLE[PREDICTION])["meta"]["security"][0]["code"] == "AIAST"


def test_a_score_in_hundredths_keeps_its_unit(site):
    made = created(site("confidence-as-percentage"), SAMPLE["sample-annotation-expert"])
    quantity = made["component"][1]["valueQuantity"]
    assert (quantity["value"], quantity["code"]) == (88, "1")


def test_deleted_resources_are_found_where_the_fault_says_so(site):
    one = site("deleted-found")
    id_ = created(one, PATIENT)["id"]
    ask(one, "DELETE", f"Patient/{id_}")
    assert ask(one, "GET", f"Patient/{id_}").status == 410
    assert ask(one, "GET", f"Patient?_id={id_}").resource["total"] == 1


def test_the_or_fault_leaves_and_alone(site):
    one = site("first-alternative-only")
    ids = "sample-prediction-1,sample-prediction-2"
    assert ask(one, "GET", f"Observation?_id={ids}").resource["total"] == 1
    assert ask(one, "GET", f"Observation?_id={ids}&method=nosuch").resource["total"] == 0


def test_strangers_are_those_that_do_not_match(site):
    found = ask(site("strangers-found"), "GET", "Observation?method=ai-inference").resource["entry"]
    methods = [one["resource"]["method"]["coding"][0]["code"] for one in found]
    assert methods[:2] == ["ai-inference"] * 2
    assert methods[2:]
    assert "ai-inference" not in methods[2:]


THREAD = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+/(issues|pull)/[1-9]\d*")


def test_at_least_a_third_of_the_faults_are_bugs_that_real_servers_had():
    seen = [fault for fault in FAULTS.values() if fault.seen]
    assert 3 * len(seen) >= len(FAULTS), f"{len(seen)} of {len(FAULTS)}"


@pytest.mark.parametrize("name", [fault.name for fault in FAULTS.values() if fault.seen])
def test_a_fault_that_was_seen_names_one_thread_of_a_public_tracker(name):
    assert THREAD.fullmatch(FAULTS[name].seen)


@pytest.mark.parametrize("seen", ["http://tracker.example/1", "https://", "https://a b", "see the tracker"])
def test_where_a_fault_was_seen_is_an_https_url(seen):
    with pytest.raises(ValueError, match="is no https URL"):
        breaks("R4-CRE-02", seen=seen)
