"""`$validate` at its three levels, what it refuses, and profiles that are enforced on write."""

import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome
from server_steps import SAMPLE, ask, bundle

from conformance.server.behaviour import overridden
from conformance.server.site import Site
from conformance.server.store import Store

PROFILE = "https://annotatemd.com/fhir/ig/StructureDefinition/ai-prediction"
PATIENT = {"resourceType": "Patient", "birthDate": "1980-02-03"}
WRONG = {"resourceType": "Patient", "birthDate": "soon"}
PREDICTION = next(r for r in SAMPLE.values() if PROFILE in r.get("meta", {}).get("profile", ()))
FINAL = {**PREDICTION, "status": "final"}
BARE = {**FINAL, "meta": {key: value for key, value in FINAL["meta"].items() if key != "profile"}}
LOCAL = f"Observation/{PREDICTION['id']}"


def parameters(**values):
    rows = [
        {"name": name, "resource" if name == "resource" else "valueUri": value}
        for name, value in values.items()
    ]
    return {"resourceType": "Parameters", "parameter": rows}


def errors(reply):
    outcome = OperationOutcome.model_validate(reply.resource)
    return [(issue.expression[0], issue.details.text) for issue in outcome.issue if issue.severity == "error"]


@pytest.mark.parametrize("path", ["$validate", "Patient/$validate"])
def test_a_valid_resource_is_answered_with_200_and_no_error(site, path):
    reply = ask(site(), "POST", path, PATIENT)
    assert (reply.status, errors(reply)) == (200, [])


@pytest.mark.parametrize("path", ["$validate", "Patient/$validate"])
@pytest.mark.parametrize(
    "body", [WRONG, parameters(resource=WRONG), parameters(resource=WRONG, mode="create")]
)
def test_what_is_found_is_told_with_its_place_and_200(site, path, body):
    reply = ask(site(), "POST", path, body)
    assert (reply.status, [at for at, _ in errors(reply)]) == (200, ["Patient.birthDate"])


def test_the_profiles_that_a_resource_claims_are_judged(site):
    reply = ask(site(), "POST", "Observation/$validate", FINAL)
    assert ("Observation.status", "derm-aip-03: An AI prediction is never final.") in errors(reply)


@pytest.mark.parametrize("how", ["parameters", "url"])
def test_a_profile_is_judged_because_it_is_asked_for(site, how):
    assert errors(ask(site(), "POST", "Observation/$validate", BARE)) == []
    url = "Observation/$validate" + (f"?profile={PROFILE}" if how == "url" else "")
    body = BARE if how == "url" else parameters(resource=BARE, profile=PROFILE)
    assert [at for at, _ in errors(ask(site(), "POST", url, body))] == ["Observation.status"]


def test_an_instance_is_judged_as_it_is_stored(site):
    honest, labelless = site(), site("prediction-label-lost")
    assert errors(ask(honest, "GET", f"{LOCAL}/$validate")) == []
    made = ask(labelless, "POST", "Observation", PREDICTION).resource["id"]
    told = errors(ask(labelless, "POST", f"Observation/{made}/$validate"))
    assert [text.partition(":")[0] for _, text in told] == ["derm-aip-01"]


def test_an_update_is_validated_with_its_id_and_type(site):
    right = ask(site(), "POST", f"{LOCAL}/$validate?mode=update", PREDICTION)
    other = ask(site(), "POST", f"{LOCAL}/$validate?mode=update", {**PREDICTION, "id": "other"})
    another = ask(site(), "POST", f"{LOCAL}/$validate?mode=update", PATIENT)
    assert errors(right) == []
    assert [at for at, _ in errors(other)] == ["Observation.id"]
    assert [at for at, _ in errors(another)] == ["resourceType"]


def test_a_deletion_is_validated_for_one_resource_only(site):
    assert errors(ask(site(), "POST", f"{LOCAL}/$validate?mode=delete")) == []
    assert ask(site(), "POST", "Observation/$validate?mode=delete").status == 400


REFUSED = [
    (("POST", "Observation/$validate?profile=http://nowhere.example/p", PREDICTION), 400, "not-found"),
    (("POST", "Patient/$validate?mode=revive", PATIENT), 400, "value"),
    (("POST", "Patient/$validate", None), 400, "required"),
    (("POST", "Patient/$validate", parameters(mode="create")), 400, "required"),
    (("POST", "Patient/$validate", parameters(resource=7)), 400, "structure"),
    (("POST", "Patient/$validate", b"{"), 400, "structure"),
    (("POST", "Patient/$validate", b"[]"), 400, "structure"),
    (("POST", "Patient/nobody/$validate", None), 404, "not-found"),
    (("GET", "Patient/$validate", None), 405, "not-supported"),
    (("POST", "Patient/$everything", None), 404, "not-supported"),
]


@pytest.mark.parametrize(("asked", "status", "code"), REFUSED)
def test_what_cannot_be_done_is_refused(site, asked, status, code):
    reply = ask(site(), *asked)
    OperationOutcome.model_validate(reply.resource)
    assert (reply.status, reply.resource["issue"][0]["code"]) == (status, code)


def test_a_batch_may_validate(site):
    entry = {"resource": WRONG, "request": {"method": "POST", "url": "Patient/$validate"}}
    reply = ask(site(), "POST", "", bundle("batch", entry))
    response = reply.resource["entry"][0]
    assert response["response"]["status"].startswith("200")


@pytest.fixture
def strict():
    behaviour, searcher, *_ = overridden([])
    store = Store(deterministic=True)
    yield Site(base="http://s/fhir", store=store, behaviour=behaviour, searcher=searcher, enforcing=True)
    store.close()


def test_what_breaks_a_claimed_profile_is_refused_on_write_and_told_in_the_statement(strict):
    own = {**PREDICTION, "status": "preliminary"}
    assert ask(strict, "POST", "Observation", own).status == 201
    refused = ask(strict, "POST", "Observation", FINAL)
    assert refused.status == 422
    assert ("Observation.status", "derm-aip-03: An AI prediction is never final.") in errors(refused)
    assert ask(strict, "POST", "Observation", BARE).status == 201
    rest = ask(strict, "GET", "metadata").resource["rest"][0]
    assert "refused with 422" in rest["documentation"]


def test_an_update_and_a_patch_are_held_to_the_profile_too(strict):
    made = ask(strict, "POST", "Observation", PREDICTION).resource["id"]
    url = f"Observation/{made}"
    patch = b'[{"op": "replace", "path": "/status", "value": "final"}]'
    assert ask(strict, "PUT", url, {**FINAL, "id": made}).status == 422
    assert ask(strict, "PATCH", url, patch, content_type="application/json-patch+json").status == 422
    assert ask(strict, "GET", url).resource["status"] == PREDICTION["status"]


def test_a_transaction_with_one_invalid_entry_stores_nothing(strict):
    entries = [
        {"resource": body, "request": {"method": "POST", "url": body["resourceType"]}}
        for body in (PATIENT, FINAL)
    ]
    assert ask(strict, "POST", "", bundle("transaction", *entries)).status == 422
    assert ask(strict, "GET", "Patient").resource["total"] == 0


def test_every_type_and_the_system_state_the_operation(site):
    rest = ask(site(), "GET", "metadata").resource["rest"][0]
    assert all("validate" in [o["name"] for o in each["operation"]] for each in [rest, *rest["resource"]])
    assert "documentation" not in rest
