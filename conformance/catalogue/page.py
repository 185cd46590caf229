"""Draws the page of one requirement, as `dermconf explain` shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model import GATES, Evidence, Gate, Level, Party, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.model import Requirement

EVIDENCE: Mapping[Evidence, str] = {
    Evidence.EXPLICIT: "the page says it as a rule",
    Evidence.DESCRIPTIVE: "the page describes it, and we read that as a rule",
    Evidence.INFERRED: "follows from an example or from FHIR R4",
    Evidence.ASSUMED: "our own assumption",
}
GATE: Mapping[Gate, str] = {
    Gate.ALWAYS: "always",
    Gate.CLAIMED: "where the server declares it",
    Gate.NEVER: "never",
}
BINDS: Mapping[Party, str] = {
    Party.REPOSITORY: "the server that stores the data",
    Party.PRODUCER: "whoever wrote the resource, and a server that altered it",
    Party.IMAGE_SOURCE: "the server that holds the images",
    Party.AUTHORISATION: "the server that grants access",
    Party.CONSUMER: "whoever reads the data",
    Party.REPORT: "our own reports",
}
FAILING = (Level.SHALL, Level.SHALL_NOT)
SURE = (Evidence.EXPLICIT, Evidence.DESCRIPTIVE)


def page(requirement: Requirement, scenarios: Sequence[str], faults: Sequence[str]) -> str:
    """Return the Markdown page of a requirement, with the scenarios and the faults that concern it."""
    parts = [
        f"# {requirement.id}",
        requirement.statement,
        "\n".join(_rows(requirement)),
        *_mending(requirement),
        *_listed("Tested by", scenarios),
        *_listed("Shown to be found out by breaking it", faults),
    ]
    return "\n\n".join(parts) + "\n"


def _rows(requirement: Requirement) -> Iterator[str]:
    yield "| | |"
    yield "| --- | --- |"
    yield f"| level | {requirement.level} |"
    yield f"| evidence | {requirement.evidence}: {EVIDENCE[requirement.evidence]} |"
    yield f"| fails a run | {_gate(requirement)} |"
    yield f"| binds | {requirement.binds}: {BINDS[requirement.binds]} |"
    if requirement.when:
        yield f"| applies when | {_cell(requirement.when)} |"
    yield f"| source | <{requirement.source}> |"
    yield f"| state | {_state(requirement)} |"


def _gate(requirement: Requirement) -> str:
    if requirement.level not in FAILING:
        return f"never: the rule is a {requirement.level}"
    if requirement.policy:
        return f"only with `--require-{requirement.policy}`"
    if requirement.gate is not Gate.NEVER and requirement.evidence not in SURE:
        return f"only with `--evidence {requirement.evidence}`"
    asked = requirement.gate is not Gate.NEVER and requirement.spec not in GATES
    return f"with `--gate {requirement.spec}`: {GATE[requirement.gate]}" if asked else GATE[requirement.gate]


def _state(requirement: Requirement) -> str:
    if requirement.state is State.EXCLUDED:
        return f"not tested: {_cell(requirement.reason)}"
    return str(requirement.state)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _mending(requirement: Requirement) -> list[str]:
    return [f"## How to mend it\n\n{requirement.hint}"] if requirement.hint else []


def _listed(title: str, names: Sequence[str]) -> list[str]:
    return [f"## {title}\n\n" + "\n".join(f"- `{name}`" for name in names)] if names else []
