"""Scenarios of images, played against a miniature server: whose token, which address, and what came of it."""

import json
import re
from itertools import chain, repeat

import pytest
from archive import INSTANCE, RELATED, SERIES, STUDY, Archive, dicom, endpoint, multipart, searchset, study
from miniature import Miniature, http
from playing import ROOT
from playing_images import holding, played, results, retrieved

FOUND = """scenario: The image is the one that its study names
requirements: {R4-RES-19: SHALL}
steps:
  - search: ImagingStudy
    step: found
    base: imaging
    with: patient-a
    where: {patient: Patient/a}
    control: the study that is retrieved
  - retrieve: WHAT
    of: "OF"
    found-by: found
    with: WHOSE
    expect:
      - {status: 200, for: R4-RES-19}
      - {parts: {at-least: 1, complete: true, study: 1.2.3, patient: MRN-A}, for: R4-RES-19}
      - {payload: {format: dicom}, for: R4-RES-19}
"""
ALONE = """scenario: The image is there
requirements: {R4-RES-19: SHALL}
needs: {base: [wado]}
steps:
  - retrieve: study
    of: 1.2.3
    with: patient-a
    expect:
      - {status: 200, for: R4-RES-19}
      - {parts: {count: 1, complete: true, study: 1.2.3}, for: R4-RES-19}
"""
SECOND = """scenario: Another one
requirements: {R4-RES-19: SHALL}
steps:
  - capability: fhir
    expect: [{status: 200, for: R4-RES-19}]
"""


def found(what="study", of=STUDY, whose="patient-a"):
    return FOUND.replace("WHAT", what).replace("OF", of).replace("WHOSE", whose)


def test_an_image_is_found_by_its_study_and_only_what_it_is_is_recorded(tmp_path):
    with Miniature(Archive()) as server:
        done = played(server, tmp_path, found())
    assert (set(results(done)), done.exit) == ({"held"}, 0)
    (event,) = retrieved(done)
    assert event["endpoint"] == {"address": f"{server.host}/wado", "how": "study, in the same answer"}
    assert event["request"]["credentials"] == "patient-a"
    (attempt,) = event["attempts"]
    assert attempt["body"] is None
    (part,) = attempt["facts"]["parts"]
    assert (part["dicom"]["patient"], part["format"], part["size"]) == ("MRN-A", "dicom", len(dicom()))
    assert holding(tmp_path, "DICM") == []
    page = (tmp_path / "reports" / "report.html").read_text()
    assert "as patient-a" in page
    assert "multipart, 1 part" in page
    assert "(endpoint: " in page
    assert "study 1.2.3, series 1.2.3.4, instance 1.2.3.4.5, patient MRN-A" in page


def test_what_fails_is_told_with_whose_credentials_which_endpoint_and_which_bytes(tmp_path):
    with Miniature(Archive()) as server:
        done = played(server, tmp_path, found().replace("patient: MRN-A", "patient: MRN-B"))
    (told,) = [part for part in done.out.split("\n\n") if "GET " in part]
    assert f"/wado/studies/{STUDY}          200, " in told
    assert ", as patient-a, multipart, 1 part, 507 bytes" in told
    assert f"endpoint  {server.host}/wado (study, in the same answer)" in told
    assert "at        part 1, patient" in told
    assert "expected  'MRN-B'" in told
    assert "actual    'MRN-A'" in told


def test_each_step_is_sent_with_the_credentials_that_it_names(tmp_path):
    with Miniature(Archive()) as server:
        played(server, tmp_path, found(whose="nobody"), found(whose="garbage"), found(whose="patient-b"))
    sent = [asked.headers.get("authorization") for asked in server.asked if asked.path.startswith("/wado")]
    assert sent[0] is None
    assert sent[1].startswith("Bearer dermconf-")
    assert sent[2] == "Bearer token-of-b"
    searched = [asked.headers["authorization"] for asked in server.asked if "ImagingStudy" in asked.path]
    assert searched == ["Bearer token-of-a"] * 3
    usual = [asked.headers["authorization"] for asked in server.asked if asked.path.startswith("/fhir")]
    assert set(usual) == {"Bearer the-usual-token-1"}


