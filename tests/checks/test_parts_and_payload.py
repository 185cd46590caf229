"""`parts` and `payload`: what bytes are is held, failed, or left open where not enough of them was seen."""

import pytest

from conformance.checks import judge
from conformance.checks.scene import Scene
from conformance.model import Attempt, Check, Exchange, Request, Result

HELD, FAILED, UNTESTED = [Result.HELD], [Result.FAILED], [Result.UNTESTED]
DICOM = {"study": "1.2.3", "series": "1.2.3.4", "instance": "1.2.3.4.5", "patient": "MRN-A"}


def part(*, type_="application/dicom", format_="dicom", size=500, sha256="aa", **more):
    dicom = {"dicom": DICOM} if format_ == "dicom" else {}
    return {"type": type_, "location": "", "size": size, "sha256": sha256, "format": format_, **dicom, **more}


def several(*parts, complete=True, **more):
    told = {
        "type": "multipart/related",
        "size": 9,
        "sha256": "ff",
        "format": "multipart",
        "complete": complete,
    }
    return {**told, "parts": list(parts), "count": len(parts), **more}


def single(format_="jpeg", **more):
    return {
        "type": "image/jpeg",
        "size": 700,
        "sha256": "bb",
        "sha1": "c2g=",
        "format": format_,
        "complete": True,
        **more,
    }


def exchange(facts, status=200):
    attempt = Attempt(status=status, facts=facts)
    return Exchange(request=Request(method="GET", url="http://h/wado"), attempts=(attempt,))


def judged(kind, value, facts, status=200, **steps):
    known = {name: Scene(verb="retrieve", exchanges=(other,)) for name, other in steps.items()}
    scene = Scene(verb="retrieve", exchanges=(exchange(facts, status),), steps=known)
    return [outcome.result for outcome in judge(Check(index=1, kind=kind, value=value), scene)]


UNREAD = part(dicom={"unread": "it is deflated"})
OPEN = part(dicom={"study": "1.2.3"}, open=True)
SHORT = part(short="its pixels end after 7 of 12 bytes")
BARELY = part(format_="other", size=20, open=True)
TWO = several(part(), part(dicom={**DICOM, "instance": "1.2.3.4.6"}))
PARTS = [
    ({"count": 2}, TWO, HELD),
    ({"count": "2"}, TWO, HELD),
    ({"count": 3}, TWO, FAILED),
    ({"count": "several"}, TWO, UNTESTED),
    ({"at-least": 2}, TWO, HELD),
    ({"at-least": 3}, TWO, FAILED),
    ({"at-least": 3}, {**TWO, "cut": "closed: in the middle"}, UNTESTED),
    ({"complete": True}, TWO, HELD),
    ({"complete": True}, several(part(), complete=False), FAILED),
    ({"complete": True}, several(part(), complete=False, cut="closed: in the middle"), UNTESTED),
    ({"complete": True}, several(part(), SHORT), FAILED),
    ({"complete": True}, several(SHORT, complete=False, cut="closed: in the middle"), FAILED),
    ({"type": "application/dicom"}, several(part(type_="Application/DICOM; transfer-syntax=1.2")), HELD),
    ({"type": "application/dicom"}, several(part(), part(type_="")), FAILED),
    ({"study": "urn:oid:1.2.3"}, TWO, HELD),
    ({"study": "1.2.9"}, TWO, FAILED),
    ({"instance": "1.2.3.4.5"}, TWO, FAILED),
    ({"patient": "MRN-A"}, several(part(dicom={"study": "1.2.3"})), FAILED),
    ({"patient": "MRN-A"}, several(part(), OPEN), UNTESTED),
    ({"study": "1.2.9"}, several(part(), OPEN), FAILED),
    ({"study": "1.2.3"}, several(part(), BARELY), UNTESTED),
    ({"study": "1.2.3"}, several(part(), part(format_="jpeg")), FAILED),
    ({"study": "1.2.3"}, several(part(), UNREAD), UNTESTED),
    ({"patient": "MRN-A"}, several(part(size=10**8, dicom={"study": "1.2.3"})), UNTESTED),
    ({"study": "1.2.3"}, several(), UNTESTED),
    ({"unique": True}, TWO, HELD),
    ({"unique": True}, several(part(), part()), FAILED),
    ({"count": 1}, single(), FAILED),
    ({"count": 1}, several(wrong="the Content-Type names no boundary"), FAILED),
    ({"count": 2, "study": "1.2.9"}, TWO, [Result.HELD, Result.FAILED]),
]
OTHER = part(dicom={**DICOM, "patient": "MRN-B"})
PARTS += [
    ({"other-patient": "MRN-B"}, TWO, HELD),
    ({"other-patient": "MRN-B"}, several(part(), OTHER), FAILED),
    ({"other-patient": "MRN-B"}, several(OTHER, UNREAD), FAILED),
    ({"other-patient": "MRN-B"}, several(part(), UNREAD), UNTESTED),
    ({"other-patient": "MRN-B"}, several(part(format_="jpeg")), UNTESTED),
    ({"other-patient": "MRN-B"}, single("text"), UNTESTED),
    ({"other-patient": "MRN-B"}, single("dicom", dicom={"patient": "MRN-B"}), FAILED),
]
CUT = {"cut": "closed: in the middle", "complete": False}
PAYLOADS = [
    ({"format": "jpeg"}, single(), HELD),
    ({"format": ["png", "jpeg"]}, single(), HELD),
    ({"format": "png"}, single(), FAILED),
    ({"format": "tiff"}, single(), UNTESTED),
    ({"format": "jpeg"}, single("text", size=20, **CUT), UNTESTED),
    ({"format": "jpeg"}, single(size=200, **CUT), HELD),
    ({"format": "dicom"}, TWO, HELD),
    ({"format": "dicom"}, several(part(), part(format_="text")), FAILED),
    ({"format": "dicom"}, several(), FAILED),
    ({"format": "dicom"}, several(**CUT), UNTESTED),
    ({"lacks": ["dicom", "jpeg"]}, single("json"), HELD),
    ({"lacks": ["dicom", "jpeg"]}, single(), FAILED),
    ({"lacks": ["dicom"]}, several(part(format_="text"), part()), FAILED),
    ({"lacks": ["dicom"]}, single("json", **CUT), UNTESTED),
    ({"lacks": ["dicom"]}, several(wrong="the Content-Type names no boundary"), UNTESTED),
    ({"size": 700}, single(), HELD),
    ({"size": "700"}, single(), HELD),
    ({"size": 701}, single(), FAILED),
    ({"size": 701}, single(**CUT), UNTESTED),
    ({"sha1": "c2g="}, single(), HELD),
    ({"sha1": "c2g="}, TWO, UNTESTED),
    ({"sha256": "bb"}, single(), HELD),
    ({"sha256": "cc"}, single(), FAILED),
]


