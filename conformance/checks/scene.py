"""What a check may look at: one step's answer, and what the scenario knows so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.capability import Capability

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.guides import Guides
    from conformance.model import Check, Exchange, Json, Outcome, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One step as it was answered.

    `exchanges` are those of the last round, one for each page; `pages` their parsed bodies (None where there
    is none, or it is not JSON). `body` is the one body that is judged: a single answer's resource, all pages
    merged into one searchset (total of the first page, entries of all), or for `inspect` the resource.
    `names` are the resources by name, `own` the same by `Type/id`; `steps` the named steps before this one.
    `seen` are the references of what was read back: this client may see it.
    `resolved` are the references that a check wanted, as `wants` spelt them, with the resource that was read,
    or None where the server says that there is none; what could not be read is left out.
    `home` is the base under test where the step asked another one: the patients of both are its own.
    `guides` are the definitions to judge profiles by, where they are others than the shipped ones.
    Look-ups in a check are already replaced when it is judged.
    """

    verb: str
    type: str = ""
    base: str = ""
    home: str = ""
    exchanges: tuple[Exchange, ...] = ()
    pages: tuple[Json, ...] = ()
    body: Json = None
    query: tuple[tuple[str, str], ...] = ()
    names: Mapping[str, tuple[Resource, ...]] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    own: Mapping[str, Resource] = field(default_factory=dict)
    steps: Mapping[str, Scene] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    claims: Capability = field(default_factory=Capability)
    run: str = ""
    resolved: Mapping[str, Json] = field(default_factory=dict)
    guides: Guides | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """One resource that a body check looks at; `reference` is `Type/id` where it is known."""

    resource: Json
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of check.

    `schema` is the JSON Schema of the kind's own value; `predicates` the keys that may stand beside it, and
    `beside` their schemas. `wants` tells which references have to be read before the check can be judged.
    A kind that looks at resources gives `judge_one` and `subjects`, so that the very same check can be put
    to the body that was sent; any other gives `judge`. `lint` returns complaints about a check as written.
    """

    name: str
    schema: Json
    beside: Mapping[str, Json] = field(default_factory=dict)
    judge: Callable[[Check, Scene], Sequence[Outcome]] | None = None
    subjects: Callable[[Check, Scene], Sequence[Subject]] | None = None
    judge_one: Callable[[Check, Subject, Scene], Sequence[Outcome]] | None = None
    wants: Callable[[Check, Subject, Scene], Sequence[str]] | None = None
    lint: Callable[[Check], Sequence[str]] = lambda _check: ()

    @property
    def predicates(self) -> frozenset[str]:
        """Return the keys that may stand beside the kind."""
        return frozenset(self.beside)