@pytest.mark.parametrize(
    ("what", "of", "path"),
    [
        ("study", STUDY, ""),
        ("series", f"urn:oid:{STUDY}/urn:oid:{SERIES}", f"/series/{SERIES}"),
        ("instance", f"{STUDY}/{SERIES}/{INSTANCE}", f"/series/{SERIES}/instances/{INSTANCE}"),
        ("metadata", STUDY, "/metadata"),
        ("frames", f"{STUDY}/{SERIES}/{INSTANCE}/1,3", f"/series/{SERIES}/instances/{INSTANCE}/frames/1,3"),
        (
            "rendered",
            f"{STUDY}/{SERIES}/{INSTANCE}/2",
            f"/series/{SERIES}/instances/{INSTANCE}/frames/2/rendered",
        ),
    ],
)
def test_what_is_retrieved_is_asked_for_at_its_level(tmp_path, what, of, path):
    with Miniature(Archive()) as server:
        played(server, tmp_path, found(what, of))
    assert [each for each in server.of("GET") if each.startswith("/wado")] == [f"/wado/studies/{STUDY}{path}"]


@pytest.mark.parametrize(
    ("what", "of"),
    [
        ("instance", STUDY),
        ("study", f"{STUDY}/{SERIES}"),
        ("series", "a/"),
        ("frames", f"{STUDY}/{SERIES}/{INSTANCE}"),
        ("metadata", f"{STUDY}/{SERIES}/{INSTANCE}/1"),
    ],
)
def test_what_names_another_level_is_not_sent(tmp_path, what, of):
    with Miniature(Archive()) as server:
        done = played(server, tmp_path, found(what, "{{ known.of }}"), known={"of": of})
    assert set(results(done)) == {"untested"}
    assert [each for each in server.of("GET") if each.startswith("/wado")] == []


class Read(Archive):
    """The endpoint has to be read."""

    def studies(self):
        return [study(by_study=["Endpoint/e1"])]


def test_an_endpoint_that_is_not_beside_its_study_is_read_from_the_base_that_named_it(tmp_path):
    with Miniature(Read()) as server:
        done = played(server, tmp_path, found(), wado=())
    assert set(results(done)) == {"held"}
    assert retrieved(done)[0]["endpoint"]["how"] == "study, read"
    (read,) = (asked for asked in server.asked if asked.path == "/imaging/Endpoint/e1")
    assert read.headers["authorization"] == "Bearer token-of-a"


class Elsewhere(Archive):
    """The endpoint is on a host that the settings do not name."""

    host = "https://pacs.example:8443"

    def studies(self):
        return [study(by_study=["Endpoint/e1"]), endpoint(f"{self.host}/wado")]


def test_nothing_is_sent_to_a_host_that_the_settings_do_not_name_and_it_is_said_which(tmp_path):
    with Miniature(Archive()) as other, Miniature(Elsewhere()) as server:
        server.answer.host = other.host
        done = played(server, tmp_path, found())
    assert other.asked == []
    assert (set(results(done)), done.verdict) == ({"untested"}, "incomplete")
    (because,) = (event["because"] for event in done.events("not-reached"))
    assert because == (
        f"127.0.0.1:{other.port} is no host of the target's settings (imaging, wado, hub): "
        "nothing was sent there"
    )


@pytest.mark.parametrize(
    ("host", "told"),
    [
        (
            "http://admin:hunter2pass@127.0.0.1:9",
            "'http://***@127.0.0.1:9/wado' names a user, which no address in a message may (RFC 9110, 4.2.4)",
        ),
        (
            f"http://{'a' * 100_000}",
            f"{'a' * 100}…:80 is no host of the target's settings (imaging, wado, hub)",
        ),
        ("file:///etc", "'file:///etc/wado' is no http address that a request can be sent to"),
    ],
    ids=["a user", "a long name", "a file"],
)
def test_why_an_address_is_not_followed_is_told_in_short_and_without_its_password(tmp_path, host, told):
    with Miniature(Elsewhere()) as server:
        server.answer.host = host
        done = played(server, tmp_path, found())
    assert [event["because"] for event in done.events("not-reached")] == [f"{told}: nothing was sent there"]
    assert holding(tmp_path, "hunter2pass") == []
    assert "hunter2pass" not in done.out


@pytest.mark.parametrize(
    "host", ["http://[", "file:///etc", "//x", "", "http://user@127.0.0.1", "http://127.0.0.1:x", "\x1b[31m"]
)
def test_an_address_that_is_none_is_told_and_ends_nothing_else(tmp_path, host):
    with Miniature(Elsewhere()) as server:
        server.answer.host = host
        done = played(server, tmp_path, found(), SECOND)
    assert done.verdicts == {"case0": "untested", "case1": "pass"}
    assert done.kinds == set()


