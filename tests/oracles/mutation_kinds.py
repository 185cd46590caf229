"""What is done to a resource: each kind of mutation yields the changes that it can make at a place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model import Json

AIAST: Final = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "AIAST"}
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
ELSEWHERE: Final = "https://codes.example.org/other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is put and dropped, by JSON Pointer."""

    detail: str
    put: Mapping[str, Json]
    drop: tuple[str, ...] = ()


def drop(at: str, _value: Json) -> Iterator[Change]:
    """Leave something out; a list that would be empty then is dropped when its turn comes."""
    if at:
        yield Change(detail="away", put={}, drop=(at,))


def add(at: str, value: Json) -> Iterator[Change]:
    """Add something that the standard may or may not know."""
    if isinstance(value, dict):
        for name, new in _ADDED.items():
            if name.partition("/")[0] not in value:
                yield Change(detail=name, put={f"{at}/{name}": new})
        for stem in ("value", "effective"):
            if any(re.fullmatch(stem + "[A-Z][A-Za-z]+", key) for key in value):
                yield Change(detail=f"second {stem}", put={f"{at}/{stem}Period": {"start": "2026-01-01"}})


_ADDED: Final[Mapping[str, Json]] = {
    "colour": "red",
    "_colour": {"id": "c"},
    "id": "a1",
    "text": "some text",
    "extension": [{"url": "https://elsewhere.example.org/extension", "valueString": "x"}],
    "extension/0": {"url": "https://elsewhere.example.org/extension"},
    "extension/0/valueCode": "x",
    "extension/0/url": "relative",
    "modifierExtension": [{"url": "https://elsewhere.example.org/modifier", "valueBoolean": True}],
    "language": "de-CH",
    "implicitRules": "https://elsewhere.example.org/rules",
    "contained": [{"resourceType": "Patient", "id": "nobody"}],
    "note": [{"text": "seen twice"}],
    "display": "a word for it",
    "valueBoolean": True,
    "dataAbsentReason": {"text": "not asked"},
}


def retype(at: str, value: Json) -> Iterator[Change]:
    """Put a value of another JSON type, or none, in its place."""
    others: Mapping[str, Json] = {
        "text": "text",
        "number": 7,
        "true": True,
        "object": {},
        "array": [],
        "null": None,
        "in an array": [value],
        "array of null": [None],
        "object with null": {"id": None},
    }
    for name, new in others.items():
        if at and at != "/resourceType" and type(new) is not type(value):
            yield Change(detail=name, put={at: new})
    match = re.fullmatch(r"(.*/(?:value|effective))([A-Z]\w+)", at)
    if match:
        for type_ in {"String", "Quantity", "CodeableConcept", "DateTime", "Integer", "Decimal"} - {match[2]}:
            yield Change(detail=f"named {type_}", put={match[1] + type_: value}, drop=(at,))


def malform(at: str, value: Json) -> Iterator[Change]:
    """Write a primitive otherwise than its type allows, or just within."""
    for shape, texts in _MALFORMED:
        if isinstance(value, str) and at not in ("/resourceType", "/text/div") and shape.fullmatch(value):
            for text in texts:
                yield Change(detail=repr(text), put={at: text})
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        for number in (-1, 0, 1, 1.5, 10**12, 0.30000000000000004):
            yield Change(detail=repr(number), put={at: number})


_MALFORMED: Final = (
    (
        re.compile(r"\d{4}-\d\d-\d\d.*"),
        (
            "2026-13-01",
            "2026-02-30",
            "2026-03-27T14:29",
            "2026-3-7",
            "27.03.2026",
            "2026",
            "2026-03-27T25:00:00Z",
        ),
    ),
    (
        re.compile(r"https?:.*|urn:.*"),
        ("http://a b", "urn:oid:1.x", "urn:uuid:7", "relative/path", "HTTP://X"),
    ),
    (
        re.compile(r"[A-Za-z0-9.-]{1,64}"),
        ("has space", "under_score", "x" * 65, " before", "a  b", "ÄÖ\u20ac"),
    ),
    (re.compile(r"(?s).*"), ("", " ", "line\nbreak")),
)


