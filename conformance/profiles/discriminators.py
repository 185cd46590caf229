"""How a slice is told from its neighbours (R4 profiling.html#discriminator)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.fhirpath import plain_values
from conformance.profiles.discriminated import defined, instances
from conformance.profiles.matching import matcher, stated
from conformance.profiles.profiled import fits_profile
from conformance.profiles.references import spelt_type
from conformance.profiles.resources import conforms
from conformance.profiles.tree import type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from conformance.fhirpath import Node
    from conformance.model import Json
    from conformance.profiles.library import Library
    from conformance.profiles.tree import Element
    from conformance.profiles.visit import Visit

    Test = Callable[[Node, Visit], bool | None]

_RESOLVE = "resolve()"


def test_of(element: Element, kind: str, path: str, library: Library) -> Test:
    """Return the test that an item has what a discriminator says of a slice: yes, no, or cannot be said."""
    targets = defined(element, path, library)
    make = _KINDS.get(kind)
    return make(targets, path, library) if make is not None and targets else _cannot_say


def _cannot_say(_node: Node, _visit: Visit) -> bool | None:
    return None


def _value(targets: Sequence[Element], path: str, library: Library) -> Test:
    matchers = [found for target in targets if (found := matcher(target, library)) is not None]
    if not matchers:
        return _cannot_say
    at = instances(path)

    def test(node: Node, visit: Visit) -> bool | None:
        found = at(node, visit)
        if found is None:
            return None
        return conjunction(disjunction(match(each, visit) for each in found) for match in matchers)

    values = [own for target in targets if (own := stated(target)) is not None]
    return _plainly(path, values, test) if len(values) == len(matchers) else test


def _plainly(path: str, wanted: Sequence[Callable[[Json], bool]], test: Test) -> Test:
    """Return a test of values that are stated as such, which takes nodes only where the JSON is irregular."""

    def plainly(node: Node, visit: Visit) -> bool | None:
        found = plain_values(path, node.shape)(node.value) if node.extra is None else None
        if found is None:
            return test(node, visit)
        for holds in wanted:  # noqa: SIM110 - asked of every item for every slice
            if not any(map(holds, found)):
                return False
        return True

    return plainly


def _exists(targets: Sequence[Element], path: str, _library: Library) -> Test:
    wanted = targets[0].max != 0
    said = wanted is False or targets[0].min > 0
    at = instances(path)

    def test(node: Node, visit: Visit) -> bool | None:
        found = at(node, visit)
        return None if found is None or not said else bool(found) == wanted

    return test


def _type(targets: Sequence[Element], path: str, library: Library) -> Test:
    wanted = {name for target in targets for name in _type_names(target, library)}
    if path.endswith(_RESOLVE):
        return _referred_type(wanted, path)
    at = instances(path)

    def test(node: Node, visit: Visit) -> bool | None:
        found = at(node, visit)
        return None if found is None else any(not wanted.isdisjoint(_kinds(each.type)) for each in found)

    return test


def _referred_type(wanted: set[str], path: str) -> Test:
    """Tell the type of what a reference leads to from its spelling, where that is enough."""
    before = path.removesuffix(_RESOLVE).removesuffix(".") or "$this"
    spelt_at, at = instances(before), instances(path)

    def test(node: Node, visit: Visit) -> bool | None:
        found = spelt_at(node, visit)
        if found is None:
            return None
        spelt = [spelt_type(each.value.get("reference")) for each in found if isinstance(each.value, dict)]
        if all(spelt):
            return any(not wanted.isdisjoint(_kinds(name)) for name in spelt)
        resolved = at(node, visit)
        return None if resolved is None else any(not wanted.isdisjoint(_kinds(r.type)) for r in resolved)

    return test


def _profile(targets: Sequence[Element], path: str, _library: Library) -> Test:
    wanted = [profile for target in targets for profile in _profiles(target)]
    at = instances(path)

    def test(node: Node, visit: Visit) -> bool | None:
        found = at(node, visit)
        if found is None or not wanted:
            return None
        return disjunction(_fits(each, profile, visit) for each in found for profile in wanted)

    return test


def _fits(node: Node, profile: str, visit: Visit) -> bool | None:
    if node.type in r4.resource_types():
        return conforms(node.value, profile, visit)
    return fits_profile(node.value, node, visit, profile)


def _type_names(target: Element, library: Library) -> set[str]:
    if "." not in target.path:
        return {target.path}
    names = set()
    for row in target.types:
        profiles = row.get("profile", ()) if type_name(row) == "Resource" else ()
        names |= {library.type_of(str(profile)) for profile in profiles} or {type_name(row)}
    return names


def _profiles(target: Element) -> list[str]:
    if "." not in target.path:
        return [target.profile]
    return [str(profile) for row in target.types for profile in row.get("profile", ())]


def _kinds(type_: str) -> tuple[str, ...]:
    return r4.ancestry(type_) if type_ in r4.type_names() else (type_,)


def disjunction(answers: Iterable[bool | None]) -> bool | None:
    """Return whether one of several answers is yes, where that can be said."""
    seen = set()
    for answer in answers:
        if answer:
            return True
        seen.add(answer)
    return None if None in seen else False


def conjunction(answers: Iterable[bool | None]) -> bool | None:
    """Return whether all of several answers are yes, where that can be said."""
    seen = set()
    for answer in answers:
        if answer is False:
            return False
        seen.add(answer)
    return None if None in seen else True


_KINDS: dict[str, Callable[[Sequence[Element], str, Library], Test]] = {
    "value": _value,
    "pattern": _value,
    "exists": _exists,
    "type": _type,
    "profile": _profile,
}
