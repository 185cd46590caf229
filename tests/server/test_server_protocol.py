"""Routes, methods, media types, bodies that cannot be read, and the CapabilityStatement."""

import pytest

from conformance.definitions import r4

PATIENT = {"resourceType": "Patient"}


@pytest.mark.parametrize(
    "path", ["Foo", "Foo/1", "Patient/1/2", "Patient/1/_history/1/2", "Patient/$everything", "x/y/z"]
)
def test_what_is_not_there_is_404_with_an_outcome(fhir, path):
    answer = fhir("GET", path)
    assert answer.status_code == 404
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_outside_the_base_is_404_with_an_outcome(fhir):
    root = fhir.base.removesuffix("/fhir")
    for url in (root, f"{root}/other", f"{root}/faults/nosuch/fhir/metadata"):
        answer = fhir("GET", url)
        assert (answer.status_code, answer.json()["resourceType"]) == (404, "OperationOutcome")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "metadata", "GET, HEAD"),
        ("POST", "Patient/1", "DELETE, GET, HEAD, PATCH, PUT"),
        ("PUT", "", "GET, HEAD, POST"),
    ],
)
def test_a_method_that_is_not_offered_is_405_and_says_which_are(fhir, method, path, allowed):
    answer = fhir(method, path, PATIENT)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("application/fhir+json", "application/fhir+json"),
        ("application/json", "application/json"),
        ("text/json", "text/json"),
        ("*/*", "application/fhir+json"),
        ("application/fhir+xml;q=1, application/fhir+json;q=0.5", "application/fhir+json"),
        ("application/fhir+json; fhirVersion=4.0", "application/fhir+json"),
        ("text/html, */*;q=0.1", "application/fhir+json"),
    ],
)
def test_the_answer_has_a_type_that_the_client_accepts(fhir, accept, type_):
    answer = fhir("GET", "Patient/sample-patient-1", Accept=accept)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, type_)


@pytest.mark.parametrize(
    "accept",
    [
        "application/fhir+xml",
        "image/png",
        "application/fhir+json;q=0",
        "application/fhir+json;fhirVersion=3.0",
    ],
)
def test_what_cannot_be_served_is_406(fhir, accept):
    assert fhir("GET", "Patient/sample-patient-1", Accept=accept).status_code == 406


@pytest.mark.parametrize(
    ("format_", "status"),
    [("json", 200), ("application/fhir%2Bjson", 200), ("application/fhir+json", 200), ("xml", 406)],
)
def test_the_format_parameter_goes_before_accept(fhir, format_, status):
    answer = fhir("GET", f"Patient/sample-patient-1?_format={format_}", Accept="application/fhir+xml")
    assert answer.status_code == status


@pytest.mark.parametrize("type_", ["text/plain", "application/fhir+xml", "application/json-patch+json"])
def test_a_body_of_another_type_is_415(fhir, type_):
    assert fhir("POST", "Patient", PATIENT, Content_Type=type_).status_code == 415
    assert fhir("PATCH", "Patient/sample-patient-1", [], Content_Type="text/plain").status_code == 415


UNREADABLE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"{}",
    b"\xff",
    b"[" * 100_000,
    b'{"resourceType":"Observation"}',
    b'{"resourceType":"Patient","id":"a","id":"b"}',
    b'{"resourceType":"Patient","active":NaN}',
    b'{"resourceType":"Patient","language":"\\ud800"}',
    b'{"resourceType":"Patient","multipleBirthInteger":1e999999999999999999999}',
]


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: body[:60].decode("latin-1") or "empty")
def test_a_body_that_cannot_be_read_is_400(fhir, body):
    answer = fhir("POST", "Patient", body)
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["severity"] == "error"


def test_a_body_that_is_too_large_is_413(fhir):
    answer = fhir("POST", "Binary", b" " * (8 * 2**20 + 1))
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (413, "too-long")


def test_a_trailing_slash_makes_no_difference(fhir):
    assert fhir.session.get(f"{fhir.base}/Patient/sample-patient-1/").status_code == 200


def test_pretty_has_the_same_content(fhir):
    plain, pretty = (fhir("GET", f"Patient/sample-patient-1?_pretty={on}") for on in ("false", "true"))
    assert plain.json() == pretty.json()
    assert "\n" in pretty.text


def test_the_statement_names_every_type_and_what_can_be_done(fhir):
    answer = fhir("GET", "metadata")
    statement = answer.json()
    rest = statement["rest"][0]
    assert answer.headers["ETag"]
    assert statement["fhirVersion"] == "4.0.1"
    assert {one["type"] for one in rest["resource"]} == r4.resource_types()
    assert {one["code"] for one in rest["interaction"]} == {
        "transaction",
        "batch",
        "search-system",
        "history-system",
    }


def test_the_statement_is_itself_well_formed(fhir):
    assert fhir("POST", "CapabilityStatement", fhir("GET", "metadata").json()).status_code == 201


def test_the_statement_gives_parameters_the_type_and_url_of_their_definition(fhir):
    for resource in fhir("GET", "metadata").json()["rest"][0]["resource"]:
        defined = r4.parameters(resource["type"])
        for one in resource["searchParam"]:
            assert (one["definition"], one["type"]) == (defined[one["name"]].url, defined[one["name"]].type)


def test_an_unchanged_statement_is_304(fhir):
    tag = fhir("GET", "metadata").headers["ETag"]
    assert fhir("GET", "metadata", If_None_Match=tag).status_code == 304


def test_a_search_by_post_adds_up_form_and_url(fhir):
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    both = fhir("POST", "Patient/_search?_id=sample-patient-1", b"_id=sample-patient-2", **form)
    one = fhir("POST", "Patient/_search?_id=sample-patient-1", b"active=true", **form)
    assert (both.json()["total"], one.json()["total"]) == (0, 1)
    assert fhir("POST", "Patient/_search", b"{}", Content_Type="application/json").status_code == 415


def test_strict_handling_refuses_what_lenient_handling_ignores(fhir):
    assert fhir("GET", "Patient?nosuch=1").status_code == 200
    strict = fhir("GET", "Patient?nosuch=1", Prefer="handling=strict")
    assert (strict.status_code, strict.json()["resourceType"]) == (400, "OperationOutcome")


def test_the_base_is_the_one_that_the_client_speaks_to(fhir):
    other = fhir.base.replace("127.0.0.1", "localhost")
    made = fhir.made(
        {"resourceType": "Basic", "code": {"text": "x"}, "subject": {"reference": f"{other}/Patient/p"}}
    )
    for base, found in ((other, 1), (fhir.base, 0), (other, 1)):
        query = f"{base}/Basic?_id={made['id']}&subject=Patient/p"
        answer = fhir.session.get(query, headers={"Host": base.split("/")[2]}, timeout=10).json()
        assert answer["total"] == found
        assert answer["link"][0]["url"].startswith(base)
