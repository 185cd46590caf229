"""How a run goes about servers that are lawful and odd: one small server and one small scenario each."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from miniature import Miniature, http
from playing import play, written
from tiny import STRANGER, Tiny, complaint, statement

from conformance.talk.client import Access
from conformance.talk.way import Way

STORED = """
scenario: An annotation is stored
requirements: {R4-READ-01: SHALL}
given: {patient: patient.json, photo: documentreference-photo.json, annotation: observation-annotation.json}
steps:
  - read: annotation
    expect: [{status: 200, for: R4-READ-01}]
"""


def meta(asked):
    return (asked.json or {}).get("meta", {})


def went(server, text, folder, **options):
    with Miniature(server) as miniature:
        return play(
            miniature.base, folder / "reports", written(folder, text), formats=("json",), **options
        ), miniature


def claiming(change):
    """Return a CapabilityStatement in which `change` has altered each resource's entry."""
    whole = statement()
    for resource in whole["rest"][0]["resource"]:
        change(resource)
    return whole


class RefusesProfiles(Tiny):
    def create(self, asked, type_):
        if "profile" in meta(asked):
            return http(422, complaint("unknown profile", "not-supported"))
        return super().create(asked, type_)


class WantsPut(Tiny):
    def metadata(self, asked):
        del asked
        return http(200, claiming(lambda r: r.update(updateCreate=True)))

    def create(self, asked, type_):
        del asked, type_
        return http(400, complaint("name it yourself"))


class Answers(Tiny):
    """Answers every create with one status."""

    def __init__(self, status, *, claims=True, readable=True):
        super().__init__()
        self.status = status
        self.claims = claims
        self.readable = readable

    def metadata(self, asked):
        del asked
        if not self.readable:
            return http(404, complaint("no metadata"))
        kept = [{"code": code} for code in ("read", "search-type")]
        return http(200, statement() if self.claims else claiming(lambda r: r.update(interaction=kept)))

    def create(self, asked, type_):
        del asked, type_
        return http(self.status, complaint("not here"))


def test_refused_with_its_profile_a_resource_is_sent_without(tmp_path):
    server = RefusesProfiles()
    result, miniature = went(server, STORED, tmp_path)
    assert result.exit == 0
    assert list(server.kept) == ["Observation/stranger-1"]
    posts = [a for a in miniature.asked if a.method == "POST" and a.path.endswith("/Observation")]
    assert ["profile" in meta(post) for post in posts] == [True, False]
    assert result.leftovers == []


def test_refused_by_post_a_resource_is_put_where_the_server_claims_that(tmp_path):
    server = WantsPut()
    result, miniature = went(server, STORED, tmp_path)
    assert result.exit == 0
    assert {path.rsplit("/", 1)[-1][:9] for path in miniature.of("PUT")} == {"dermconf-"}
    assert sorted(miniature.of("PUT")) == sorted(miniature.of("DELETE"))
    assert list(server.kept) == ["Observation/stranger-1"]


@pytest.mark.parametrize("status", [400, 404, 409, 412, 422])
def test_a_refusal_of_what_is_valid_is_no_failure_and_quotes_the_server(status, tmp_path):
    result, _ = went(Answers(status), STORED, tmp_path)
    assert (result.verdict, result.exit) == ("incomplete", 3)
    [skipped] = result.events("skipped")
    assert skipped["verdict"] == "untested"
    assert f"refused with {status}: processing not here" in skipped["lacks"]
    assert result.leftovers == []


def test_a_missing_permission_says_what_would_unlock_it(tmp_path):
    result, _ = went(Answers(403), STORED, tmp_path)
    [skipped] = result.events("skipped")
    assert (skipped["verdict"], result.exit) == ("untested", 3)
    assert "a credential that may create Patient" in skipped["unlock"]


@pytest.mark.parametrize("status", [405, 501])
def test_a_missing_interaction_is_a_broken_claim_or_nothing(status, tmp_path):
    claimed, _ = went(Answers(status), STORED, tmp_path)
    assert claimed.results("built-in:declared") == ["failed"]
    assert set(claimed.verdicts.values()) == {"fail"}
    (tmp_path / "b").mkdir()
    unknown, miniature = went(Answers(status, readable=False), STORED, tmp_path / "b")
    assert unknown.results("built-in:declared") == []
    assert set(unknown.verdicts.values()) == {"skip"}
    assert miniature.of("POST")
    (tmp_path / "c").mkdir()
    unclaimed, miniature = went(Answers(status, claims=False), STORED, tmp_path / "c")
    assert set(unclaimed.verdicts.values()) == {"skip"}
    assert miniature.of("POST") == []


CONDITIONAL = """
scenario: A conditional create finds what is there
requirements: {R4-CND-01: SHALL}
needs: {Patient: [conditional-create]}
steps:
  - create: patient
    from: patient.json
    if: {none: "identifier=urn:x|1"}
    expect: [{status: 200, for: R4-CND-01}]
"""


