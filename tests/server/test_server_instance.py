"""Create, read, vread, update, delete and their conditions, over a socket."""

import pytest

PATIENT = {"resourceType": "Patient", "name": [{"family": "Sandoval-Quist"}]}


def issue(answer):
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    return outcome["issue"][0]


def test_a_create_is_answered_with_201_location_etag_and_the_resource(fhir):
    answer = fhir("POST", "Patient", PATIENT)
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{fhir.base}/Patient/{made['id']}/_history/1"
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.headers["Last-Modified"].endswith("GMT")
    assert answer.headers["Content-Type"] == "application/fhir+json"
    assert made["name"] == PATIENT["name"]


def test_a_create_ignores_the_id_version_and_time_of_the_client(fhir):
    sent = {**PATIENT, "id": "mine", "meta": {"versionId": "77", "lastUpdated": "1999-01-01T00:00:00Z"}}
    made = fhir.made(sent)
    assert made["id"] != "mine"
    assert made["meta"]["versionId"] == "1"
    assert not made["meta"]["lastUpdated"].startswith("1999")


def test_labels_and_tags_are_kept_once(fhir):
    label = {"system": "http://s", "code": "A"}
    meta = {
        "security": [label, {**label, "display": "again"}],
        "tag": [{"code": "A"}],
        "profile": ["http://p"],
    }
    made = fhir.made({**PATIENT, "meta": meta})
    assert made["meta"]["security"] == [label]
    assert made["meta"]["tag"] == [{"code": "A"}]
    assert made["meta"]["profile"] == ["http://p"]


def test_numbers_come_back_as_they_were_written(fhir):
    body = b'{"resourceType":"Basic","code":{"text":"x"},"extension":[%s]}'
    numbers = ["0.920", "1.0E2", "100.00", "-0.0", "0.00000001", "12345678901234567890.123456789", "7"]
    extensions = [f'{{"url":"http://e/{i}","valueDecimal":{n}}}' for i, n in enumerate(numbers)]
    made = fhir("POST", "Basic", body % ",".join(extensions).encode())
    assert made.status_code == 201
    read = fhir("GET", f"Basic/{made.json()['id']}")
    for one in extensions:
        assert one in made.text
        assert one in read.text


def test_a_read_of_the_unknown_is_404_and_of_the_deleted_410(fhir):
    made = fhir.made(PATIENT)
    assert fhir("DELETE", f"Patient/{made['id']}").status_code == 204
    gone = fhir("GET", f"Patient/{made['id']}")
    assert (gone.status_code, issue(gone)["code"]) == (410, "deleted")
    unknown = fhir("GET", "Patient/nobody")
    assert (unknown.status_code, issue(unknown)["code"]) == (404, "not-found")


def test_ids_are_case_sensitive(fhir):
    fhir("PUT", "Patient/CaseX", {**PATIENT, "id": "CaseX"})
    assert fhir("GET", "Patient/casex").status_code == 404


def test_a_conditional_read_is_answered_with_304(fhir):
    made = fhir("POST", "Patient", PATIENT)
    path = f"Patient/{made.json()['id']}"
    same = fhir("GET", path, If_None_Match=made.headers["ETag"])
    assert (same.status_code, same.content) == (304, b"")
    assert fhir("GET", path, If_None_Match='W/"9"').status_code == 200
    assert fhir("GET", path, If_Modified_Since=made.headers["Last-Modified"]).status_code == 304
    assert fhir("GET", path, If_Modified_Since="Thu, 01 Jan 1998 00:00:00 GMT").status_code == 200


def test_every_version_can_be_read(fhir):
    first = fhir.made(PATIENT)
    path = f"Patient/{first['id']}"
    second = fhir("PUT", path, {**PATIENT, "id": first["id"], "active": True}).json()
    fhir("DELETE", path)
    assert fhir("GET", f"{path}/_history/1").json() == first
    assert fhir("GET", f"{path}/_history/2").json() == second
    assert fhir("GET", f"{path}/_history/3").status_code == 410
    assert fhir("GET", f"{path}/_history/4").status_code == 404


