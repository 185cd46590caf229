"""Findings to a scenario's verdict, to a requirement's, to the run's, to the exit code: tables, no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.model import Evidence, Gate, Level, Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from conformance.model import Json, Requirement, Target

# Worst first.
ORDER = (
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.UNTESTED,
    Verdict.OUT_OF_REACH,
    Verdict.WARN,
    Verdict.PASS,
    Verdict.SKIP,
)
_EVIDENCE = tuple(Evidence)
_BINDING = frozenset({Level.SHALL, Level.SHALL_NOT})
_FINDING = {
    (Result.HELD, True): Verdict.PASS,
    (Result.HELD, False): Verdict.PASS,
    (Result.FAILED, True): Verdict.FAIL,
    (Result.FAILED, False): Verdict.WARN,
    (Result.UNTESTED, True): Verdict.UNTESTED,
    (Result.UNTESTED, False): Verdict.UNTESTED,
    # What a rule is about did not come up, as it may not: a skip, which any other finding outweighs.
    (Result.NOT_ASKED, True): Verdict.SKIP,
    (Result.NOT_ASKED, False): Verdict.SKIP,
}
# Our own mistakes; everything else that a `problem` names lies between us and the server.
# What is told where nothing at the address ever answered as a FHIR server does.
ELSEWHERE = "address"
OURS = frozenset({"fixture", "scenario", "bug"})


def gate_open(requirement: Requirement, target: Target) -> bool:
    """Tell whether this run's gates let the requirement fail it, were it broken."""
    return (
        requirement.level in _BINDING
        and requirement.gate is not Gate.NEVER
        and (requirement.policy in target.policies if requirement.policy else target.gated(requirement.spec))
        and _EVIDENCE.index(requirement.evidence) <= _EVIDENCE.index(target.evidence)
    )


def worst(verdicts: Iterable[str]) -> Verdict:
    """Return the worst of some verdicts; of none at all: untested."""
    found = {Verdict(v) for v in verdicts}
    return next((verdict for verdict in ORDER if verdict in found), Verdict.UNTESTED)


def of_finding(finding: Mapping[str, Json]) -> Verdict | None:
    """Return the verdict that a finding gives, or None for data, observations and what cannot be said."""
    return _FINDING.get((Result(finding["result"]), bool(finding["gating"])))


def of_requirements(findings: Iterable[Mapping[str, Json]]) -> dict[str, Verdict]:
    """Return each requirement's verdict: the worst of its findings, untested if none says anything."""
    heard: dict[str, list[Verdict]] = {}
    for finding in findings:
        if finding["result"] not in {Result.DATA, Result.OBSERVED}:
            verdict = of_finding(finding)
            heard.setdefault(finding["requirement"], []).extend([verdict] if verdict else [])
    return {name: worst(verdicts) for name, verdicts in heard.items()}


def of_scenario(
    findings: Collection[Mapping[str, Json]],
    problems: Collection[Mapping[str, Json]],
    skipped: Mapping[str, Json] | None,
    declared: Collection[str],
) -> Verdict:
    """Return a scenario's verdict; what it does not declare counts only where it did not hold."""
    heard = of_requirements(findings)
    told = [heard.get(name, Verdict.UNTESTED) for name in declared if not _only_data(name, findings)]
    aside = [v for name, v in heard.items() if name not in declared and v in {Verdict.FAIL, Verdict.WARN}]
    errors = [Verdict.ERROR] if problems else []
    if skipped is not None:
        failed = [v for v in told if v is Verdict.FAIL]
        return worst([skipped["verdict"], *failed, *errors, *aside])
    return worst([*told, *aside, *errors] or [Verdict.PASS])


def _only_data(name: str, findings: Iterable[Mapping[str, Json]]) -> bool:
    results = {f["result"] for f in findings if f["requirement"] == name}
    return bool(results) and results <= {Result.DATA, Result.OBSERVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the run's verdict is decided from."""

    gating_fail: bool
    our_bug: bool
    trouble: bool
    gating_untested: bool
    gating_passed: bool
    whole: bool
    nothing_selected: bool = False


def of_run(facts: Facts) -> tuple[str, int]:
    """Return the run's verdict and exit code; the first row that applies decides."""
    rows = (
        (facts.nothing_selected, "nothing-selected", 2),
        (facts.gating_fail, "nonconformant", 1),
        (facts.our_bug, "error", 5),
        (facts.trouble, "error", 4),
        (facts.gating_untested or not facts.gating_passed, "incomplete", 3),
        (facts.whole, "conformant", 0),
        (True, "partial", 0),
    )
    return next((verdict, code) for applies, verdict, code in rows if applies)
