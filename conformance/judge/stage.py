"""What a scenario knows at a moment: a fold over its events, the same live and offline."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from conformance.checks.scene import Scene
from conformance.events import exchange_of, resource_of
from conformance.jsontext import parsed
from conformance.read.needs import base_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.capability import Capability
    from conformance.guides import Guides
    from conformance.model import Exchange, Json, Resource, Scenario, Step

_OK = 200
_GONE = frozenset({404, 410})
# A text of so many characters is worth remembering: a CapabilityStatement is asked for again and again.
_LARGE = 100_000
_ANSWERS = frozenset({"step", "poll", "page"})


@lru_cache(maxsize=4)
def _parsed_once(text: str) -> Json:
    return parsed(text)


@dataclass(frozen=True)
class Sent:
    """One recorded exchange with what it was for."""

    exchange: Exchange
    purpose: str
    round: int = 1
    name: str = ""
    verb: str = ""

    @cached_property
    def body(self) -> Json:
        """Return the answer's JSON, or None; read once, not to be changed."""
        text = self.exchange.answer.body or ""
        return parsed(text) if len(text) < _LARGE else _parsed_once(text)


@dataclass
class Stage:
    """The scenario so far; `apply` takes the events in order."""

    scenario: Scenario
    base: str
    run: str = ""
    claims: Capability | None = None
    names: dict[str, tuple[Resource, ...]] = field(default_factory=dict)
    steps: dict[str, Scene] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    versions: dict[str, list[str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    event: Mapping[str, Json] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    guides: Guides | None = None
    # What the target's settings know of it: values and further bases by name.
    known: Mapping[str, str] = field(default_factory=dict)
    bases: Mapping[str, str] = field(default_factory=dict)

    def apply(self, event: Mapping[str, Json]) -> None:
        """Take one event into account; kinds that change nothing here are passed over."""
        handler = _HANDLERS.get(event["event"])
        if handler is not None:
            handler(self, event)

    def _step(self, event: Mapping[str, Json]) -> None:
        self.close()
        self.event = event
        self.sent = []

    def _exchange(self, event: Mapping[str, Json]) -> None:
        about = {key: event[key] for key in ("round", "name", "verb") if key in event}
        self.sent.append(Sent(exchange_of(event), event["purpose"], **about))

    def _bound(self, event: Mapping[str, Json]) -> None:
        self.hold(resource_of(event), event["how"])

    def hold(self, resource: Resource, how: str) -> None:
        """Let a name stand for a resource from now on."""
        held = list(self.names.get(resource.name, ()))
        if how == "discovered":
            held = [resource]
        elif resource.index < len(held):
            held[resource.index] = resource
        else:
            held.append(resource)
        self.names[resource.name] = tuple(held)
        if how == "read":
            self.seen.add(resource.reference)
        seen = self.versions.setdefault(resource.reference, [])
        if resource.version and resource.version not in seen:
            seen.append(resource.version)

    def _kept(self, event: Mapping[str, Json]) -> None:
        self.kept[event["name"]] = event["value"]

    def close(self) -> None:
        """Remember the current step under its name, so that later steps can be compared with it."""
        step = self.step
        if step is not None and step.name:
            self.steps[step.name] = self.scene()

    @property
    def step(self) -> Step | None:
        """Return the step that is being played, or None before the first."""
        index = self.event.get("step", 0)
        return self.scenario.steps[index - 1] if index else None

    @property
    def where(self) -> str:
        """Return the base that the current step is sent to."""
        return self.base if self.step is None else self.bases.get(base_of(self.step), self.base)

    @property
    def elsewhere(self) -> bool:
        """Tell whether the current step asks another base than the one under test, or for no FHIR at all."""
        step = self.step
        return step is not None and (step.verb == "retrieve" or base_of(step) != "fhir")

    @property
    def own(self) -> dict[str, Resource]:
        """Return what this scenario made, by `Type/id`."""
        return {r.reference: r for held in self.names.values() for r in held if not r.found}

    def answers(self) -> list[Sent]:
        """Return the exchanges of the last round of the step, one for each page."""
        rounds = [entry for entry in self.sent if entry.purpose in _ANSWERS]
        last = max((entry.round for entry in rounds), default=1)
        return [entry for entry in rounds if entry.round == last]

    def scene(self) -> Scene:
        """Return what the checks of the current step may look at."""
        step = self.step
        answers = self.answers()
        pages = tuple(entry.body for entry in answers)
        return Scene(
            verb=step.verb if step else "",
            type=self._type(step),
            base=self.where,
            home=self.base if self.where != self.base else "",
            exchanges=tuple(entry.exchange for entry in answers),
            pages=pages,
            body=self._body(step, pages),
            query=tuple((str(k), str(v)) for k, v in self.event.get("query") or ()),
            names=dict(self.names),
            seen=frozenset(self.seen),
            own=self.own,
            steps=dict(self.steps),
            kept=dict(self.kept),
            resolved=self._resolved(),
            run=self.run,
            guides=self.guides,
            **({"claims": self.claims} if self.claims else {}),
        )

    def _resolved(self) -> dict[str, Json]:
        """Return what wanted references lead to; a refusal says nothing of what is there (fairness F20)."""
        wanted = [entry for entry in self.sent if entry.purpose == "support" and entry.name]
        there = {e.name: e.body for e in wanted if e.exchange.answer.status == _OK}
        return there | {e.name: None for e in wanted if e.exchange.answer.status in _GONE}

    def _type(self, step: Step | None) -> str:
        if step is None:
            return ""
        if step.verb == "search":
            return str(step.subject)
        held = self.names.get(step.subject, ()) if isinstance(step.subject, str) else ()
        return held[0].type if held else ""

    def _body(self, step: Step | None, pages: Sequence[Json]) -> Json:
        if step is None:
            return None
        if step.verb == "inspect":
            held = self.names.get(step.subject, ())
            return (held[0].received or held[0].sent) if held else None
        if step.verb == "search":
            return merged(pages)
        body = pages[0] if pages else None
        return body if body is not None or step.verb == "retrieve" else self._read_after()

    def _read_after(self) -> Json:
        """Return what was read because a write was answered without a body."""
        reads = [entry for entry in self.sent if entry.purpose == "support" and not entry.name]
        return reads[-1].body if reads else None


_HANDLERS = {"step": Stage._step, "exchange": Stage._exchange, "bound": Stage._bound, "kept": Stage._kept}  # noqa: SLF001


def merged(pages: Sequence[Json]) -> Json:
    """Return all pages as one searchset: the first page with everybody's entries."""
    bundles = [page for page in pages if isinstance(page, dict)]
    if len(bundles) < 2 or len(bundles) != len(pages):  # noqa: PLR2004
        return pages[0] if pages else None
    entries = [e for b in bundles if isinstance(b.get("entry"), list) for e in b["entry"]]
    return {**bundles[0], "entry": entries}
