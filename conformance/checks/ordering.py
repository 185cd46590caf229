"""The order of the matches, as far as the search oracle says that `_sort` settles it."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from conformance.checks import membership, oracle, say, searchset
from conformance.definitions.release import current

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.checks.scene import Scene
    from conformance.model import Outcome, Resource

_AT = "Bundle.entry"

_DSTU2: Mapping[str, str] = {"_sort:asc": "", "_sort:desc": "-"}


def order(names: Sequence[str], scene: Scene) -> list[Outcome]:
    """Return whether the named resources stand in the stated order, pair by pair where R4 demands one."""
    keys = [key for name, value in scene.query for key in _sort_key(name, value)]
    if not keys:
        return [say.untested("the step does not ask for an order: it has no _sort", at=_AT)]
    if not _sorts(scene):
        return [say.cannot_say("the server does not say that it used '_sort'", at=_AT)]
    listed = [entry.reference for entry in searchset.matches(scene.body, scene.type, scene.base)]
    present = [r for r in membership.named(names, scene) if r.reference in listed]
    judged = [_pair(pair, listed, keys[0], scene) for pair in combinations(present, 2)]
    outcomes = [outcome for outcome in judged if outcome is not None]
    return outcomes or [_open(present)]


def _sorts(scene: Scene) -> bool:
    """R4-RES-09 is a SHOULD: an order is judged only where the self link names `_sort`."""
    said = searchset.self_parameters(searchset.first_page(scene)) or ()
    return any(True for name, value in said for _ in _sort_key(name, value))


def _sort_key(name: str, value: str) -> Iterator[str]:
    """Yield what a parameter sorts by, descending with `-`; DSTU2 writes that beside the name."""
    if name == "_sort":
        yield value
    elif current() == "DSTU2" and name in _DSTU2:
        yield _DSTU2[name] + value


def _pair(pair: tuple[Resource, Resource], listed: list[str], sort: str, scene: Scene) -> Outcome | None:
    first, second = pair
    if oracle.precedes(second, first, sort, scene):
        told = f"{first.reference} before {second.reference}"
        return say.untested(f"the scenario expects {told}, but _sort={sort} says the opposite", at=_AT)
    if not oracle.precedes(first, second, sort, scene):
        return None
    return say.found(
        listed.index(first.reference) < listed.index(second.reference),
        at=_AT,
        expected=[first.reference, second.reference],
        actual=[ref for ref in listed if ref in {first.reference, second.reference}],
        about=first.reference,
        wanted=f"{first.reference} before {second.reference}",
        seen="they stand so"
        if listed.index(first.reference) < listed.index(second.reference)
        else "after it",
    )


def _open(present: list[Resource]) -> Outcome:
    if len(present) <= 1:
        return say.untested("fewer than two of the named resources were found: there is no order", at=_AT)
    return say.cannot_say("R4 does not settle the order of these resources", at=_AT)
