"""Addresses that open by themselves what they name are used, and shown to nobody (SIA-CAP-09)."""

import json

import pytest
from archive import STUDY, Archive, endpoint, study
from hypothesis import given
from hypothesis import strategies as st
from miniature import Miniature, http
from playing_images import holding, played, results, retrieved

from conformance.talk.redact import Redactor, Vault
from conformance.talk.rights import Rights, rights

RIGHT = "eyJzdHVkeSI6IjEuMi4zIiwiZXhwIjoxN30.q8Zk2T-v7_x"
LETTERS = "qWzHkPmvXbTnLgRdYsJcFw"
SCENARIO = """scenario: The right in an address opens one study
requirements: {R4-RES-19: SHALL}
steps:
  - search: ImagingStudy
    step: found
    base: imaging
    with: patient-a
    where: {patient: Patient/a}
    control: the study that is retrieved
    keep: {address: {fhirpath: Bundle.entry.resource.ofType(Endpoint).address}}
    expect:
      - fhirpath: "Bundle.entry.resource.ofType(Endpoint).address.matches('^http://127.0.0.1:[0-9]+/')"
        for: R4-RES-19
  - retrieve: study
    of: 1.2.3
    found-by: found
    with: patient-a
    expect:
      - {status: 200, for: R4-RES-19}
      - {parts: {study: 1.2.3}, for: R4-RES-19}
  - retrieve: attachment
    of: "{{ address }}/studies/1.2.3"
    with: patient-a
    expect: [{status: 200, for: R4-RES-19}]
"""
ALONE = """scenario: The image is there
requirements: {R4-RES-19: SHALL}
steps:
  - {retrieve: study, of: 1.2.3, with: patient-a, expect: [{status: 200, for: R4-RES-19}]}
"""


class Granting(Archive):
    """Gives an address that holds a right, in one form or another."""

    form = "{here}/wado/granted/{right}"

    def studies(self):
        return [study(by_study=["Endpoint/e1"]), endpoint(self.form.format(here=self.here, right=RIGHT))]

    def guarded(self):
        return super().guarded() if RIGHT in self.asked.path else http(403)


@pytest.mark.parametrize("form", [Granting.form, "{here}/wado/{right}/dicom-web/"])
def test_a_right_in_an_address_is_used_and_is_in_nothing_that_is_written(tmp_path, form):
    with Miniature(Granting()) as server:
        server.answer.form = form
        done = played(server, tmp_path, SCENARIO)
    assert (set(results(done)), done.exit) == ({"held"}, 0)
    assert sum(RIGHT in path for path in server.of("GET")) == 2
    assert holding(tmp_path, RIGHT) == []
    assert holding(tmp_path, RIGHT[:20]) == []
    first, second = retrieved(done)
    assert "***capability-1***" in first["endpoint"]["address"]
    assert "***capability-1***" in first["request"]["url"]
    assert "***capability-1***" in second["request"]["url"]
    assert done.rejudged == []


def test_a_right_of_letters_alone_is_in_nothing_that_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "RIGHT", LETTERS)
    with Miniature(Granting()) as server:
        done = played(server, tmp_path, SCENARIO)
    assert (set(results(done)), done.rejudged) == ({"held"}, [])
    assert sum(LETTERS in path for path in server.of("GET")) == 2
    assert holding(tmp_path, LETTERS) == []


def test_a_right_in_a_query_is_used_and_is_in_nothing_that_is_written(tmp_path):
    with Miniature(Granting()) as server:
        server.answer.form = "{here}/wado?token={right}"
        done = played(server, tmp_path, SCENARIO.partition("  - retrieve: attachment")[0])
    assert set(results(done)) == {"held"}
    assert f"/wado/studies/{STUDY}?token={RIGHT}" in server.of("GET")
    assert holding(tmp_path, RIGHT) == []


