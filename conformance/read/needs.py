"""What a scenario needs of a server, derived from its steps and widened by its `needs:`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.read import queries
from conformance.read.language import VERBS
from conformance.read.lookups import well_formed
from conformance.read.types import of_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.model import Json, Scenario, Step

_SYSTEM = ""
_KNOWN = "known"
# What the settings may name: a check that looks it up is not asked where they do not.
PERHAPS = "perhaps"
# What `needs:` names that is no type: the target's settings have to have it.
_SETTINGS = frozenset({_KNOWN, PERHAPS, "credentials", "base"})
_OURS = "fhir"
# Where what a verb asks for is, if it is not at the base under test.
_USUAL: Mapping[str, str] = {"retrieve": "wado", "subscribe": "hub", "receive": "hub"}
_NOBODYS = frozenset({"nobody", "garbage"})
_OF_RESOURCE = frozenset({"create", "update", "patch", "delete", "read", "vread"})
_INCLUDES = ("_include", "_revinclude")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What has to be claimed: interactions, parameters and includes by type ("" is the system itself)."""

    interactions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    parameters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    includes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    revincludes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    profiles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    absent: Mapping[str, frozenset[str]] = field(default_factory=dict)
    writes: bool = False
    deletes: bool = False
    validates: bool = False
    posts: bool = False  # searches by POST
    # What the target's settings have to name: values, whose credentials, and other bases than the usual one.
    known: frozenset[str] = frozenset()
    credentials: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Tally:
    """Collects needs while the steps are walked through."""

    named: Mapping[str, str]
    interactions: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    parameters: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    includes: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    revincludes: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    profiles: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    absent: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def need(self, type_: str, interaction: str) -> None:
        if type_:
            self.interactions[type_].add(interaction)

    def query(self, type_: str, where: Mapping[str, Json]) -> None:
        for key, value in queries.pairs(where):
            if key.partition(":")[0] in _INCLUDES:
                self.include(type_, key, value)
            elif key not in queries.RESULT_PARAMETERS:
                self.parameter(type_, queries.name(key))

    def include(self, type_: str, key: str, value: str) -> None:
        """R4 CapabilityStatement.rest.resource.searchInclude is listed with the type that refers."""
        source = value.partition(":")[0]
        if key.startswith("_revinclude"):
            self.revincludes[type_].add(value)
        else:
            self.includes[source if source in r4.resource_types() else type_].add(value)

    def parameter(self, type_: str, name: queries.Name) -> None:
        for owner, reference in name.has:
            self.parameters[owner].add(reference)
            type_ = owner
        self.parameters[type_].add(name.first.code)


def needs(scenario: Scenario, named: Mapping[str, str], *, given: bool = True) -> Needs:
    """Return what a scenario needs, as it runs over `given` or (false) over discovered resources."""
    tally = _Tally(named)
    if given:
        for entry in scenario.given:
            tally.need(named.get(entry.name, ""), "create")
    if not given or not scenario.given:
        for found in scenario.discover:
            tally.need(found.type, "search-type")
            tally.query(found.type, found.where)
    for step in scenario.steps:
        _step(step, tally)
    _declared(scenario.needs, tally)
    verbs = {entry.verb for step in scenario.steps for entry in (step, *step.entries)}
    return Needs(
        interactions={
            type_: frozenset(all_ - tally.absent[type_]) for type_, all_ in tally.interactions.items()
        },
        parameters=_frozen(tally.parameters),
        includes=_frozen(tally.includes),
        revincludes=_frozen(tally.revincludes),
        profiles=_frozen(tally.profiles),
        absent=_frozen({type_: found for type_, found in tally.absent.items() if found}),
        writes=bool(given and scenario.given)
        or any(VERBS[verb].writes for verb in verbs)
        or any(_writes(step) for step in scenario.steps),
        deletes="delete" in verbs,
        validates="validate" in verbs,
        posts=any(_posts(step) for step in scenario.steps),
        known=frozenset(_known(scenario)),
        credentials=frozenset(_credentials(scenario)) - _NOBODYS,
        bases=frozenset(_bases(scenario)) - {_OURS},
    )


def _frozen(sets: Mapping[str, Iterable[str]]) -> Mapping[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in sets.items()}


def _step(step: Step, tally: _Tally) -> None:
    if base_of(step) != _OURS:
        return  # of what is claimed elsewhere nothing is known before it is asked
    if step.verb in {"transaction", "batch"}:
        tally.interactions[_SYSTEM].add(step.verb)
        for entry in step.entries:
            _of_resource(entry, tally)
    elif step.verb == "history":
        _history(step.subject, tally)
    elif step.verb == "search":
        tally.need(step.subject, "search-type")
        tally.query(step.subject, step.args.get("where", {}))
    else:
        _of_resource(step, tally)


def _of_resource(step: Step, tally: _Tally) -> None:
    if step.verb in _OF_RESOURCE:
        tally.need(of_reference(step.subject, tally.named), step.verb)
        _conditional(step, tally)


def _writes(step: Step) -> bool:
    """Tell whether a bare request may write: whatever it asks for, only GET and OPTIONS surely do not."""
    return step.verb == "request" and str(step.subject).startswith("POST")


def _known(scenario: Scenario) -> Iterator[str]:
    """Yield what the target's settings have to know: what is named under `needs`, and what is looked up."""
    yield from scenario.needs.get(_KNOWN, ())
    named = (mark.attribute for mark in well_formed(scenario.text) if mark.name == _KNOWN)
    yield from (name for name in named if name not in scenario.needs.get(PERHAPS, ()))


def _credentials(scenario: Scenario) -> Iterator[str]:
    yield from scenario.needs.get("credentials", ())
    yield from (step.args["with"] for step in scenario.steps if "with" in step.args)


def _bases(scenario: Scenario) -> Iterator[str]:
    yield from scenario.needs.get("base", ())
    # Where a resource tells the endpoint, no other is needed.
    told = {"found-by", "at"}
    yield from (base_of(step) for step in scenario.steps if not told & step.args.keys())


def base_of(step: Step) -> str:
    """Return the name of the base that a step is sent to."""
    if step.verb == "capability":
        return str(step.subject)
    usual = _OURS if step.subject == "attachment" else _USUAL.get(step.verb, _OURS)
    return str(step.args.get("base", usual))


def _posts(step: Step) -> bool:
    return step.verb == "search" and step.args.get("by") == "POST"


def _history(subject: str, tally: _Tally) -> None:
    if subject == "system":
        tally.interactions[_SYSTEM].add("history-system")
    elif subject in r4.resource_types():
        tally.need(subject, "history-type")
    else:
        tally.need(of_reference(subject, tally.named), "history-instance")


def _conditional(step: Step, tally: _Tally) -> None:
    type_ = of_reference(step.subject, tally.named)
    conditions = step.args.get("if", {})
    if "where" in step.args and step.verb in {"update", "delete"}:
        tally.need(type_, f"conditional-{step.verb}")
    if step.verb == "create" and "none" in conditions:
        tally.need(type_, "conditional-create")
    if step.verb == "read" and conditions:
        tally.need(type_, "conditional-read")


def _declared(declared: Mapping[str, Json], tally: _Tally) -> None:
    for type_, wanted in declared.items():
        if type_ in _SETTINGS:
            continue
        key = _SYSTEM if type_ == "system" else type_
        for one in wanted:
            if isinstance(one, str):
                tally.interactions[key].add(one)
            elif "without" in one:
                tally.absent[key].add(one["without"])
            elif "profile" in one:
                tally.profiles[key].add(one["profile"])
            else:
                tally.parameters[key].add(one["search"])
