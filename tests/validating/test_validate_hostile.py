"""No bytes make `dermconf validate` stumble, and every line that it names is the right one."""

import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance import catalogue, guides, jsontext, packages
from conformance.fhirpath import compile as compile_fhirpath
from conformance.validating import places, showing
from conformance.validating.judging import Court
from conformance.validating.sources import STDIN, sources

calm = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=120)
COURT = Court(guides=guides.shipped(), look_up=lambda id_: catalogue.requirements().get(id_))
FILES = sorted((packages.folder("dermatology") / "example").glob("*.json"))
TEXTS = [path.read_bytes() for path in FILES]

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["resourceType", "id", "meta", "entry", "resource", "status", ""]), inner
        )
    ),
    max_leaves=12,
)


def told(data):
    """Return everything that is said of some bytes, in all three formats."""
    (read,) = sources([STDIN], io.BytesIO(data))
    judged = list(COURT.judge(read))
    for each in judged:
        showing.block(each, COURT.look_up).encode()
        assert json.loads(showing.json_line(each))["valid"] == each.valid
    assert json.loads("".join(showing.outcome(judged, ())))["issue"]
    return judged


@calm
@given(st.binary(max_size=200))
def test_no_bytes_are_taken_for_a_valid_resource_or_make_it_stumble(data):
    assert all(not each.valid for each in told(data))


@calm
@given(st.sampled_from(TEXTS), st.integers(min_value=0), st.binary(min_size=1, max_size=3))
def test_a_file_that_was_spoilt_is_judged_or_refused(text, at, other):
    place = at % len(text)
    told(text[:place] + other + text[place + 1 :])


@calm
@given(values)
def test_no_value_makes_it_stumble(value):
    told(json.dumps(value).encode())
    told(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": value}).encode())
    told(json.dumps({"resourceType": "Observation", "meta": value, "status": value}).encode())


DEEP = [
    b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"resourceType": "Patient", "id": "\\ud800"}',
    b'{"resourceType": "Patient", "x": ' + b"9" * 6_000 + b"}",
    b'{"resourceType": "Patient", "x": 1e99999999999999999999}',
    b'{"resourceType": "Patient", "active": true, "active": false}',
    b"\xff\xfe{\x00}\x00",
    b'<!DOCTYPE a [<!ENTITY b "c">]><Patient xmlns="http://hl7.org/fhir"/>',
]


@pytest.mark.parametrize("data", DEEP, ids=lambda data: repr(data[:12]))
def test_what_is_made_to_break_readers_is_found_invalid(data):
    judged = told(data)
    assert judged
    assert not any(each.valid for each in judged)


def pointers(value, way=()):
    yield way
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from pointers(part, (*way, key))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_is_that_of_the_element(path):
    """Each element is put on a line of its own, so that its line tells which one was found."""
    value = json.loads(path.read_text(encoding="utf-8"))
    text = json.dumps(value, indent=1)
    rows, lines = text.splitlines(), places.Lines(text, value)
    kind = value["resourceType"]
    for way in pointers(value):
        keys = [key for key in way if isinstance(key, str)]
        if any(key[0] == "_" or key == "resourceType" for key in keys):
            continue
        location = kind + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in way)
        line = lines.line(location)
        assert (
            rows[line - 1]
            .strip()
            .startswith(f'"{way[-1]}"' if way and isinstance(way[-1], str) else ("{", '"'))
        )


CHOICES = [
    ("Observation.value.unit", {"valueQuantity": {"value": 1, "unit": "mm"}}, "unit"),
    ("Observation.effective", {"effectiveDateTime": "2026-01-05"}, "effectiveDateTime"),
    (
        "Observation.status.extension[0].url",
        {"status": "final", "_status": {"extension": [{"url": "x"}]}},
        "url",
    ),
    ("Observation.status", {"status": "final", "_status": {"id": "a"}}, "status"),
    ("Observation.component[1].value.code", {"component": [{}, {"valueQuantity": {"code": "mm"}}]}, "code"),
    ("Observation.nosuch.thing", {"status": "final"}, ""),
    ("Observation.note[7].text", {"note": [{"text": "a"}]}, ""),
]


@pytest.mark.parametrize(("location", "members", "key"), CHOICES)
def test_a_choice_and_the_parts_of_a_primitive_are_found(location, members, key):
    value = {"resourceType": "Observation", **members}
    text = json.dumps(value, indent=1)
    row = text.splitlines()[places.Lines(text, value).line(location) - 1]
    assert row.strip().startswith(f'"{key}"' if key else "{")


@calm
@given(st.sampled_from(FILES), st.integers(min_value=0), scalars)
def test_every_location_leads_to_something(path, at, other):
    value = jsontext.loads(path.read_text(encoding="utf-8"))
    leaves = [way for way in pointers(value) if way]
    kind = value["resourceType"]
    *parents, last = leaves[at % len(leaves)]
    whole = value
    for key in parents:
        whole = whole[key]
    whole[last] = other
    if value.get("resourceType") != kind:
        return
    for judged in told(json.dumps(value, default=str).encode()):
        for issue in judged.issues:
            if issue.at:
                expression = compile_fhirpath(issue.at, kind)
                assert expression(judged.source.value), issue


def test_a_text_is_read_for_its_lines_once_however_much_is_found_in_it(monkeypatch):
    read = []
    monkeypatch.setattr(places, "_offsets", lambda text: read.append(text) or {})
    wrong = {"resourceType": "Patient", "birthDate": "soon"}
    entries = [{"resource": wrong} for _ in range(50)]
    judged = told(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode())
    assert sum(not each.valid for each in judged) == 50
    assert len(read) == 1
