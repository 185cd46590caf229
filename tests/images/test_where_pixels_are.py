"""Where pixels are is found whatever a study names, and what leads elsewhere is held against nobody."""

import pytest
from archive import RELATED, STUDY, Archive, dicom, endpoint, multipart, study
from miniature import Miniature, http
from playing_images import played, results, retrieved

from conformance.run.endpoints import above_studies

FOUND = """scenario: The image is where its study says
requirements: {R4-RES-19: SHALL}
steps:
  - search: ImagingStudy
    step: found
    base: imaging
    with: patient-a
    where: {patient: Patient/a}
    control: the study that is retrieved
  - retrieve: study
    of: "1.2.3"
    found-by: found
    with: patient-a
    expect:
      - {status: 200, for: R4-RES-19}
      - {parts: {at-least: 1, complete: true}, for: R4-RES-19}
"""
STRICT = FOUND.replace("    found-by: found\n", "    found-by: found\n    fallback: none\n")
ALONE = """scenario: The image is there
requirements: {R4-RES-19: SHALL}
needs: {base: [wado]}
steps:
  - retrieve: study
    of: "1.2.3"
    with: patient-a
    expect:
      - {status: 200, for: R4-RES-19}
"""
SECOND = """scenario: Another one
requirements: {R4-RES-19: SHALL}
steps:
  - capability: fhir
    expect: [{status: 200, for: R4-RES-19}]
"""


class Several(Archive):
    """A study names several endpoints, of which some work."""

    named = ()

    def studies(self):
        there = [endpoint(f"{self.here}{path}", id_, status=status) for id_, path, status in self.named]
        return [study(by_study=[f"Endpoint/{id_}" for id_, _, _ in self.named]), *there]


def asked(server):
    return [path for path in server.of("GET") if "/studies/" in path]


def going(*named):
    server = Miniature(Several())
    server.answer.named = named
    return server


OLD, GONE, WORKS = ("old", "/old", "suspended"), ("gone", "/gone", "active"), ("works", "/wado", "active")


def test_an_endpoint_that_is_active_goes_before_one_that_is_not(tmp_path):
    with going(OLD, WORKS) as server:
        done = played(server, tmp_path, FOUND)
    assert set(results(done)) == {"held"}
    assert asked(server) == [f"/wado/studies/{STUDY}"]


def test_an_endpoint_that_is_suspended_is_used_where_there_is_no_other(tmp_path):
    with going(("old", "/wado", "suspended")) as server:
        done = played(server, tmp_path, FOUND)
    assert set(results(done)) == {"held"}


@pytest.mark.parametrize("named", [(GONE, WORKS), (GONE, ("works", "/wado", "suspended"))])
def test_where_one_endpoint_has_gone_astray_the_next_is_tried(tmp_path, named):
    with going(*named) as server:
        done = played(server, tmp_path, FOUND)
    assert set(results(done)) == {"held"}
    assert asked(server) == [f"/gone/studies/{STUDY}", f"/wado/studies/{STUDY}"]
    assert [event["purpose"] for event in retrieved(done)] == ["astray", "step"]


def test_where_all_endpoints_have_gone_astray_the_last_answer_is_judged(tmp_path):
    with going(GONE, OLD) as server:
        done = played(server, tmp_path, FOUND)
    assert results(done)[0] == "failed"
    assert len(asked(server)) == 2


def test_a_refusal_by_one_endpoint_is_its_answer(tmp_path):
    with going(WORKS, GONE) as server:
        done = played(server, tmp_path, FOUND.replace("patient-a\n    expect", "patient-b\n    expect"))
    assert results(done)[0] == "failed"
    assert asked(server) == [f"/wado/studies/{STUDY}"]


def test_a_denial_that_is_foreseen_is_an_answer_though_it_says_that_there_is_nothing(tmp_path):
    text = FOUND.replace("status: 200", "status: [403, 404]")
    with going(GONE, WORKS) as server:
        done = played(server, tmp_path, text)
    assert results(done)[0] == "held"
    assert asked(server) == [f"/gone/studies/{STUDY}"]


class Dangling(Archive):
    """A study names an endpoint that is not there."""

    def studies(self):
        return [study(by_study=["Endpoint/nope"])]


