"""The frozen values that every part of dermconf speaks in; nothing here reads, sends or judges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.problem import NOWHERE, Place
from conformance.target import EDITIONS, GATES, IMAGING, Target
from conformance.vocabulary import Evidence, Exclusion, Gate, Level, Party, Result, State, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "EDITIONS",
    "GATES",
    "IMAGING",
    "Attempt",
    "Check",
    "Discover",
    "Evidence",
    "Exchange",
    "Exclusion",
    "Finding",
    "Gate",
    "Given",
    "Json",
    "Level",
    "Outcome",
    "Party",
    "Request",
    "Requirement",
    "Resource",
    "Result",
    "Scenario",
    "State",
    "Step",
    "Target",
    "Verdict",
]

Json = Any  # a JSON value: dict, list, str, int, Decimal or float, bool, None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One statement of one specification, in our own words."""

    id: str
    spec: str
    level: Level
    evidence: Evidence
    gate: Gate
    binds: Party
    statement: str
    source: str
    state: State
    when: str = ""
    excluded: Exclusion | None = None
    reason: str = ""
    hint: str = ""
    policy: str = ""  # the rule binds only where this is required of the target


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One expectation of a step: its kind, the kind's value, and the predicates beside it."""

    index: int
    kind: str
    value: Json
    predicates: Mapping[str, Json] = field(default_factory=dict)
    requirement: str | None = None
    hint: str = ""
    when: Mapping[str, Json] = field(default_factory=dict)
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One interaction: a verb, its subject, the keys beside it, and what is expected of the answer."""

    index: int
    verb: str
    subject: Json
    name: str = ""
    args: Mapping[str, Json] = field(default_factory=dict)
    entries: tuple[Step, ...] = ()
    expect: tuple[Check, ...] = ()
    keep: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    place: Place = NOWHERE

    @property
    def label(self) -> str:
        """Return what a reader calls this step, such as `read: prediction`."""
        return f"{self.verb}: {self.subject}" if isinstance(self.subject, str) else self.verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A resource that is created before the steps."""

    name: str
    file: str
    set: Mapping[str, Json] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    times: int = 1
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Discover:
    """Resources that are looked for instead of created."""

    name: str
    type: str
    where: Mapping[str, Json]
    unlock: str
    limit: int = 20
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One row of one scenario file; `axes` are the looked-up values of `cases` in this row."""

    id: str
    row: str
    sentence: str
    requirements: Mapping[str, Level]
    steps: tuple[Step, ...]
    file: str
    text: str
    sha256: str
    fhir: str = "R4"
    edition: str = ""
    # Why a target may lack what this needs: it is skipped then, and not untested.
    optional: str = ""
    needs: Mapping[str, Json] = field(default_factory=dict)
    axes: Mapping[str, str] = field(default_factory=dict)
    given: tuple[Given, ...] = ()
    discover: tuple[Discover, ...] = ()
    place: Place = NOWHERE

    @property
    def name(self) -> str:
        """Return the id with its row, such as `search/spelling[media-typed]`."""
        return f"{self.id}[{self.row}]" if self.row else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was sent; header names in lower case, secrets already redacted.

    `credentials` names whose they were, where they were not the target's usual ones.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    credentials: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One answer, or why there was none; header names in lower case.

    Where the body was not `utf8`, U+FFFD stands for what could not be read. Of what was asked for as bytes
    there are `facts`, and a body only where it is text.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    seconds: float = 0.0
    error: str = ""
    truncated: bool = False
    utf8: bool = True
    facts: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and every answer to it; the last one counts."""

    request: Request
    attempts: tuple[Attempt, ...]
    seq: int = 0

    @property
    def answer(self) -> Attempt:
        """Return the attempt that counts."""
        return self.attempts[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What a name of the scenario stands for; `sent` is the body last sent, `received` the body last seen."""

    name: str
    reference: str
    url: str = ""
    version: str = ""
    index: int = 0
    sent: Json = None
    received: Json = None
    found: bool = False
    deleted: bool = False

    @property
    def type(self) -> str:
        """Return the resource type."""
        return self.reference.split("/", 1)[0]

    @property
    def id(self) -> str:
        """Return the logical id."""
        return self.reference.split("/", 1)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a check says of one subject, before roles, origin and gates are weighed.

    `requirement` and `evidence` are those of the rule that was judged, where it carries its own.
    """

    result: Result
    at: str = ""
    expected: Json = None
    actual: Json = None
    message: str = ""
    hint: str = ""
    about: str = ""
    requirement: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One judgement under one requirement, as it stands in the record."""

    scenario: str
    step: int
    check: int | str
    requirement: str
    level: str
    evidence: str
    party: str
    gating: bool
    result: Result
    at: str = ""
    sent: Json = None
    expected: Json = None
    actual: Json = None
    message: str = ""
    hint: str = ""
    exchange: int = 0
    place: str = ""
    label: str = ""
    about: str = ""