def recode(at: str, value: Json) -> Iterator[Change]:
    """Change a code, its system, or how many codings say it."""
    if re.fullmatch(r".*/(status|gender|use|code|mode|type|comparator)", at) and isinstance(value, str):
        others = _STATUSES if at == "/status" else ()
        for code in ("no-such-code", value.upper(), f"{value}-2", *others):
            yield Change(detail=code, put={at: code})
    if isinstance(value, dict) and isinstance(value.get("code"), str):
        yield Change(detail="other system", put={f"{at}/system": ELSEWHERE})
        yield Change(detail="wrong word", put={f"{at}/display": "something else"})
        yield Change(detail="version", put={f"{at}/version": "99"})
    if isinstance(value, list) and at.endswith("/coding"):
        yield Change(detail="second coding", put={f"{at}/-": {"system": CATEGORY, "code": "procedure"}})
        yield Change(detail="other coding first", put={at: [{"system": ELSEWHERE, "code": "x"}, *value]})
        yield Change(detail="coding twice", put={at: [*value, *value]})
        yield Change(detail="words alone", put={f"{at[:-7]}/text": "words"}, drop=(at,))


_STATUSES: Final = (
    "final",
    "amended",
    "preliminary",
    "registered",
    "cancelled",
    "entered-in-error",
    "unknown",
)


def reslice(at: str, value: Json) -> Iterator[Change]:
    """Double, swap or merge the entries of a list."""
    if not isinstance(value, list) or not at:
        return
    yield Change(detail="twice", put={at: [*value, *value]})
    yield Change(detail="last again", put={at: [*value, value[-1]]})
    if len(value) > 1:
        yield Change(detail="backwards", put={at: value[::-1]})
        yield Change(detail="first alone", put={at: value[:1]})
        yield Change(detail="all as the first", put={at: value[:1] * len(value)})
    if len(value) > 1 and all(isinstance(entry, dict) and "coding" in entry for entry in value):
        merged = [coding for entry in value for coding in entry["coding"]]
        yield Change(detail="in one", put={at: [{"coding": merged}]})
    if at.endswith("/component"):
        for one, entry in enumerate(value):
            for other, donor in enumerate(value):
                if one != other:
                    yield Change(
                        detail=f"{one} coded as {other}",
                        put={f"{at}/{one}": {**entry, "code": donor["code"]}},
                    )


def repoint(at: str, value: Json) -> Iterator[Change]:
    """Let a reference lead elsewhere."""
    if not (isinstance(value, dict) and isinstance(value.get("reference"), str)):
        return
    for reference in _TARGETS:
        yield Change(detail=reference, put={f"{at}/reference": reference})
    for type_ in ("Patient", "Observation", "DocumentReference", "Lesion"):
        yield Change(detail=f"said to be {type_}", put={f"{at}/type": type_})
    identifier = {"system": "https://ids.example.org", "value": "1"}
    yield Change(detail="by identifier", put={at: {"identifier": identifier}})
    yield Change(detail="a Media by identifier", put={at: {"type": "Media", "identifier": identifier}})
    yield Change(detail="words alone", put={at: {"display": "that one"}})


_TARGETS: Final = (
    "Patient/patient",
    "Practitioner/practitioner-dermatologist",
    "Device/device-ai-model",
    "Media/media-photo",
    "ImagingStudy/imagingstudy",
    "DocumentReference/documentreference-photo",
    "Observation/observation-body-weight",
    "Provenance/provenance-review",
    "Organization/not-at-hand",
    "Patient/not-at-hand",
    "Observation/not-at-hand",
    "Lesion/1",
    "Patient",
    "#nowhere",
    "#",
    "urn:uuid:5f4b6a0e-6e0f-4c86-9a3f-4c0d64a8f6a1",
    "urn:uuid:nonsense",
    "https://elsewhere.example.org/fhir/Patient/1",
    "https://elsewhere.example.org/pictures?id=1",
    "no reference at all",
)


