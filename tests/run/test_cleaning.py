"""What is ours to delete: told from the record alone, and from what lies there."""

import pytest
from hostile_servers import login_page
from miniature import Miniature, http
from playing import play, written
from tiny import Tiny

from conformance.run.cleaning import made, unanswered


def intent(tag, type_="Patient"):
    return {"event": "intent", "tag": tag, "type": type_, "id": ""}


def wrote(status, verb="create"):
    return {"event": "exchange", "verb": verb, "attempts": [{"status": 503}, {"status": status}]}


def created(tag, reference="Patient/1", *, ours=True, tagged=True):
    return {"event": "created", "tag": tag, "reference": reference, "ours": ours, "tagged": tagged}


def bound(reference="Patient/1", *, deleted=False, sent='{"a":1}'):
    return {"event": "bound", "reference": reference, "deleted": deleted, "sent": sent}


@pytest.mark.parametrize(
    ("events", "tags"),
    [
        ([intent("1"), wrote(201), created("1")], []),
        ([intent("1")], ["1"]),
        ([intent("1"), wrote(None)], ["1"]),
        ([intent("1"), wrote(500)], ["1"]),
        ([intent("1"), wrote(302)], ["1"]),
        ([intent("1"), wrote(200)], ["1"]),
        ([intent("1"), wrote(408)], ["1"]),
        ([intent("1"), wrote(422)], []),
        ([intent("1"), wrote(429)], []),
        ([intent("1"), wrote(501)], []),
        # A refusal answers its own request alone.
        ([intent("1"), wrote(500), intent("2"), wrote(422)], ["1"]),
        ([intent("1"), wrote(None), wrote(404, "search")], ["1"]),
        ([intent("1"), wrote(400, "search")], ["1"]),
        ([intent("1"), intent("2"), wrote(200, "transaction"), created("2")], ["1"]),
        ([intent("1"), intent("2"), wrote(400, "transaction")], []),
        # What a transaction refused inside is settled by a `created` without a reference.
        ([intent("1"), wrote(200, "batch"), created("1", "", ours=False)], []),
    ],
)
def test_intents_of_which_nobody_knows_what_became(events, tags):
    assert [lost.tag for lost in unanswered(events)] == tags


DELETED = {"event": "deleted", "reference": "Patient/1"}


@pytest.mark.parametrize(
    ("events", "references"),
    [
        ([created("1")], ["Patient/1"]),
        ([created("1", ours=False)], []),
        ([created("1", "")], []),
        ([created("1"), DELETED], []),
        ([created("1"), bound(), bound(deleted=True)], []),
        # A resource that an update brought back is there again.
        ([created("1"), bound(), bound(deleted=True), bound()], ["Patient/1"]),
        ([created("1", "Patient/2"), created("2", "Patient/1")], ["Patient/2", "Patient/1"]),
        ([bound("Patient/9")], []),
    ],
)
def test_what_was_made_and_is_still_there(events, references):
    assert [one.reference for one in made(events)] == references


STORED = """
scenario: A patient is stored
requirements: {R4-READ-01: SHALL}
given: {patient: patient.json}
steps:
  - read: patient
    expect: [{status: 200, for: R4-READ-01}]
"""
REVIVED = """
scenario: A patient is deleted and comes back
requirements: {R4-READ-01: SHALL}
given: {patient: patient.json}
steps:
  - delete: patient
  - update: patient
  - read: patient
    expect: [{status: 200, for: R4-READ-01}]
"""


def went(server, text, folder):
    with Miniature(server) as miniature:
        return play(miniature.base, folder / "reports", written(folder, text), formats=("json",)), miniature


def test_what_came_back_to_life_is_deleted_again(tmp_path):
    server = Tiny()
    result, miniature = went(server, REVIVED, tmp_path)
    assert result.exit == 0
    assert len(miniature.of("DELETE")) == 2
    assert list(server.kept) == ["Observation/stranger-1"]


def test_a_server_that_drops_tags_is_cleaned_too(tmp_path):
    class Untagged(Tiny):
        def store(self, body):
            return {k: v for k, v in super().store(body).items() if k != "meta"}

    server = Untagged()
    went(server, STORED, tmp_path)
    assert list(server.kept) == ["Observation/stranger-1"]


def test_a_web_page_deletes_nothing(tmp_path):
    class Portal(Tiny):
        def delete(self, asked, type_, id_):
            del type_, id_
            return next(login_page(asked))

    result, _ = went(Portal(), STORED, tmp_path)
    assert result.events("deleted") == []
    assert [left["reference"] for left in result.leftovers] == ["Patient/t1"]


def test_what_cannot_be_deleted_at_first_is_tried_again_at_the_end(tmp_path):
    class Reluctant(Tiny):
        def __init__(self):
            super().__init__()
            self.refused = 0

        def delete(self, asked, type_, id_):
            self.refused += 1
            return http(409) if self.refused == 1 else super().delete(asked, type_, id_)

    server = Reluctant()
    result, _ = went(server, STORED, tmp_path)
    assert list(server.kept) == ["Observation/stranger-1"]
    assert result.leftovers == []


SEVERAL = STORED.replace(
    "{patient: patient.json}", "{patient: patient.json, other: {from: patient.json, times: 2}}"
)


def test_what_is_kept_for_another_is_deleted_when_the_other_is_gone(tmp_path):
    class Keeping(Tiny):
        """As if each referred to what was created after it, which the order of a transaction allows."""

        def delete(self, asked, type_, id_):
            _, oldest, *_ = self.kept
            return super().delete(asked, type_, id_) if oldest == f"{type_}/{id_}" else http(409)

    server = Keeping()
    result, miniature = went(server, SEVERAL, tmp_path)
    assert list(server.kept) == ["Observation/stranger-1"]
    assert result.leftovers == []
    assert miniature.of("DELETE") == [f"/fhir/Patient/t{n}" for n in (3, 2, 1, 3, 2, 3)]


def test_a_server_that_deletes_one_thing_and_no_other_is_not_asked_for_ever(tmp_path):
    class Miserly(Tiny):
        def delete(self, asked, type_, id_):
            return super().delete(asked, type_, id_) if id_ == "t3" else http(409)

    result, miniature = went(Miserly(), SEVERAL, tmp_path)
    assert [left["reference"] for left in result.leftovers] == ["Patient/t2", "Patient/t1"]
    assert len(miniature.of("DELETE")) == 3 + 2 + 2  # in turn, again at once, and at the end


def test_a_server_that_falls_silent_is_not_asked_for_every_resource(tmp_path):
    class Silent(Tiny):
        def delete(self, asked, type_, id_):
            del asked, type_, id_
            return b""

    server = Silent()
    several = STORED.replace(
        "{patient: patient.json}", "{patient: patient.json, other: {from: patient.json, times: 4}}"
    )
    result, miniature = went(server, several, tmp_path)
    assert len(miniature.of("DELETE")) == 2
    assert len(result.leftovers) == 5
    assert {left["why"] for left in result.leftovers} == {"the server does not answer, or asks for patience"}