def test_a_right_that_a_slash_is_escaped_in_is_one_all_the_same(tmp_path):
    class Escaping(Granting):
        def imaging(self):
            head, _, body = super().imaging().partition(b"\r\n\r\n")
            body = body.replace(b"/", b"\\/")
            return http(200, body) if head else b""

    with Miniature(Escaping()) as server:
        done = played(server, tmp_path, SCENARIO)
    assert set(results(done)) == {"held"}
    assert holding(tmp_path, RIGHT) == []


def test_where_an_archive_sends_us_on_with_a_right_it_is_followed_and_not_shown(tmp_path):
    class Sending(Granting):
        def guarded(self):
            if RIGHT in self.asked.path:
                return super().guarded()
            return http(307, Location=f"/wado/studies/{STUDY}?signature={RIGHT}")

    with Miniature(Sending()) as server:
        done = played(server, tmp_path, ALONE)
    assert set(results(done)) == {"held"}
    assert holding(tmp_path, RIGHT) == []


def test_a_server_that_repeats_a_right_in_a_refusal_is_not_quoted(tmp_path):
    class Telling(Granting):
        def guarded(self):
            return http(
                403,
                {
                    "resourceType": "OperationOutcome",
                    "issue": [{"diagnostics": f"no: {RIGHT}, {self.here}/{RIGHT}."}],
                },
            )

    with Miniature(Telling()) as server:
        done = played(server, tmp_path, SCENARIO)
    assert "failed" in results(done)
    assert holding(tmp_path, RIGHT) == []


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (f"https://h/wado/{RIGHT}", [RIGHT]),
        (f"https://h/wado/{RIGHT}/studies/1.2.3?x={RIGHT}2", [RIGHT, f"{RIGHT}2"]),
        ("https://h/wado/0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", ["0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"]),
        (f"https://h/wado/granted/{LETTERS}", [LETTERS]),
        (f"https://h/with a space/{LETTERS}", [LETTERS]),
        (f"https://h/{'a/' * 5_000}{LETTERS}", [LETTERS]),
        ("https://h/imaging-study-a/demographics-and-photographs-2026", []),
        ("https://h/studies/1.2.840.113619.2.55.3.604688119.971.1", []),
        ("https://h/dicom-web/enterprise-archive-of-the-hospital", []),
        ("https://h/dicom-web/r4", []),
        ("https://ip-10-0-12-34.eu-central-1.compute.internal/wado", []),
    ],
)
def test_what_nobody_could_guess_is_a_right(address, found):
    assert list(rights(json.dumps(endpoint(address)))) == found


def test_what_stands_elsewhere_in_the_answer_is_the_name_of_something():
    name = "0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
    assert list(rights(json.dumps(endpoint(f"https://h/wado/{name}", id_=name)))) == []


def test_an_address_of_a_person_is_none():
    body = {
        "resourceType": "Patient",
        "address": [{"text": RIGHT}],
        "contact": [{"address": {"line": [RIGHT]}}],
    }
    assert list(rights(json.dumps(body))) == []


@given(
    st.lists(st.from_regex(r"[a-z]{5,20}[0-9]{3}[A-Za-z0-9_.-]{20}", fullmatch=True), max_size=15), st.text()
)
def test_what_is_hidden_in_an_address_is_what_is_sent(found, around):
    known = Rights()
    known.learn(found)
    for right in found:
        url = f"https://h/wado/{right}/studies/1?token={right}"
        shown = known.hidden(url)
        assert right not in shown
        assert known.meant(shown) == url
        assert known.hidden(shown) == shown
    assert known.meant(around) == around or "capability" in around


def test_so_many_rights_cost_no_more_than_the_text_is_long():
    vault = Vault.of("a-secret-of-ours-17")
    vault.redactor.rights.learn(f"{RIGHT}{number}" for number in range(20_000))
    vault.keep("another-secret-of-ours-18")
    text = f"https://h/{RIGHT}7/x " * 10_000
    assert vault.redactor.text(text).count("***capability-8***") == 10_000


def test_a_redactor_without_rights_changes_nothing():
    assert Redactor().text(RIGHT) == RIGHT