def test_where_an_endpoint_leads_nowhere_the_settings_stand_for_it_unless_the_step_says_no(tmp_path):
    with Miniature(Dangling()) as server:
        done = played(server, tmp_path, FOUND, STRICT)
    assert done.verdicts == {"case0": "pass", "case1": "untested"}
    (event,) = done.events("not-reached")
    assert event["because"] == (
        "study 1.2.3 names no endpoint of WADO-RS that can be used (Endpoint/nope was answered 404)"
    )
    assert retrieved(done)[0]["endpoint"]["how"] == "settings"


class Redirecting(Archive):
    """The pixels are somewhere else."""

    to = ""

    def pixels(self):
        return http(307, Location=self.to)

    def attached(self):
        return http(307, Location=self.to)


ATTACHED = """scenario: A photograph is there
requirements: {R4-RES-19: SHALL}
steps:
  - retrieve: attachment
    of: Binary/1
    expect:
      - {status: 200, for: R4-RES-19}
      - {header: Content-Type, matches: image, for: R4-RES-19}
"""


@pytest.mark.parametrize("text", [ALONE, ATTACHED])
def test_what_is_redirected_to_a_host_that_the_settings_do_not_name_is_untested_and_the_host_is_told(
    tmp_path, text
):
    with Miniature(Redirecting()) as server:
        server.answer.to = "https://s3.example.com/bucket/x"
        done = played(server, tmp_path, text)
    assert set(results(done)) == {"untested"}
    (event,) = done.events("not-reached")
    assert event["because"] == (
        "redirected, and s3.example.com:443 is no host of the target's settings (imaging, wado, hub): "
        "nothing was sent there"
    )


def test_a_redirect_that_a_step_foresees_is_its_answer(tmp_path):
    with Miniature(Redirecting()) as server:
        server.answer.to = "https://login.example.com/"
        done = played(server, tmp_path, ALONE.replace("status: 200", "status: [3xx, 401]"))
    assert set(results(done)) == {"held"}


def test_redirects_without_end_are_the_archives_own_and_their_headers_are_not_judged(tmp_path):
    with Miniature(Redirecting()) as server:
        server.answer.to = "/fhir/Binary/1"
        done = played(server, tmp_path, ATTACHED)
    assert results(done) == ["failed", "untested"]


@pytest.mark.parametrize(
    ("of", "path"),
    [
        ("Binary/1", "/fhir/Binary/1"),
        ("/fhir/Binary/1", "/fhir/Binary/1"),
        ("/blobs/1?x=2", "/blobs/1?x=2"),
        ("../blobs/1", "/blobs/1"),
    ],
)
def test_an_attachment_is_where_its_address_leads_from_the_fhir_base(tmp_path, of, path):
    with Miniature(Archive()) as server:
        played(server, tmp_path, ATTACHED.replace("Binary/1", '"{{ known.of }}"'), known={"of": of})
    assert [each for each in server.of("GET") if "1" in each] == [path]


AT = """scenario: The image is below an address
requirements: {R4-RES-19: SHALL}
steps:
  - retrieve: study
    of: "1.2.3"
    at: "{{ known.at }}"
    with: patient-a
    expect: [{status: 200, for: R4-RES-19}]
"""


@pytest.mark.parametrize(
    ("at", "path"),
    [
        ("/wado", f"/wado/studies/{STUDY}"),
        ("/wado?key=k1", f"/wado/studies/{STUDY}?key=k1"),
        ("/wado/studies/1.9?key=k1", f"/wado/studies/{STUDY}?key=k1"),
    ],
)
def test_what_is_retrieved_at_an_address_is_asked_for_before_its_query(tmp_path, at, path):
    with Miniature(Archive()) as server:
        done = played(server, tmp_path, AT, known={"at": f"{server.host}{at}"}, wado=())
    assert set(results(done)) == {"held"}
    assert asked(server) == [path]


def test_the_study_that_an_address_names_is_taken_out_of_it():
    assert above_studies("https://h/wado/studies/1.2/series/3?k=1") == "https://h/wado?k=1"
    assert above_studies("https://h/wado") == "https://h/wado"


class Login(Archive):
    """A gateway answers whatever is asked of the archive with a page to log in."""

    page = b"<!doctype html><html>Log in</html>"

    def guarded(self):
        return http(200, self.page, media="text/html")