@pytest.mark.parametrize(("value", "facts", "results"), PARTS)
def test_parts_are_judged_by_what_was_seen_of_them(value, facts, results):
    assert judged("parts", value, facts) == results


@pytest.mark.parametrize(("value", "facts", "results"), PAYLOADS)
def test_a_payload_is_judged_by_what_was_seen_of_it(value, facts, results):
    assert judged("payload", value, facts) == results


@pytest.mark.parametrize(
    ("before", "results"),
    [
        (exchange(single()), HELD),
        (exchange({**single(), "sha256": "cc"}), FAILED),
        (exchange({**single(), "sha256": "cc"}, status=404), UNTESTED),
        (exchange({**single(), "sha256": "cc", **CUT}), UNTESTED),
        (exchange(None), UNTESTED),
        (exchange(several(part(sha256="bb"))), HELD),
        (exchange({**several(part(sha256="cc")), "count": 2}), UNTESTED),
    ],
)
def test_the_same_bytes_are_the_same_wherever_their_boundaries_are(before, results):
    assert judged("payload", {"same-as": "first"}, single(), first=before) == results


@pytest.mark.parametrize(
    ("facts", "before", "status", "results"),
    [
        (single(), exchange(single()), 403, FAILED),
        (single(), exchange(several(part(sha256="bb"))), 200, FAILED),
        (several(part(), part(sha256="bb")), exchange(single()), 200, FAILED),
        (single("text", sha256="cc"), exchange(single()), 403, HELD),
        (single("empty", size=0), exchange(single("empty", size=0)), 403, UNTESTED),
        (single(), exchange(single(), status=404), 403, UNTESTED),
        (single("text", sha256="cc", **CUT), exchange(single()), 403, UNTESTED),
    ],
)
def test_a_refusal_is_unlike_what_was_sent_to_who_may_have_it(facts, before, status, results):
    assert judged("payload", {"unlike": "first"}, facts, status=status, first=before) == results


def test_without_such_a_step_nothing_is_compared():
    assert judged("payload", {"same-as": "first"}, single()) == UNTESTED


@pytest.mark.parametrize(("kind", "value"), [("parts", {"count": 1}), ("payload", {"format": "jpeg"})])
def test_a_refusal_is_the_finding_of_another_rule(kind, value):
    assert judged(kind, value, several(part()), status=403) == UNTESTED


