"""The shapes of run.jsonl, in and out; the file is the run, and everything else is drawn from it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import partial
from hashlib import sha256
from operator import attrgetter
from typing import TYPE_CHECKING

import orjson

from conformance.jsontext import dumps, parsed
from conformance.model import Attempt, Exchange, Finding, Request, Resource, Result
from conformance.problem import Place, Problem
from conformance.recordshape import amiss

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.model import Json

SCHEMA = 1
EVENTS = (
    "header",
    "target",
    "scenario",
    "skipped",
    "intent",
    "step",
    "exchange",
    "created",
    "bound",
    "kept",
    "clock",
    "not-reached",
    "finding",
    "problem",
    "deleted",
    "leftover",
    "verdict",
    "footer",
)
_FIELDS: Mapping[type, Sequence[str]] = {
    kind: tuple(entry.name for entry in fields(kind)) for kind in (Request, Attempt, Finding, Resource)
}
_VALUES = {kind: attrgetter(*names) for kind, names in _FIELDS.items()}
# How a leftover begins that is no resource, but something open in a session of a hub.
CONTEXT = "hub.topic "
# What a reader needs to know that nothing is missing; the rest is counted all the same.
_LISTS = (
    "step",
    "exchange",
    "finding",
    "problem",
    "created",
    "bound",
    "kept",
    "deleted",
    "leftover",
    "clock",
)

# The code of a complaint about a record that is no whole run, though every line of it can be read.
MISCOUNTED = "miscounted"
_HEADLESS = "this is not a recorded run: its first line is no header"
_EMPTY = "this is not a recorded run: it is empty"
_UNKNOWN = (
    "a run writes its header before it sends anything; what was emptied later says nothing of what was left"
)
# What is written is shorter by far; a device has lines without an end.
_LONGEST = 64_000_000
_TWICE = "this line begins another run"
NAME = "name the run.jsonl of a run"
MEND = "the file was altered or damaged: take it from where it was written, or run again"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRun:
    """Everything that was recorded of one scenario, in order."""

    name: str
    event: Mapping[str, Json]
    events: tuple[Mapping[str, Json], ...] = ()
    steps: tuple[Mapping[str, Json], ...] = ()
    exchanges: tuple[Mapping[str, Json], ...] = ()
    findings: tuple[Mapping[str, Json], ...] = ()
    problems: tuple[Mapping[str, Json], ...] = ()
    created: tuple[Mapping[str, Json], ...] = ()
    bound: tuple[Mapping[str, Json], ...] = ()
    kept: tuple[Mapping[str, Json], ...] = ()
    deleted: tuple[Mapping[str, Json], ...] = ()
    leftover: tuple[Mapping[str, Json], ...] = ()
    clock: tuple[Mapping[str, Json], ...] = ()
    skipped: Mapping[str, Json] | None = None
    verdict: str = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One recorded run; `footer` is None where the run ended before it could be written."""

    header: Mapping[str, Json]
    target: Mapping[str, Json] = field(default_factory=dict)
    footer: Mapping[str, Json] | None = None
    scenarios: tuple[ScenarioRun, ...] = ()
    outside: tuple[Mapping[str, Json], ...] = ()


def read(path: Path) -> Run:
    """Return the run that a file records; raises Problem where it is no run, or was cut or altered."""
    events = list(lines(path))
    if not events:
        raise Problem("record", _EMPTY, place=Place(str(path), 1), hint=_UNKNOWN)
    footer = events[-1] if events[-1]["event"] == "footer" else None
    if footer is not None and footer["counts"] != counts(events[:-1]):
        message = "the footer's counts do not agree with the events: lines are missing or were added"
        raise Problem(MISCOUNTED, message, place=Place(str(path), len(events)), hint=MEND)
    return assemble(events)


def lines(path: Path) -> Iterable[dict[str, Json]]:
    """Yield the events of a file, the header first; a last line that was cut off by a kill is left out.

    Raises Problem at the first line that is none, or holds what no event of its kind does.
    """
    texts: dict[str, str] = {}
    begun = False
    for number, row in _rows(path):
        event = _event(row)
        if event is None and not row.endswith(b"\n"):
            if not begun:
                raise _refused(_HEADLESS, path, number)
            return
        if event is None:
            raise _refused("this line is not an event", path, number)
        if event:
            if (event["event"] == "header") is begun:
                raise _refused(_TWICE if begun else _HEADLESS, path, number)
            begun = begun or _of_this_version(event, path, number)
            if found := amiss(event):
                raise _refused(found, path, number)
            yield _whole(event, path, texts) if b'_ref":{' in row else event