def test_an_update_counts_the_version_and_replaces_the_content(fhir):
    made = fhir.made({**PATIENT, "active": True})
    answer = fhir("PUT", f"Patient/{made['id']}", {**PATIENT, "id": made["id"], "meta": {"versionId": "9"}})
    assert answer.status_code == 200
    assert answer.headers["ETag"] == 'W/"2"'
    updated = answer.json()
    assert updated["meta"]["versionId"] == "2"
    assert updated["meta"]["lastUpdated"] > made["meta"]["lastUpdated"]
    assert "active" not in updated
    assert fhir("GET", f"Patient/{made['id']}").json() == updated


@pytest.mark.parametrize("body", [PATIENT, {**PATIENT, "id": "another"}], ids=["without id", "another id"])
def test_an_update_whose_body_has_not_the_id_of_the_url_is_refused(fhir, body):
    made = fhir.made(PATIENT)
    answer = fhir("PUT", f"Patient/{made['id']}", body)
    assert answer.status_code == 400
    assert issue(answer)["expression"] == ["Patient.id"]
    assert fhir("GET", f"Patient/{made['id']}").json() == made


def test_an_update_creates_what_is_new_and_revives_what_was_deleted(fhir):
    body = {**PATIENT, "id": "revived-one"}
    assert fhir("PUT", "Patient/revived-one", body).status_code == 201
    fhir("DELETE", "Patient/revived-one")
    again = fhir("PUT", "Patient/revived-one", body)
    assert again.status_code == 201
    assert again.headers["Location"].endswith("/Patient/revived-one/_history/3")


def test_an_id_that_fhir_does_not_allow_is_refused(fhir):
    assert fhir("PUT", "Patient/a_b", {**PATIENT, "id": "a_b"}).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_with_a_stale_if_match_is_refused_with_412(fhir, method):
    made = fhir.made(PATIENT)
    path = f"Patient/{made['id']}"
    bodies = {"PUT": {**PATIENT, "id": made["id"], "active": True}, "PATCH": []}
    types = {"Content_Type": "application/json-patch+json"} if method == "PATCH" else {}
    stale = fhir(method, path, bodies.get(method), If_Match='W/"7"', **types)
    assert stale.status_code == 412
    assert fhir("GET", path).json() == made
    assert fhir(method, path, bodies.get(method), If_Match='W/"1"', **types).status_code in {200, 204}


def test_a_delete_may_be_repeated(fhir):
    made = fhir.made(PATIENT)
    assert [fhir("DELETE", f"Patient/{made['id']}").status_code for _ in range(2)] == [204, 204]
    assert fhir("DELETE", "Patient/nobody").status_code == 204


@pytest.mark.parametrize(
    ("preference", "type_"),
    [
        ("return=minimal", None),
        ("return=representation", "Patient"),
        ("return=OperationOutcome", "OperationOutcome"),
    ],
)
def test_the_body_of_a_create_is_what_the_client_prefers(fhir, preference, type_):
    answer = fhir("POST", "Patient", PATIENT, Prefer=preference)
    assert answer.status_code == 201
    assert (answer.json()["resourceType"] if answer.content else None) == type_


def test_a_read_can_be_cut_and_says_so(fhir):
    made = fhir.made({**PATIENT, "active": True})
    cut = fhir("GET", f"Patient/{made['id']}?_elements=active").json()
    assert "name" not in cut
    assert cut["active"] is True
    assert cut["meta"]["tag"][0]["code"] == "SUBSETTED"


def test_head_is_a_read_without_a_body(fhir):
    made = fhir.made(PATIENT)
    answer = fhir("HEAD", f"Patient/{made['id']}")
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (200, b"", 'W/"1"')


def identified(value):
    return {**PATIENT, "identifier": [{"system": "http://example.org/n", "value": value}]}


def criteria(value):
    return f"identifier=http://example.org/n|{value}"


