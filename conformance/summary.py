"""The run in one value, summary.json: counts, requirements, scenarios, the verdict and the exit code."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from conformance.baseline import Settled, Standing, bridged, gaps, open_findings, settle, silences
from conformance.model import Party, Result, State, Verdict
from conformance.verdicts import ELSEWHERE, OURS, Facts, gate_open, of_finding, of_requirements, of_run, worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.events import Run, ScenarioRun
    from conformance.model import Json, Requirement, Target

NOTHING = Settled()
_TOLD = ("requirement", "gating", "step", "check", "at", "expected", "actual", "message", "hint", "exchange")
# Where a baseline's own state decides: the server was judged, and not failed.
_DECIDED = frozenset({0, 3})
_NEVER_SAID = frozenset({Result.DATA, Result.OBSERVED, Result.CANNOT_SAY, Result.UNTESTED, Result.NOT_ASKED})


def requirement_verdicts(scenarios: Sequence[ScenarioRun]) -> dict[str, Verdict]:
    """Return the verdict of every requirement that was declared by a scenario or spoke up by itself."""
    declared = {name for s in scenarios for name in s.event.get("requirements", ())}
    findings = [f for s in scenarios for f in s.findings]
    counted = declared | {f["requirement"] for f in findings if f["result"] not in _NEVER_SAID}
    heard = of_requirements(f for f in findings if f["requirement"] in counted)
    unplayed = _unplayed(scenarios)
    # A scenario that was not played found nothing: it speaks only where no other one did.
    silent = {name: worst(verdicts) for name, verdicts in unplayed.items() if name not in heard}
    return dict(sorted({**heard, **silent}.items()))


def _unplayed(scenarios: Iterable[ScenarioRun]) -> dict[str, list[Verdict]]:
    """Return what scenarios that were skipped or broke off say of the requirements they declare."""
    said: dict[str, list[Verdict]] = {}
    for scenario in scenarios:
        verdict = Verdict(scenario.skipped["verdict"]) if scenario.skipped else None
        verdict = Verdict.ERROR if scenario.problems else verdict
        if verdict is not None:
            for name in scenario.event.get("requirements", ()):
                said.setdefault(name, []).append(verdict)
    return said


def facts(
    run: Run,
    verdicts: Mapping[str, Verdict],
    catalogue: Mapping[str, Requirement],
    target: Target,
    settled: Settled = NOTHING,
) -> Facts:
    """Return what the run's verdict is decided from; what is `settled` by a baseline does not count."""
    findings = [f for s in run.scenarios for f in s.findings]
    problems = [p["kind"] for s in run.scenarios for p in s.problems]
    problems += [e["kind"] for e in run.outside if e["event"] == "problem"]
    gating = _gating(verdicts, catalogue, target)
    failed = open_findings(run, settled, Result.FAILED)
    return Facts(
        # Where nothing speaks FHIR, the address is wrong: there is no server to be failed.
        gating_fail=bool(failed) and ELSEWHERE not in problems,
        our_bug=any(kind in OURS for kind in problems),
        trouble=any(kind not in OURS for kind in problems),
        gating_untested=any(_still_untested(name, run, settled) for name in _untested(gating, verdicts)),
        gating_passed=any(verdicts[name] is Verdict.PASS for name in gating & _shown(findings)),
        whole=bool(run.header["selection"]["whole"]),
        nothing_selected=not run.scenarios and not problems,
    )


def unfinished(run: Run, catalogue: Mapping[str, Requirement], target: Target) -> list[str]:
    """Return the requirements that leave a run incomplete, whatever is accepted."""
    verdicts = requirement_verdicts(run.scenarios)
    return _untested(_gating(verdicts, catalogue, target), verdicts)


def _gating(names: Iterable[str], catalogue: Mapping[str, Requirement], target: Target) -> frozenset[str]:
    return frozenset(name for name in names if name in catalogue and _would_gate(catalogue[name], target))


def _untested(names: Iterable[str], verdicts: Mapping[str, Verdict]) -> list[str]:
    return sorted(name for name in names if verdicts[name] is Verdict.UNTESTED)


def _still_untested(requirement: str, run: Run, settled: Settled) -> bool:
    """Tell whether anything leaves a requirement untested that no baseline accepts."""
    found = gaps(run, requirement)
    return not found or not all(bridged(gap, requirement, settled) for gap in found)


def _gate(code: int, settled: Settled) -> dict[str, Json]:
    """Return the exit code, and what the baseline has to do with it: an entry that is past fails the gate."""
    past = settled.count(Standing.STALE) + settled.count(Standing.EXPIRED)
    return {
        "exit": 1 if past and code in _DECIDED else code,
        "accepted": settled.accepted,
        "stale": settled.count(Standing.STALE),
        "expired": settled.count(Standing.EXPIRED),
        "entries": [{**asdict(entry), "state": state.value} for entry, state in settled.states],
    }