class FindsAnother(Tiny):
    def metadata(self, asked):
        del asked
        return http(200, claiming(lambda r: r.update(conditionalCreate=True)))

    def create(self, asked, type_):
        del asked
        stranger = {"resourceType": type_, "id": "stranger-2"}
        self.kept[f"{type_}/stranger-2"] = stranger
        return http(200, stranger, Location=f"{type_}/stranger-2/_history/1")


def test_what_a_conditional_create_finds_is_not_ours(tmp_path):
    server = FindsAnother()
    result, miniature = went(server, CONDITIONAL, tmp_path)
    assert [e["ours"] for e in result.events("created")] == [False]
    assert miniature.of("DELETE") == []
    assert "Patient/stranger-2" in server.kept


OWN_ID = """
scenario: A patient is stored under an id of ours
requirements: {R4-UPD-05: SHALL}
needs: {Patient: [update-create]}
steps:
  - update: patient
    from: patient.json
    expect: [{status: 201, for: R4-UPD-05}]
"""


@pytest.mark.parametrize(
    ("status", "sent"), [(404, 1), (410, 1), (403, 1), (200, 0), (304, 0), (500, 0), (401, 0)]
)
def test_only_an_id_that_is_free_is_written_to(status, sent, tmp_path):
    class Server(WantsPut):
        def read(self, asked, type_, id_):
            del asked
            return http(status, {**STRANGER, "resourceType": type_, "id": id_})

    _, miniature = went(Server(), OWN_ID, tmp_path)
    assert len(miniature.of("PUT")) == sent
    assert bool(miniature.of("DELETE")) == bool(sent)


LATE = """
scenario: A patient is found in the end
requirements: {R4-SRCH-13: SHALL}
given: {patient: patient.json, control: patient.json}
steps:
  - search: Patient
    where: {_id: "{{ patient.id }}"}
    within: 5s
    expect: [{results: {has: [patient], lacks: [control]}, for: R4-SRCH-13}]
"""


class Late(Tiny):
    """Shows in searches only what was asked for three times."""

    def __init__(self, times):
        super().__init__()
        self.left = times

    def search(self, asked, type_):
        self.left -= 1
        return super().search(asked, type_) if self.left < 0 else self.bundle(asked, [])


def test_a_late_index_is_waited_for_and_the_waiting_recorded(tmp_path):
    result, _ = went(Late(2), LATE, tmp_path, settle=None)
    assert result.exit == 0
    assert [e["polls"] for e in result.events("clock")] == [3]
    assert result.rejudged == []


def test_what_never_comes_is_a_failure_when_time_is_up(tmp_path):
    result, _ = went(Late(1000), LATE.replace("5s", "1s"), tmp_path, settle=None)
    assert result.exit == 1
    assert result.rejudged == []


DISCOVERED = """
scenario: Final observations are final
requirements: {DERM-ANN-15: SHALL}
discover:
  found:
    search: Observation
    where: {status: final}
    limit: 10
    unlock: store a final Observation
steps:
  - inspect: found
    expect: [{fhirpath: Observation.status, is: final, for: DERM-ANN-15}]
"""


def test_a_server_that_ignores_a_parameter_finds_only_what_matches_it(tmp_path):
    server = Tiny()
    server.kept["Observation/2"] = {**STRANGER, "id": "2", "status": "amended"}
    server.kept["Observation/3"] = {**STRANGER, "id": "3"}
    result, miniature = went(server, DISCOVERED, tmp_path)
    found = [e["reference"] for e in result.events("bound")]
    assert found == ["Observation/stranger-1", "Observation/3"]
    assert not [f for f in result.findings if f["result"] == "failed"]
    assert {a.method for a in miniature.asked} == {"GET"}


def test_nothing_found_is_untested_and_says_what_would_unlock_it(tmp_path):
    server = Tiny()
    server.kept["Observation/stranger-1"] = {**STRANGER, "status": "amended"}
    result, _ = went(server, DISCOVERED, tmp_path)
    [skipped] = result.events("skipped")
    assert (skipped["verdict"], skipped["unlock"]) == ("untested", "store a final Observation")


def test_a_read_only_run_writes_nothing(tmp_path):
    result, miniature = went(Tiny(), STORED, tmp_path, read_only=True)
    assert set(result.verdicts.values()) == {"out-of-reach"}
    assert {a.method for a in miniature.asked} == {"GET"}


def test_data_is_left_where_that_was_asked_for_and_listed(tmp_path):
    server = Tiny()
    result, miniature = went(server, STORED, tmp_path, leave_data=True)
    assert miniature.of("DELETE") == []
    assert {e["reference"] for e in result.leftovers} == set(server.kept) - {"Observation/stranger-1"}


TRANSACTION = """
scenario: Two resources in one transaction
requirements: {R4-TRX-07: SHALL}
given: {patient: patient.json}
steps:
  - transaction:
      - {create: photo, from: documentreference-photo.json}
      - {create: annotation, from: observation-annotation.json}
    expect: [{fhirpath: Bundle.type, is: transaction-response, for: R4-TRX-07}]
  - read: annotation
"""


