"""Reads a recorded run and judges it again, with nothing but the file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance import events
from conformance.capability import Capability
from conformance.events import finding_event
from conformance.jsontext import parsed
from conformance.judge.replay import judge_again
from conformance.judge.weigh import Bench
from conformance.model import Evidence, Party, Target
from conformance.problem import Place, Problem, Problems
from conformance.read import parse
from conformance.run.bases import stated
from conformance.run.standings import again, regraded
from conformance.summary import summary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.events import Run, ScenarioRun
    from conformance.model import Json, Scenario


# Nothing of these is said of the creation of `given`, which is step 0.
_OF_A_STEP = frozenset({"step", "not-reached"})


def target_of(run: Run) -> Target:
    """Return the target as the record describes it."""
    header = run.header
    return Target(
        base=str(run.target.get("base", "")),
        name=str(run.target.get("name", "")),
        roles=tuple(Party(role) for role in header["roles"]),
        read_only=header["mode"]["read_only"],
        leave_data=header["mode"]["leave_data"],
        gates=tuple(header["gates"]),
        policies=tuple(header.get("policies", ())),
        evidence=Evidence(header["evidence"]),
        pages=header["pages"],
        settle=header["settle"],
        denied=tuple(header["mode"].get("denied", ())),
        known=dict(run.target.get("known", {})),
        imaging=run.target.get("imaging", ""),
        wado=tuple(run.target.get("wado", ())),
        generation=run.target.get("generation", ""),
        hub=run.target.get("hub", ""),
        versions=dict(run.target.get("versions", {})),
        credentials=tuple(run.target.get("credentials", ())),
    )


def retold(path: Path) -> tuple[Run, Mapping[str, Json]]:
    """Return a recorded run and the summary that it gives."""
    run = events.read(path)
    cut = run.footer is None or run.footer["ended"] == "interrupted"
    try:
        return run, summary(run, regraded(run), target_of(run), cut=cut)
    except Problem as problem:
        raise problem.at(Place(str(path), 1)) from None


def differences(path: Path, packages: Sequence[Path] = ()) -> Iterator[str]:
    """Yield where judging the record again comes to something else than what was recorded.

    `packages` are those that the run was judged by; raises Problem where they are others.
    """
    run = events.read(path)
    guides = again(run, path, packages)
    known = regraded(run)
    claims = Capability(parsed(run.target.get("capability")))
    bench = Bench(target=target_of(run), claims=claims, catalogue=known, guides=guides)
    for recorded in run.scenarios:
        if recorded.event.get("text") and not _unplayed(recorded):
            yield from _compared(
                recorded,
                _scenario(recorded, path, known),
                _bench(recorded, run, bench),
                str(run.header["run"]),
            )


def _bench(recorded: ScenarioRun, run: Run, usual: Bench) -> Bench:
    """Return what a scenario was judged by: the claims of the base that it was played against."""
    base = recorded.event.get("base", usual.target.base)
    if base == usual.target.base:
        return usual
    answers = (event for event in run.outside if event.get("purpose") == "doctor")
    asked = (e for e in answers if e["request"]["url"] == f"{base}/metadata")
    body = next((stated(e["attempts"][-1]["status"], e["attempts"][-1]["body"]) for e in asked), None)
    return replace(usual, target=replace(usual.target, base=base), claims=Capability(body))


def _unplayed(recorded: ScenarioRun) -> bool:
    return not recorded.exchanges and bool(recorded.problems)


def _scenario(recorded: ScenarioRun, path: Path, known: Collection[str]) -> Scenario:
    """Return the scenario that was played; raises Problem where what is recorded cannot be of it."""
    event = recorded.event
    try:
        rows = parse(event["text"], event.get("file", ""), id=event["id"])
    except Problems as unreadable:
        (first, *_) = unreadable.problems
        told = f"the text of {recorded.name} cannot be read: {first.message}"
        raise _foreign(told, event, path) from None
    found = next((row for row in rows if row.row == event["row"]), None)
    if found is None:
        raise _foreign(f"the record holds no row '{event['row']}' of {event['id']}", event, path)
    asked = {*found.requirements, *(c.requirement for s in found.steps for c in s.expect if c.requirement)}
    if unknown := sorted(asked - set(known)):
        raise _foreign(f"{found.name} asks for {', '.join(unknown)}, which nobody knows", event, path)
    for one in recorded.events:
        if not 0 <= one.get("step", 0) <= len(found.steps) or (
            one["event"] in _OF_A_STEP and not one["step"]
        ):
            raise _foreign(f"{found.name} has no step {one['step']}", one, path)
    return found


def _foreign(message: str, event: Mapping[str, Json], path: Path) -> Problem:
    # Each event is a line, and they are counted from 1.
    return Problem("record", message, place=Place(str(path), event.get("seq", 0)), hint=events.MEND)


def _compared(recorded: ScenarioRun, scenario: Scenario, bench: Bench, run: str) -> Iterator[str]:
    findings, verdict = judge_again(recorded, scenario, bench, run)
    before = [_bare(event) for event in recorded.findings]
    after = [_bare(_as_written(finding_event(finding))) for finding in findings]
    if before != after:
        at = next((n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), -1)
        yield f"{recorded.name}: finding {at + 1} of {len(before)} is judged otherwise ({len(after)} now)"
    if verdict.value != recorded.verdict:
        yield f"{recorded.name}: was {recorded.verdict}, is {verdict.value}"


def _bare(event: Mapping[str, Json]) -> dict[str, Json]:
    """Return a finding without what tells when and by whom it was written."""
    return {key: value for key, value in event.items() if key not in {"event", "seq", "who", "ms"}}


def _as_written(event: Mapping[str, Json]) -> Mapping[str, Json]:
    import orjson  # noqa: PLC0415 - one use

    from conformance.jsontext import line  # noqa: PLC0415 - one use

    written: Mapping[str, Json] = orjson.loads(line(event))
    return written