def test_a_web_page_of_an_archive_is_judged_and_the_run_goes_on(tmp_path):
    text = ALONE + "      - {parts: {at-least: 1}, for: R4-RES-19}\n"
    with Miniature(Login()) as server:
        done = played(server, tmp_path, *[text] * 4, SECOND)
    assert [done.verdicts[f"case{number}"] for number in range(5)] == [*["fail"] * 4, "pass"]
    assert (done.exit, done.kinds) == (1, set())


def test_of_an_archive_alone_nothing_is_said_of_the_address_under_test(tmp_path):
    class Mute(Login):
        def fhir(self):
            return http(404)

    with Miniature(Mute()) as server:
        done = played(server, tmp_path, *[ALONE] * 4)
    assert done.kinds == set()


OFFERED = """scenario: A frame is there
requirements: {R4-RES-19: SHALL}
needs: {base: [wado]}
steps:
  - retrieve: frames
    of: "1.2.3/1.2.3.4/1.2.3.4.5/1"
    with: patient-a
    optional: an archive may give whole files alone
    expect:
      - {status: 200, for: R4-RES-19}
      - {parts: {count: 1}, for: R4-RES-19}
  - retrieve: frames
    of: "1.2.3/1.2.3.4/1.2.3.4.5/9999"
    with: patient-a
    expect:
      - {status: [400, 404], for: R4-RES-19}
"""


class Answering(Archive):
    """An archive answers with a status."""

    status = 200

    def pixels(self):
        return http(self.status, b"no", media="text/plain")


@pytest.mark.parametrize("status", [404, 405, 406, 501])
def test_what_an_archive_says_not_to_offer_is_not_asked_nor_is_what_follows(tmp_path, status):
    with Miniature(Answering()) as server:
        server.answer.status = status
        done = played(server, tmp_path, OFFERED)
    assert results(done) == ["not-asked"] * 3
    assert len(asked(server)) == 1


@pytest.mark.parametrize("status", [400, 410, 500])
def test_another_refusal_of_what_need_not_be_offered_fails(tmp_path, status):
    with Miniature(Answering()) as server:
        server.answer.status = status
        done = played(server, tmp_path, OFFERED)
    assert results(done)[0] == "failed"


MEASURED = """scenario: A photograph has the size that is said
requirements: {R4-RES-19: SHALL}
needs: {perhaps: [other]}
steps:
  - read: Media/1
    expect: [{status: 200}]
    keep:
      place: {fhirpath: Media.content.url, optional: the bytes may stand in the attachment}
      size: {fhirpath: Media.content.size, optional: an attachment need not tell its size}
  - retrieve: attachment
    of: "{{ place }}"
    expect:
      - {payload: {size: "{{ size }}"}, for: R4-RES-19}
      - {payload: {sha1: "{{ known.other }}"}, for: R4-RES-19}
      - {payload: {format: jpeg}, for: R4-RES-19}
"""


class Photographs(Archive):
    """A Media resource describes a photograph more or less."""

    content = ()

    def attached(self):
        if self.path == "/fhir/Media/1":
            told = {"resourceType": "Media", "id": "1", "status": "completed"}
            return http(200, {**told, "content": dict(self.content)})
        return http(200, b"\xff\xd8\xff\xe0photograph", media="image/jpeg")


@pytest.mark.parametrize(
    ("content", "came"),
    [
        ({"url": "Binary/1", "size": 14}, ["held", "not-asked", "held"]),
        ({"url": "Binary/1", "size": 15}, ["failed", "not-asked", "held"]),
        ({"url": "Binary/1"}, ["not-asked", "not-asked", "held"]),
        ({"data": "AAAA"}, ["not-asked"] * 3),
    ],
)
def test_what_need_not_be_told_is_not_asked_where_it_is_not(tmp_path, content, came):
    with Miniature(Photographs()) as server:
        server.answer.content = content
        done = played(server, tmp_path, MEASURED)
    assert results(done) == came


def test_a_part_whose_headers_are_folded_is_of_the_type_that_they_say(tmp_path):
    class Folding(Archive):
        def pixels(self):
            body = multipart(dicom()).replace(b"Content-Type: ", b"CONTENT-TYPE:\r\n\t")
            return http(200, body, media=RELATED)

    text = ALONE + "      - {parts: {type: application/dicom}, for: R4-RES-19}\n"
    with Miniature(Folding()) as server:
        done = played(server, tmp_path, text)
    assert set(results(done)) == {"held"}