class Two(Archive):
    """The first of two endpoints is elsewhere."""

    def studies(self):
        of = study(by_study=["Endpoint/away", "Endpoint/e1"])
        return [of, endpoint("https://pacs.example/wado", "away"), endpoint(f"{self.here}/wado")]


def test_of_several_endpoints_the_one_that_is_reached_is_used(tmp_path):
    with Miniature(Two()) as server:
        done = played(server, tmp_path, found())
    assert set(results(done)) == {"held"}


class Redirecting(Archive):
    """The pixels are somewhere else."""

    to = ""

    def pixels(self):
        if self.path.endswith("/there"):
            return super().pixels()
        return http(302, Location=self.to)


def test_a_redirect_within_the_hosts_of_the_settings_is_followed(tmp_path):
    with Miniature(Redirecting()) as server:
        server.answer.to = f"/wado/studies/{STUDY}/there"
        done = played(server, tmp_path, ALONE)
    assert set(results(done)) == {"held"}
    (event,) = retrieved(done)
    assert [attempt["status"] for attempt in event["attempts"]] == [302, 200]


def test_a_redirect_to_another_origin_is_not_followed_and_gets_no_token(tmp_path):
    with Miniature(Archive()) as other, Miniature(Redirecting()) as server:
        server.answer.to = f"{other.host}/wado/studies/{STUDY}/there"
        done = played(server, tmp_path, ALONE)
    assert other.asked == []
    (event,) = retrieved(done)
    assert [attempt["status"] for attempt in event["attempts"]] == [302]
    assert "held" not in results(done)[:1]


@pytest.mark.parametrize("to", ["http://[", "https://127.0.0.1/wado", "?token=token-of-a", ""])
def test_a_redirect_to_what_cannot_be_used_is_the_answer(tmp_path, to):
    with Miniature(Redirecting()) as server:
        server.answer.to = to
        done = played(server, tmp_path, ALONE)
    assert len([each for each in server.of("GET") if each.startswith("/wado")]) <= 4
    assert "held" not in results(done)[:1]


def test_redirects_without_end_are_followed_three_times(tmp_path):
    with Miniature(Redirecting()) as server:
        server.answer.to = f"/wado/studies/{STUDY}"
        played(server, tmp_path, ALONE)
    assert len([each for each in server.of("GET") if each.startswith("/wado")]) == 4


class Endless(Archive):
    """A study that never ends."""

    pause = 0.1

    def pixels(self):
        head = http(200, media=RELATED, length=10**12)
        return chain([head, multipart(dicom(), closed=False)], self.drops())

    def drops(self):
        for drop in repeat(b"x"):
            self.stopped.wait(self.pause)
            yield drop


def test_a_200_that_never_ends_is_a_network_error_of_its_scenario_and_the_run_goes_on(tmp_path):
    with Miniature(Endless()) as server:
        server.answer.stopped = server.stopped
        done = played(server, tmp_path, ALONE, SECOND, timeout=0.3)
    assert done.verdicts == {"case0": "error", "case1": "pass"}
    assert "timeout: no complete answer within the time limit" in done.told
    assert done.kinds == {"network"}


def test_an_answer_that_falls_silent_is_waited_for_no_longer_than_the_limit_of_the_target(tmp_path):
    with Miniature(Endless()) as server:
        server.answer.stopped, server.answer.pause = server.stopped, 60
        done = played(server, tmp_path, ALONE, SECOND, timeout=0.3)
    assert done.verdicts == {"case0": "error", "case1": "pass"}
    (event,) = retrieved(done)
    assert event["attempts"][0]["seconds"] < 1.5


class Slow(Archive):
    """A study that takes longer in all than the target's limit, and keeps coming."""

    def pixels(self):
        body = multipart(dicom())
        yield http(200, media=RELATED, length=len(body))
        for at in range(0, len(body), 100):
            self.stopped.wait(0.1)
            yield body[at : at + 100]


def test_pixels_may_take_longer_than_an_answer_of_fhir(tmp_path):
    with Miniature(Slow()) as server:
        server.answer.stopped = server.stopped
        done = played(server, tmp_path, ALONE, timeout=0.4)
    assert set(results(done)) == {"held"}
    assert retrieved(done)[0]["attempts"][0]["seconds"] > 0.4


