"""The register of all lawful variations: a class that says which rule of fairness allows it is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.server.registry import enter, name_of, sentence_of
from conformance.server.variations.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.server.behaviour import Behaviour
    from conformance.server.hub.behaviour import Casting
    from conformance.server.imaging.behaviour import Imaging
    from conformance.server.registry import Overriding
    from conformance.server.search import Searcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """One lawful variation: its name, the rules of fairness that it stands for, what it does, and how.

    `incomplete` says why the suite cannot show everything on such a server; without it the server conforms.
    Two variations of one `topic` are not put together, and one that stands `alone` is put with no other.
    """

    name: str
    rules: tuple[str, ...]
    sentence: str
    classes: tuple[type[Behaviour | Searcher | Imaging | Casting], ...]
    topic: str = ""
    incomplete: str = ""
    alone: bool = False


VARIATIONS: dict[str, Variation] = {}


def allowed(
    *rules: str,
    incomplete: str = "",
    alone: bool = False,
    also: type[Behaviour | Searcher | Imaging | Casting] | None = None,
) -> Callable[[Overriding], Overriding]:
    """Register a class, `also` with a second one, as a variation that rules of fairness allow."""
    unknown = sorted({*rules} - {*RULES})
    if unknown or not rules:
        raise ValueError(f"no rules of fairness: {unknown}")

    def register(overriding: Overriding) -> Overriding:
        name = name_of(overriding)
        variation = Variation(
            name=name,
            rules=rules,
            sentence=sentence_of(overriding),
            classes=(overriding, *([also] if also else [])),
            topic=overriding.__module__.rpartition(".")[2],
            incomplete=incomplete,
            alone=alone or bool(incomplete),
        )
        enter(VARIATIONS, name, variation)
        return overriding

    return register