def test_pixels_in_a_refusal_are_looked_for():
    assert judged("payload", {"lacks": ["dicom"]}, several(part()), status=403) == FAILED


def test_what_was_not_retrieved_has_no_bytes():
    assert judged("payload", {"format": "json"}, None) == UNTESTED


@pytest.mark.parametrize(
    ("promised", "came", "result"),
    [
        ("image/png", "png", Result.HELD),
        ("image/jpeg; charset=binary", "jpeg", Result.HELD),
        ("image/png", "jpeg", Result.FAILED),
        ("image/webp", "other", Result.UNTESTED),
    ],
)
def test_a_media_type_promises_a_format(promised, came, result):
    (outcome,) = judge(*_of(promised, came))
    assert outcome.result is result


def _of(promised, came):
    facts = {"size": 4, "sha256": "0" * 64, "format": came, "complete": True}
    exchange = Exchange(
        request=Request(method="GET", url="http://h/wado"), attempts=(Attempt(status=200, facts=facts),)
    )
    check = Check(index=1, kind="payload", value={"format": promised})
    return check, Scene(verb="retrieve", exchanges=(exchange,))


OCTETS = "application/octet-stream"
EXPLICIT = f"{OCTETS}; transfer-syntax=1.2.840.10008.1.2.1"
JPEG = f"{OCTETS}; transfer-syntax=1.2.840.10008.1.2.4.50"


def described(rows=2, columns=3, samples=3, bits=8, colours="RGB"):
    """Return a step that retrieved metadata."""
    told = {"00280010": rows, "00280011": columns, "00280002": samples, "00280100": bits, "00280004": colours}
    return [{tag: {"vr": "US", "Value": [value]} for tag, value in told.items() if value is not None}]


def frame(type_=EXPLICIT, format_="other", size=18, **more):
    return part(type_=type_, format_=format_, size=size, **more)


@pytest.mark.parametrize(
    ("frames", "metadata", "result"),
    [
        ([frame()], described(), Result.HELD),
        ([frame(), frame()], described(), Result.HELD),
        # Pixels of one colour may be letters, or begin as JSON does.
        ([frame(format_="text")], described(), Result.HELD),
        ([frame(format_="json")], described(), Result.HELD),
        ([frame(format_="json", size=25)], described(), Result.FAILED),
        ([frame(), frame(size=17)], described(), Result.FAILED),
        ([frame(size=0, format_="empty")], None, Result.FAILED),
        ([frame(type_="application/json", format_="json")], described(), Result.FAILED),
        ([frame(type_="text/html; charset=utf-8", format_="text")], None, Result.FAILED),
        # Where the metadata are not there, or say nothing of it, a size cannot be wrong.
        ([frame(format_="text", size=25)], None, Result.NOT_ASKED),
        ([frame(size=25)], described(rows=None), Result.NOT_ASKED),
        ([frame(size=25)], described(bits="eight"), Result.NOT_ASKED),
        # What is compressed has any size, and is no words.
        ([frame(type_=JPEG, format_="jpeg", size=7)], described(), Result.HELD),
        ([frame(type_=JPEG, format_="text", size=18)], described(), Result.FAILED),
        ([frame(type_="image/jpeg", format_="jpeg", size=7)], described(), Result.HELD),
        ([frame(type_=OCTETS, format_="jpeg", size=7)], described(), Result.UNTESTED),
        ([frame(type_=OCTETS, format_="text", size=7)], described(), Result.FAILED),
        ([frame(size=12)], described(colours="YBR_FULL_422"), Result.HELD),
        ([frame(size=18)], described(colours="YBR_FULL_422"), Result.HELD),
        ([frame(size=1)], described(samples=1, bits=1), Result.HELD),
        ([frame(size=10)], described(rows=3, samples=1), Result.HELD),
        ([frame(size=36)], described(bits=16), Result.HELD),
        ([], described(), Result.UNTESTED),
        ([frame(open=True, size=3)], described(), Result.UNTESTED),
    ],
)
def test_a_frame_is_as_large_as_the_metadata_of_its_image_say(frames, metadata, result):
    before = Scene(verb="retrieve", body=metadata)
    scene = Scene(verb="retrieve", exchanges=(exchange(several(*frames)),), steps={"described": before})
    (outcome,) = judge(Check(index=1, kind="payload", value={"frame-of": "described"}), scene)
    assert outcome.result is result


def test_what_is_not_multipart_is_no_frame():
    assert judged("payload", {"frame-of": "described"}, single("json")) == FAILED