class Broken(Archive):
    """The connection breaks in the middle of the second part."""

    def pixels(self):
        body = multipart(dicom(), dicom(instance="1.2.3.4.6"))
        return http(200, body[: self.at], media=RELATED, length=len(body))


@pytest.mark.parametrize("at", [10, 100, 300, 700, 1000])
def test_what_was_not_seen_fails_nobody(tmp_path, at):
    with Miniature(Broken()) as server:
        server.answer.at = at
        done = played(server, tmp_path, found())
    assert "failed" not in results(done)
    assert "untested" in results(done)


class Refusing(Archive):
    """Refuses with the very pixels."""

    def pixels(self):
        return http(403, multipart(dicom()), media=RELATED)


def test_a_refusal_that_carries_pixels_is_none(tmp_path):
    text = ALONE.partition("    expect:")[0] + "    expect: [{payload: {lacks: [dicom]}, for: R4-RES-19}]\n"
    with Miniature(Refusing()) as server:
        done = played(server, tmp_path, text)
    assert results(done) == ["failed"]


def test_what_an_archive_says_of_its_parts_is_shown_as_text(tmp_path):
    class Hostile(Archive):
        def pixels(self):
            file = dicom(patient="<script>alert(1)</script>\x1b[31m")
            return http(200, multipart(file, type_="<script>alert(2)</script>\x1b[2J"), media=RELATED)

    with Miniature(Hostile()) as server:
        done = played(server, tmp_path, found())
    assert "failed" in results(done)
    shown = holding(tmp_path, "<script>alert")
    assert not [name for name in shown if name.endswith((".html", ".svg", ".xml"))]
    (summary,) = tmp_path.rglob("summary.md")
    # Within a fence nothing is read as HTML (CommonMark 4.5).
    outside = re.sub(
        r"^(```+)text\n.*?^\1$", "", summary.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    assert "<script" not in outside
    assert "\x1b" not in done.out
    assert holding(tmp_path, "\x1b") == []


def test_a_busy_archive_is_asked_again(tmp_path):
    class Busy(Archive):
        times = 0

        def pixels(self):
            self.times += 1
            if self.times == 1:
                return http(503, Retry_After="0")
            return super().pixels()

    with Miniature(Busy()) as server:
        done = played(server, tmp_path, ALONE)
    assert set(results(done)) == {"held"}
    assert [attempt["status"] for attempt in retrieved(done)[0]["attempts"]] == [503, 200]


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ({"wado": ()}, "wado: … of the target in dermconf.yaml"),
        ({"credentials": ()}, "credentials: {patient-a: …} of the target in dermconf.yaml"),
    ],
)
def test_what_the_settings_lack_leaves_a_scenario_untested_and_says_what_would_unlock_it(
    tmp_path, lacking, said
):
    with Miniature(Archive()) as server:
        done = played(server, tmp_path, ALONE, **lacking, gates=("r4", "wado"))
    (skipped,) = done.events("skipped")
    assert (skipped["verdict"], skipped["unlock"]) == ("untested", said)


def test_a_search_of_the_imaging_base_is_not_judged_by_the_rules_of_a_repository(tmp_path):
    class Odd(Archive):
        def imaging(self):
            return http(200, searchset(("", study(uid="1.2.7"))), media="application/json")

    with Miniature(Odd()) as server:
        done = played(server, tmp_path, found())
    assert {finding["requirement"] for finding in done.findings if finding["result"] == "failed"} == set()


def test_an_attachment_is_retrieved_by_its_address_or_by_reference(tmp_path):
    class Photographs(Archive):
        def attached(self):
            assert (self.asked.headers["accept"], self.path) == ("*/*", "/fhir/Binary/1")
            return http(200, b"\xff\xd8\xff\xe0photograph", media="image/jpeg")

    text = """scenario: A photograph is what it says
requirements: {R4-RES-19: SHALL}
steps:
  - retrieve: attachment
    of: Binary/1
    step: first
    expect: [{payload: {format: [jpeg, png], size: 14}, for: R4-RES-19}]
  - {retrieve: attachment, of: "{{ base }}/Binary/1", expect: [{payload: {same-as: first}, for: R4-RES-19}]}
"""
    with Miniature(Photographs()) as server:
        done = played(server, tmp_path, text)
    assert set(results(done)) == {"held"}
    har = json.loads((tmp_path / "reports" / "run.har").read_text())["log"]["entries"]
    assert har[-1]["response"]["content"]["size"] == 14
    assert har[-1]["response"]["content"]["mimeType"] == "image/jpeg"
    assert "text" not in har[-1]["response"]["content"]