def _shown(findings: Iterable[Mapping[str, Json]]) -> set[str]:
    """Return the rules that were shown to hold by more than the server's own statement of what it can do."""
    held = (f for f in findings if f["result"] == Result.HELD)
    return {f["requirement"] for f in held if not str(f.get("label", "")).startswith("capability")}


def _would_gate(requirement: Requirement, target: Target) -> bool:
    # A producer's rule is tested on a repository too: what it alters it answers for.
    bound = requirement.binds in target.roles or requirement.binds is Party.PRODUCER
    return bound and gate_open(requirement, target)


def summary(
    run: Run, catalogue: Mapping[str, Requirement], target: Target, *, cut: bool = False
) -> dict[str, Json]:
    """Return the content of summary.json; `cut`: the run was interrupted."""
    verdicts = requirement_verdicts(run.scenarios)
    settled = settle(run)
    weighed = [facts(run, verdicts, catalogue, target, each) for each in (NOTHING, settled)]
    if cut:
        weighed = [replace(each, trouble=True, nothing_selected=False) for each in weighed]
    (verdict, _), (_, code) = map(of_run, weighed)
    by_requirement = _scenarios_of(run.scenarios)
    waiting = frozenset(_untested(_gating(verdicts, catalogue, target), verdicts))
    footer = run.footer or {}
    return {
        "dermconf": run.header["dermconf"],
        "verdict": verdict,
        "gate": _gate(code, settled),
        "target": run.target.get("base", ""),
        "roles": list(run.header["roles"]),
        "counts": _counts(run, verdicts),
        "requirements": [
            _requirement(name, v, catalogue.get(name), by_requirement.get(name, []))
            for name, v in verdicts.items()
        ],
        "scenarios": [_scenario(s, settled, waiting) for s in run.scenarios],
        "exchanges": sum(len(s.exchanges) for s in run.scenarios)
        + sum(e["event"] == "exchange" for e in run.outside),
        "seconds": footer.get("seconds", 0),
        "planned": sum(r.state is State.PLANNED for r in catalogue.values()),
        "rules": sum(r.state is not State.EXCLUDED for r in catalogue.values()),
    }


def _counts(run: Run, verdicts: Mapping[str, Verdict]) -> dict[str, int]:
    counted = Counter(v.value for v in verdicts.values())
    aside = Counter(f["result"] for s in run.scenarios for f in s.findings)
    return {v.value: counted[v.value] for v in Verdict} | {
        word.value: aside[word.value] for word in (Result.DATA, Result.OBSERVED)
    }


def _scenarios_of(scenarios: Iterable[ScenarioRun]) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for scenario in scenarios:
        for name in [*scenario.event.get("requirements", ()), *(f["requirement"] for f in scenario.findings)]:
            found.setdefault(name, {})[scenario.name] = None
    return {name: list(names) for name, names in found.items()}


def _requirement(
    name: str, verdict: Verdict, requirement: Requirement | None, scenarios: list[str]
) -> dict[str, Json]:
    known = (
        {
            "level": requirement.level.value,
            "evidence": requirement.evidence.value,
            "gate": requirement.gate.value,
            "binds": requirement.binds.value,
        }
        if requirement
        else {"level": "", "evidence": "", "gate": "", "binds": ""}
    )
    return {"id": name, **known, "verdict": verdict.value, "scenarios": scenarios}


def _scenario(scenario: ScenarioRun, settled: Settled, waiting: frozenset[str]) -> dict[str, Json]:
    silent = silences(scenario) & waiting
    return {
        "id": scenario.name,
        "verdict": scenario.verdict,
        # Skipped as a whole, and somebody answers for each rule that this leaves untested.
        "accepted": bool(scenario.skipped and silent)
        and all((scenario.name, name) in settled.silent for name in silent),
        "requirements": list(scenario.event.get("requirements", ())),
        "seconds": _seconds(scenario),
        "findings": [
            _finding(finding, accepted=(scenario.name, index) in settled.findings)
            for index, finding in enumerate(scenario.findings)
            if finding["result"] != Result.HELD
        ],
    }


def _seconds(scenario: ScenarioRun) -> float:
    times = [event["ms"] for event in scenario.events]
    return round((max(times) - min(times)) / 1000, 3) if times else 0.0


def _finding(finding: Mapping[str, Json], *, accepted: bool) -> dict[str, Json]:
    verdict = of_finding(finding)
    told = verdict.value if verdict else finding["result"]
    return {**{key: finding[key] for key in _TOLD}, "verdict": told, "accepted": accepted}