def _rows(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            yield from enumerate(iter(partial(file.readline, _LONGEST), b""), 1)
    except OSError as error:
        message = f"the record cannot be read: {error.strerror}"
        raise Problem("record", message, place=Place(str(path)), hint=NAME) from None


def _of_this_version(header: Mapping[str, Json], path: Path, number: int) -> bool:
    if header.get("schema") == SCHEMA:
        return True
    told = f"its schema is {header.get('schema')}, this dermconf reads {SCHEMA}"
    message = f"the record is of another version of dermconf: {told}"
    hint = "read it by the version that wrote it, or run again"
    raise Problem("record", message, place=Place(str(path), number), hint=hint)


def _refused(message: str, path: Path, number: int) -> Problem:
    return Problem("record", message, place=Place(str(path), number), hint=MEND)


def _event(row: bytes) -> dict[str, Json] | None:
    """Return the event of a line, empty for an empty line, or None where it holds none."""
    if not row.strip():
        return {}
    try:
        event = orjson.loads(row)
    except ValueError:
        return None
    return event if isinstance(event, dict) and event.get("event") in EVENTS else None


def _whole(event: dict[str, Json], path: Path, texts: dict[str, str]) -> dict[str, Json]:
    """Return an event with the long texts that lie beside the record; the same text is one value."""
    if event["event"] != "exchange":
        return _with_texts(event, path, texts)
    attempts = [_with_texts(attempt, path, texts) for attempt in event["attempts"]]
    return {**event, "request": _with_texts(event["request"], path, texts), "attempts": attempts}


def _with_texts(part: dict[str, Json], path: Path, texts: dict[str, str]) -> dict[str, Json]:
    refs = [key for key in part if key.endswith("_ref")]
    rest = {key: value for key, value in part.items() if key not in refs}
    names = {key.removesuffix("_ref"): str(part[key]["sha256"]) for key in refs}
    for name in {*names.values()} - texts.keys():
        texts[name] = _text(name, path)
    return rest | {key: texts[name] for key, name in names.items()}


def _text(name: str, path: Path) -> str:
    file = path.parent / "bodies" / name
    try:
        data = file.read_bytes()
    except OSError as error:
        message = f"a body of the record cannot be read: {error.strerror}"
        raise Problem("record", message, place=Place(str(file))) from None
    if sha256(data).hexdigest() != name:
        raise Problem("record", "a body of the record was altered", place=Place(str(file)))
    return data.decode("utf-8", "replace")


def counts(events: Iterable[Mapping[str, Json]]) -> dict[str, int]:
    """Return how many events of each kind there are."""
    total = dict.fromkeys(EVENTS[:-1], 0)
    for event in events:
        total[event["event"]] += 1
    return total


def assemble(events: Sequence[Mapping[str, Json]]) -> Run:
    """Return the events as one run, scenarios in the order of their names."""
    by_scenario: dict[str, list[Mapping[str, Json]]] = {}
    alone: dict[str, Mapping[str, Json]] = {}
    outside: list[Mapping[str, Json]] = []
    for event in events:
        if event["event"] in {"header", "target", "footer"}:
            alone[event["event"]] = event
        elif event.get("scenario"):
            by_scenario.setdefault(event["scenario"], []).append(event)
        else:
            outside.append(event)
    return Run(
        header=alone["header"],
        target=alone.get("target", {}),
        footer=alone.get("footer"),
        scenarios=tuple(_scenario(name, by_scenario[name]) for name in sorted(by_scenario)),
        outside=tuple(outside),
    )


def _scenario(name: str, events: list[Mapping[str, Json]]) -> ScenarioRun:
    kinds: dict[str, list[Mapping[str, Json]]] = {kind: [] for kind in EVENTS}
    for event in sorted(events, key=lambda entry: entry["seq"]):
        kinds[event["event"]].append(event)
    plural = {"step": "steps", "exchange": "exchanges", "finding": "findings", "problem": "problems"}
    return ScenarioRun(
        name=name,
        event=next(iter(kinds["scenario"]), {"scenario": name, "id": name, "row": "", "requirements": {}}),
        events=tuple(sorted(events, key=lambda entry: entry["seq"])),
        skipped=next(iter(kinds["skipped"]), None),
        verdict=next((e["verdict"] for e in kinds["verdict"]), "error"),
        **{plural.get(kind, kind): tuple(kinds[kind]) for kind in _LISTS},
    )


def exchange_event(exchange: Exchange) -> dict[str, Json]:
    """Return the fields of an exchange event; `seq` is the recorder's to give."""
    return {"request": _plain(exchange.request), "attempts": [_plain(a) for a in exchange.attempts]}


def exchange_of(event: Mapping[str, Json]) -> Exchange:
    """Return the exchange that an event records."""
    return Exchange(
        request=Request(**event["request"]),
        attempts=tuple(Attempt(**_known(a, Attempt)) for a in event["attempts"]),
        seq=event["seq"],
    )


def _known(value: Mapping[str, Json], kind: type) -> dict[str, Json]:
    return {key: entry for key, entry in value.items() if key in _FIELDS[kind]}


def _plain(value: Request | Attempt | Finding | Resource) -> dict[str, Json]:
    """Return a value's fields as they are: all of them are JSON, so nothing needs to be copied."""
    kind = type(value)
    return dict(zip(_FIELDS[kind], _VALUES[kind](value), strict=True))


def finding_event(finding: Finding) -> dict[str, Json]:
    """Return the fields of a finding event."""
    return {**_plain(finding), "result": finding.result.value}


def finding_of(event: Mapping[str, Json]) -> Finding:
    """Return the finding that an event records."""
    return Finding(**{**_known(event, Finding), "result": Result(event["result"])})


def bound_event(resource: Resource, how: str) -> dict[str, Json]:
    """Return the fields of a bound event; bodies are kept as JSON text, so that no digit is lost."""
    bodies = {
        side: None if (body := getattr(resource, side)) is None else dumps(body)
        for side in ("sent", "received")
    }
    return {**_plain(resource), **bodies, "how": how}


def resource_of(event: Mapping[str, Json]) -> Resource:
    """Return the resource that a bound event records."""
    bodies = {side: parsed(event[side]) for side in ("sent", "received")}
    return Resource(**{**_known(event, Resource), **bodies})
