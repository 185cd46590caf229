"""Draws the page of one requirement, as `dermconf explain` shows it, and the page that lists them all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from conformance.catalogue.automatic import AUTOMATIC
from conformance.model import GATES, Evidence, Exclusion, Gate, Level, Party, State

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
    Party.HUB: "the hub of FHIRcast, which tells applications what others are looking at",
    Party.CONSUMER: "whoever reads the data",
    Party.REPORT: "our own reports",
}
EXCLUDED: Mapping[Exclusion, str] = {
    Exclusion.PERMISSION: "a permission",
    Exclusion.CLIENT: "what a client or reader does",
    Exclusion.NOT_OBSERVABLE: "nothing that a test of a server can observe",
    Exclusion.DEFINITION: "a definition or a rationale",
    Exclusion.MERGED: "judged under another requirement",
    Exclusion.HOUSE_RULE: "a rule of our own house",
    Exclusion.CONTRADICTED: "contradicted by the specification itself",
    Exclusion.UNKNOWN_CONTENT: "its content is unknown",
}
UNTESTED: Mapping[State, str] = {State.EXCLUDED: "not tested", State.PLANNED: "planned"}
FAILING = (Level.SHALL, Level.SHALL_NOT)
ALWAYS = frozenset(AUTOMATIC.values())
SURE = (Evidence.EXPLICIT, Evidence.DESCRIPTIVE)
SPECS: Mapping[str, str] = {
    "ai-transparency": "HL7 AI Transparency on FHIR",
    "dermatology": "Dermatology Image Annotation",
    "imaging-manifest": "Manifests of key objects (ImagingManifest, ImagingObjectSelection)",
    "imaging-selection": "Selections of images (ImagingSelection)",
    "r4": "FHIR R4",
}
# What Markdown would take for emphasis, a link, a tag or an entity; within words an underscore is none.
_MARKS = re.compile(r"[\\*<>\[\]|]|&(?=#?\w+;)|(?<=\w)_(?!\w)|(?<!\w)_(?=\w+_)")
_CODE = re.compile(r"(`[^`]*`)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """What stands for a requirement: a scenario or a fault, in a sentence.

    `file` is where it lies as seen from the page, `seen` a thread that tells of it on a real server.
    """

    name: str
    sentence: str = ""
    file: str = ""
    seen: str = ""


def page(requirement: Requirement, scenarios: Sequence[Witness], faults: Sequence[Witness]) -> str:
    """Return the Markdown page of a requirement, with the scenarios and the faults that concern it."""
    parts = [
        f"# {requirement.id}",
        escaped(requirement.statement),
        "\n".join(_rows(requirement)),
        *_mending(requirement),
        *_tested(requirement, scenarios),
        *_listed("Shown to be found out by breaking it", faults),
    ]
    return "\n\n".join(parts) + "\n"


def index(requirements: Sequence[Requirement], proofs: Mapping[str, tuple[int, int]], note: str) -> str:
    """Return the page that lists requirements by specification; `proofs` counts scenarios and faults."""
    parts = ["# Requirements", note]
    for spec, rows in groupby(requirements, key=lambda one: one.spec):
        each = list(rows)
        tested = sum(one.state is State.TESTED for one in each)
        parts += [
            f"## {SPECS.get(spec, escaped(spec))}",
            f"{len(each)} requirements, {tested} of them tested.",
            "\n".join([*_HEAD, *(_line(one, *proofs.get(one.id, (0, 0))) for one in each)]),
        ]
    return "\n\n".join(parts) + "\n"


_HEAD = (
    "| requirement | statement | level | evidence | fails a run | scenarios | faults |",
    "| --- | --- | --- | --- | --- | ---: | ---: |",
)


def _line(requirement: Requirement, scenarios: int, faults: int) -> str:
    tested = requirement.state is State.TESTED
    cells = (
        f"[{requirement.id}]({requirement.id}.md)",
        escaped(requirement.statement),
        str(requirement.level),
        str(requirement.evidence),
        _gate(requirement) if tested else _untested(requirement),
        _times(requirement, scenarios) if tested else "",
        str(faults) if tested else "",
    )
    return f"| {' | '.join(cells)} |"


def _untested(requirement: Requirement) -> str:
    kind = f": {requirement.excluded}" if requirement.excluded else ""
    return f"{UNTESTED[requirement.state]}{kind}"


def _times(requirement: Requirement, scenarios: int) -> str:
    return "all" if requirement.id in ALWAYS else str(scenarios)


def escaped(text: str) -> str:
    """Return a text in which nothing is taken for Markdown but its code in backticks."""
    parts = _CODE.split(text)
    return "".join(
        part.replace("|", "\\|") if at % 2 else _MARKS.sub(r"\\\g<0>", part) for at, part in enumerate(parts)
    )


def _rows(requirement: Requirement) -> Iterator[str]:
    yield "| | |"
    yield "| --- | --- |"
    yield f"| level | {requirement.level} |"
    yield f"| evidence | {requirement.evidence}: {EVIDENCE[requirement.evidence]} |"
    yield f"| fails a run | {_gate(requirement)} |"
    yield f"| binds | {requirement.binds}: {BINDS[requirement.binds]} |"
    if requirement.when:
        yield f"| applies when | {escaped(requirement.when)} |"
    yield f"| source | <{requirement.source}> |"
    yield f"| state | {_state(requirement)} |"
    yield from _why(requirement)


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
    return UNTESTED.get(requirement.state) or str(requirement.state)


def _why(requirement: Requirement) -> Iterator[str]:
    if requirement.excluded:
        yield f"| excluded | {requirement.excluded}: {EXCLUDED[requirement.excluded]} |"
        yield f"| reason | {escaped(requirement.reason)} |"


def _mending(requirement: Requirement) -> list[str]:
    return [f"## How to mend it\n\n{escaped(requirement.hint)}"] if requirement.hint else []


def _tested(requirement: Requirement, scenarios: Sequence[Witness]) -> list[str]:
    if requirement.id not in ALWAYS:
        return _listed("Tested by", scenarios)
    named = ["\n".join(map(_item, scenarios))] if scenarios else []
    return [f"## Tested by\n\n{_ALWAYS}", *named]


_ALWAYS = "Every scenario in whose answers it comes up: the rule is judged without being asked for."


def _listed(title: str, witnesses: Sequence[Witness]) -> list[str]:
    return [f"## {title}\n\n" + "\n".join(map(_item, witnesses))] if witnesses else []


def _item(witness: Witness) -> str:
    name = f"[`{witness.name}`]({witness.file})" if witness.file else f"`{witness.name}`"
    says = f": {escaped(witness.sentence)}" if witness.sentence else ""
    seen = f" Seen on a real server: <{witness.seen}>" if witness.seen else ""
    return f"- {name}{says}{seen}"
