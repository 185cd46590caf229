"""The frozen values that every part of dermconf speaks in; nothing here reads, sends or judges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.problem import NOWHERE, Place
from conformance.vocabulary import Evidence, Exclusion, Gate, Level, Party, Result, State, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "GATES",
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

# The specifications whose rules may fail a run that names no other.
GATES = ("dermatology", "r4")
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
    """What was sent; header names in lower case, secrets already redacted."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One answer, or why there was none; header names in lower case.

    Where the body was not `utf8`, U+FFFD stands for what could not be read.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    seconds: float = 0.0
    error: str = ""
    truncated: bool = False
    utf8: bool = True


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
class Target:
    """The server under test and what the run may do there; never holds a secret."""

    base: str
    name: str = ""
    roles: tuple[Party, ...] = (Party.REPOSITORY,)
    read_only: bool = False
    leave_data: bool = False
    gates: tuple[str, ...] = GATES
    policies: tuple[str, ...] = ()
    evidence: Evidence = Evidence.DESCRIPTIVE
    pages: int = 50
    settle: float | None = None
    timeout: float = 30.0
    # What the target's owner does not allow, besides: delete, validate, search-by-post.
    denied: tuple[str, ...] = ()
    # The request budget: in all, and a second.
    total: int | None = None
    rate: float | None = None
    # What scenarios may look up of it: values by name, such as a resource that is there.
    known: Mapping[str, str] = field(default_factory=dict)
    # Where its images are: a FHIR base, hosts of WADO-RS, and the generation of SMART Imaging Access.
    imaging: str = ""
    wado: tuple[str, ...] = ()
    generation: str = ""
    # Its bases in other releases of FHIR, by release.
    versions: Mapping[str, str] = field(default_factory=dict)

    def gated(self, spec: str) -> bool:
        """Tell whether the rules of a specification, in any edition, may fail the target."""
        return spec in self.gates or any(gate.startswith(f"{spec}@") for gate in self.gates)

    def edition(self, spec: str) -> str:
        """Return the edition of a specification that the target is held to, or nothing."""
        named = (gate.partition("@") for gate in self.gates)
        return next((edition for name, _, edition in named if name == spec and edition), "")


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