def relabel(at: str, value: Json) -> Iterator[Change]:
    """Take the label away, move it, misspell it, or give it to what has none."""
    if at != "/meta" or not isinstance(value, dict):
        return
    labels: Mapping[str, Json] = {
        "none": [],
        "lower case": [{**AIAST, "code": "aiast"}],
        "other code": [{**AIAST, "code": "CLINAST"}],
        "no such code": [{**AIAST, "code": "AIASTX"}],
        "other system": [{**AIAST, "system": ELSEWHERE}],
        "old system": [{**AIAST, "system": "http://hl7.org/fhir/v3/ObservationValue"}],
        "no system": [{"code": "AIAST"}],
        "no code": [{"system": AIAST["system"], "display": "AIAST"}],
        "a further one": [{**AIAST}, {"system": AIAST["system"], "code": "DICTAST"}],
        "twice": [{**AIAST}, {**AIAST}],
        "with a word": [{**AIAST, "display": "Artificial Intelligence asserted"}],
        "a concept": [{"coding": [{**AIAST}]}],
    }
    kept = {key: part for key, part in value.items() if key != "security"}
    yield Change(detail="gone", put={at: kept})
    yield Change(detail="a tag", put={at: {**kept, "tag": [{**AIAST}]}})
    for name, security in labels.items():
        yield Change(detail=name, put={at: {**kept, "security": security}})


def rename(at: str, value: Json) -> Iterator[Change]:
    """Give two elements ids, the same one or not."""
    if not isinstance(value, dict):
        return
    lists = [(key, item) for key, item in value.items() if isinstance(item, list)]
    inner = [f"{at}/{key}" for key, item in value.items() if isinstance(item, dict)]
    inner += [f"{at}/{key}/{n}" for key, item in lists for n, one in enumerate(item) if isinstance(one, dict)]
    for first, second in pairwise(inner):
        for name in ("a1", "a2"):
            yield Change(detail=f"{second} {name}", put={f"{first}/id": "a1", f"{second}/id": name})


def reclaim(at: str, value: Json) -> Iterator[Change]:
    """Claim another profile, or one in another way."""
    if at != "/meta/profile" or not isinstance(value, list):
        return
    guide = "https://annotatemd.com/fhir/ig/StructureDefinition/"
    for name in ("ai-prediction", "dermatology-image-annotation", "annotation-series"):
        yield Change(detail=name, put={at: [guide + name]})
        yield Change(detail=f"also {name}", put={at: [*value, guide + name]})
    yield Change(detail="with its version", put={at: [f"{value[0]}|0.1.0"]})
    yield Change(detail="base", put={at: ["http://hl7.org/fhir/StructureDefinition/Observation"]})
    yield Change(detail="vital signs", put={at: ["http://hl7.org/fhir/StructureDefinition/vitalsigns"]})
    yield Change(detail="of another type", put={at: ["http://hl7.org/fhir/StructureDefinition/Patient"]})


def narrate(at: str, value: Json) -> Iterator[Change]:
    """Tell the story in other markup."""
    if at == "/text" and isinstance(value, dict):
        for inside in _MARKUP:
            div = f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'
            yield Change(detail=inside, put={at: {"status": "generated", "div": div}})
        for div in ("<div>no namespace</div>", "no markup", "<p>no div</p>"):
            yield Change(detail=div, put={at: {"status": "generated", "div": div}})


_MARKUP: Final = (
    "",
    " ",
    "<p></p>",
    "words",
    "<b>bold</b>",
    '<a href="https://elsewhere.example.org">link</a>',
    '<img src="#image" alt="picture"/>',
    '<p onclick="run()">x</p>',
    "<script>run()</script>",
    "<iframe src='x'></iframe>",
    "<p>not closed",
    "&nbsp;&copy;",
    "<table><tr><td>1</td></tr></table>",
    "<blink>old</blink>",
    '<p style="color: red">x</p>',
    "<!-- said in passing --><p>x</p>",
)