class Transacts(Tiny):
    """Stores a transaction, and answers it as `answers` says."""

    def __init__(self, answers):
        super().__init__()
        self.answers = answers

    def metadata(self, asked):
        del asked
        whole = statement()
        whole["rest"][0]["interaction"] = [{"code": "transaction"}]
        return http(200, whole)

    def answer(self, asked):
        if asked.method != "POST" or urlsplit(asked.path).path.strip("/") != "fhir":
            return super().answer(asked)
        entries = []
        for entry in asked.json["entry"]:
            type_, id_ = entry["resource"]["resourceType"], self.new_id()
            self.kept[f"{type_}/{id_}"] = {**entry["resource"], "id": id_}
            entries.append({"response": {"status": "201 Created", "location": f"{type_}/{id_}/_history/1"}})
        return http(200, {"resourceType": "Bundle", "type": "transaction-response", **self.answers(entries)})


TRANSACTIONS = {
    "whole": lambda entries: {"entry": entries},
    "without entries": lambda _entries: {},
    "shorter": lambda entries: {"entry": entries[:1]},
    "longer": lambda entries: {"entry": entries * 2},
    "in another order": lambda entries: {"entry": entries[::-1]},
    "of wrong shapes": lambda _entries: {"entry": [None, {"response": 5}, {"response": {"status": []}}]},
    "entry is an object": lambda entries: {"entry": {"0": entries}},
    "strange places": lambda _entries: {
        "entry": [
            {"response": {"status": "201", "location": "https://elsewhere.example/x/Observation/stranger-1"}},
            {"response": {"status": 201, "location": ["Observation/stranger-1"]}},
        ]
    },
}


@pytest.mark.parametrize("name", TRANSACTIONS)
def test_whatever_a_transaction_answers_all_of_it_is_found_and_deleted(name, tmp_path):
    server = Transacts(TRANSACTIONS[name])
    result, _ = went(server, TRANSACTION, tmp_path)
    assert list(server.kept) == ["Observation/stranger-1"]
    assert not result.kinds, result.told
    assert result.rejudged == []
    intents = [e["tag"] for e in result.events("intent")]
    assert len(intents) == len(set(intents)) == 3


KEPT = """
scenario: What was kept is used
requirements: {R4-SRCH-13: SHALL}
given: {patient: patient.json, control: patient.json}
steps:
  - read: patient
    keep: {number: {fhirpath: Patient.id}, sort: {jsonpath: "$.resourceType"}, software: {header: Server}}
    expect: [{fhirpath: Patient.id.exists(), for: R4-SRCH-13}]
  - search: Patient
    where: {_id: "{{ number }}"}
    expect: [{results: {has: [patient], lacks: [control]}, for: R4-SRCH-13}]
"""


class Named(Tiny):
    def read(self, asked, type_, id_):
        del asked
        return http(200, self.kept[f"{type_}/{id_}"], Server="x y")


def test_values_are_kept_for_later_steps(tmp_path):
    result, miniature = went(Named(), KEPT, tmp_path)
    assert result.exit == 0
    kept = {e["name"]: e["value"] for e in result.events("kept")}
    [created] = [e["reference"] for e in result.events("created") if e["name"] == "patient"]
    assert kept == {"number": created.split("/")[1], "sort": "Patient", "software": "x y"}
    searched = [dict(parse_qsl(urlsplit(path).query)) for path in miniature.of("GET") if "?" in path]
    assert {"_id": kept["number"]} in searched


def test_what_cannot_be_kept_leaves_the_rest_unreached(tmp_path):
    result, _ = went(Tiny(), KEPT, tmp_path)
    [unreached] = result.events("not-reached")
    assert "does not tell 'software' for what follows: header 'Server' found nothing" in unreached["because"]
    assert set(result.verdicts.values()) == {"untested"}
    assert result.rejudged == []


def test_an_intent_is_written_before_each_create_is_sent(tmp_path):
    result, _ = went(Tiny(), STORED, tmp_path)
    for tag in (e["tag"] for e in result.events("intent")):
        rows = (tmp_path / "reports/run.jsonl").read_text().splitlines()
        naming = [json.loads(row)["event"] for row in rows if tag in row]
        assert naming[:2] == ["intent", "exchange"]


def test_a_proxy_that_wants_a_name_is_no_wrong_base_and_fails_no_rule(tmp_path):
    refusal = http(407, b"<html>", **{"Proxy-Authenticate": "Basic", "Content-Type": "text/html"})
    with Miniature(lambda _asked: iter([refusal])) as proxy:
        access = Access(way=Way(proxy=proxy.host))
        path = written(tmp_path, STORED)
        done = play("http://server.example/fhir", tmp_path / "reports", path, access=access)
    assert (done.exit, done.kinds, done.findings) == (4, {"network"}, [])
    assert "proxy: the proxy asks for a name and password (407)" in done.told
    assert "proxy: {env: NAME} names the variable that holds http://name:password@proxy:3128" in done.out