def test_a_conditional_create_creates_once_and_refuses_to_choose(fhir):
    first = fhir("POST", "Patient", identified("cc"), If_None_Exist=criteria("cc"))
    second = fhir("POST", "Patient", identified("cc"), If_None_Exist=criteria("cc"))
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["id"] == first.json()["id"]
    fhir.made(identified("cc"))
    third = fhir("POST", "Patient", identified("cc"), If_None_Exist=criteria("cc"))
    assert (third.status_code, issue(third)["code"]) == (412, "multiple-matches")


def test_a_conditional_update_creates_updates_or_refuses(fhir):
    path = f"Patient?{criteria('cu')}"
    created = fhir("PUT", path, identified("cu"))
    assert created.status_code == 201
    updated = fhir("PUT", path, {**identified("cu"), "active": True})
    assert (updated.status_code, updated.json()["id"]) == (200, created.json()["id"])
    assert fhir("PUT", path, {**identified("cu"), "id": "else"}).status_code == 400
    fhir.made(identified("cu"))
    assert fhir("PUT", path, identified("cu")).status_code == 412


def test_a_conditional_delete_takes_one_and_refuses_many(fhir):
    path = f"Patient?{criteria('cd')}"
    assert fhir("DELETE", path).status_code == 204
    first, second = fhir.made(identified("cd")), fhir.made(identified("cd"))
    assert fhir("DELETE", path).status_code == 412
    assert fhir("GET", f"Patient/{first['id']}").status_code == 200
    fhir("DELETE", f"Patient/{second['id']}")
    assert fhir("DELETE", path).status_code == 204
    assert fhir("GET", f"Patient/{first['id']}").status_code == 410


@pytest.mark.parametrize("query", ["", "?", "?identifier=", "?nosuch=1"])
def test_criteria_that_say_nothing_delete_nothing(fhir, query):
    made = fhir.made(PATIENT)
    assert fhir("DELETE", f"Patient{query}").status_code == 400
    assert fhir("GET", f"Patient/{made['id']}").status_code == 200


def test_a_patch_changes_what_it_names_and_takes_the_narrative_along(fhir):
    text = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">not active</div>'}
    made = fhir.made({**PATIENT, "text": text, "active": False})
    operations = [{"op": "replace", "path": "/active", "value": True}]
    patch = {"Content_Type": "application/json-patch+json"}
    answer = fhir("PATCH", f"Patient/{made['id']}", operations, **patch)
    patched = answer.json()
    assert answer.status_code == 200
    assert patched["active"] is True
    assert "text" not in patched
    assert patched["name"] == made["name"]
    assert patched["meta"]["versionId"] == "2"


@pytest.mark.parametrize(
    ("operations", "status"),
    [
        ([{"op": "test", "path": "/active", "value": True}], 422),
        ([{"op": "replace", "path": "/id", "value": "x"}], 422),
        ([{"op": "remove", "path": "/nothing"}], 422),
        ([{"op": "add", "path": "/nosuch", "value": 1}], 400),
        ([{"op": "burn", "path": "/active"}], 400),
        ({"op": "add"}, 400),
    ],
)
def test_a_patch_that_cannot_be_applied_changes_nothing(fhir, operations, status):
    made = fhir.made(PATIENT)
    answer = fhir("PATCH", f"Patient/{made['id']}", operations, Content_Type="application/json-patch+json")
    assert answer.status_code == status
    assert issue(answer)["severity"] == "error"
    assert fhir("GET", f"Patient/{made['id']}").json() == made


def test_a_conditional_patch_needs_one_match(fhir):
    path, patch = f"Patient?{criteria('cp')}", {"Content_Type": "application/json-patch+json"}
    operations = [{"op": "add", "path": "/active", "value": True}]
    assert fhir("PATCH", path, operations, **patch).status_code == 404
    fhir.made(identified("cp"))
    assert fhir("PATCH", path, operations, **patch).json()["active"] is True
    fhir.made(identified("cp"))
    assert fhir("PATCH", path, operations, **patch).status_code == 412