DESCRIBED = """scenario: Bulk data are where the metadata say
requirements: {R4-RES-19: SHALL}
needs: {base: [wado]}
steps:
  - retrieve: metadata
    step: described
    of: 1.2.3/1.2.3.4/1.2.3.4.5
    with: patient-a
    keep: {place: {jsonpath: "$[0]['7FE00010'].BulkDataURI"}}
  - retrieve: attachment
    of: "{{ place }}"
    found-by: described
    with: patient-a
    expect: [{status: 200, for: R4-RES-19}]
"""
BULK = f"/wado/studies/{STUDY}/series/{SERIES}/instances/{INSTANCE}/bulk"


class Describing(Archive):
    """Says by an address of a test's choice where bulk data are."""

    def __init__(self, place, moved=""):
        super().__init__()
        self.place, self.moved = place, moved

    def guarded(self):
        if self.path.endswith("/metadata"):
            told = [{"7FE00010": {"vr": "OB", "BulkDataURI": self.place.format(host=self.here)}}]
            if self.moved and not self.path.startswith(self.moved):
                return http(302, Location=f"{self.moved}/metadata")
            return http(200, json.dumps(told).encode(), media="application/dicom+json")
        return super().guarded()


@pytest.mark.parametrize(
    ("place", "moved", "path"),
    [
        ("{host}/wado/studies/1.2.3/7", "", "/wado/studies/1.2.3/7"),
        ("bulk", "", BULK),
        ("../../../bulk?a=1", "", f"/wado/studies/{STUDY}/series/bulk?a=1"),
        ("/wado/studies/1.2.3/7", "", "/wado/studies/1.2.3/7"),
        # where the metadata came from in the end
        ("bulk", "/wado/elsewhere/studies/1.2.3", "/wado/elsewhere/studies/1.2.3/bulk"),
    ],
)
def test_a_relative_address_in_metadata_is_relative_to_them(tmp_path, place, moved, path):
    with Miniature(Describing(place, moved)) as server:
        done = played(server, tmp_path, DESCRIBED)
    assert results(done) == ["held"]
    assert [asked.path for asked in server.asked if asked.path.startswith("/wado")][-1] == path


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("//127.0.0.1:9/bulk", "127.0.0.1:9 is no host of the target's settings"),
        ("http://[", "'' is no http address that a request can be sent to"),
    ],
)
def test_an_address_in_metadata_is_followed_to_no_other_host(tmp_path, place, why):
    with Miniature(Describing(place)) as server:
        done = played(server, tmp_path, DESCRIBED)
    assert results(done) == ["untested"]
    assert why in done.findings[-1]["message"]


class Open(Archive):
    """Asks nobody for a credential."""

    def guarded(self):
        if self.path.endswith("/metadata"):
            return http(200, b'[{"00100020": {"vr": "LO"}}]', media="application/dicom+json")
        return self.pixels()


class OpenForPixels(Archive):
    """Asks for a credential where it describes its images, and nowhere else."""

    def guarded(self):
        return super().guarded() if self.path.endswith("/metadata") else self.pixels()


def nobody(server, folder):
    """Play the shipped scenario of an archive that is asked without a credential."""
    text = (ROOT / "testcases/imaging/pixels/nobody.yaml").read_text()
    known = {"study-a": STUDY, "series-a": SERIES, "instance-a": INSTANCE}
    return played(server, folder, text, gates=("wado",), known=known)


def test_an_archive_that_asks_nobody_for_a_credential_is_not_asked_why(tmp_path):
    with Miniature(Open()) as server:
        done = nobody(server, tmp_path)
    assert set(results(done)) == {"not-asked"}
    assert set(done.verdicts.values()) == {"skip"}


def test_an_archive_that_asks_for_one_and_sends_pixels_without_is_noticed(tmp_path):
    with Miniature(OpenForPixels()) as server:
        done = nobody(server, tmp_path)
    assert "failed" in results(done)
