"""Whether a resource came back with the meaning it was sent with.

Equal is what means the same: references by what they name, decimals by value, times by instant, labels and
tags as sets (F12, F16, F17, F18). What a server may add is free: extensions, tags, labels, profile claims,
narrative, display, members that FHIR does not define, and what it manages in meta.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from conformance.checks import freedom
from conformance.checks.shapes import Member, member
from conformance.checks.subjects import kind_of
from conformance.checks.values import alike, instant
from conformance.references import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.model import Json

    _Pairs = list[tuple[int | None, int | None]]  # which sent item answers to which returned one

_DEEP = 60  # levels that are followed; what lies deeper is compared as it stands
_MANY = 200  # items of a list up to which order without meaning is sorted out
_NOTHING = Member(name="")
_TIMES = frozenset({"dateTime", "instant", ""})
_URIS = frozenset({"uri", "url", "oid", "uuid", ""})
_URNS = ("urn:uuid:", "urn:oid:")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two resources differ; None is nothing there, `type` the element's FHIR type."""

    at: str
    sent: Json
    returned: Json
    pointer: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where the walk stands, what it expects there, and on which server."""

    at: str
    base: str
    pointer: str = ""
    member: Member = _NOTHING
    depth: int = 0

    def below(self, key: str, member_: Member | None) -> _Spot:
        name = member_.name if member_ else key
        token = key.replace("~", "~0").replace("/", "~1")
        return _Spot(
            at=f"{self.at}.{name}",
            base=self.base,
            pointer=f"{self.pointer}/{token}",
            member=member_ or _NOTHING,
            depth=self.depth + 1,
        )

    def item(self, index: int) -> _Spot:
        return replace(
            self, at=f"{self.at}[{index}]", pointer=f"{self.pointer}/{index}", depth=self.depth + 1
        )

    def differs(self, sent: Json, returned: Json) -> Difference:
        return Difference(self.at, sent, returned, self.pointer, self.member.type)


def differences(sent: Json, received: Json, base: str = "") -> list[Difference]:
    """Return where a received resource differs in meaning from what was sent to the server at `base`."""
    if not isinstance(sent, dict) or not isinstance(received, dict):
        spot = _Spot(at=kind_of(sent) or "Resource", base=base)
        return list(_value(sent, received, spot))
    type_ = kind_of(sent)
    spot = _Spot(at=type_ or "Resource", base=base, member=Member(name=type_, type=type_, shape=type_))
    return list(_object(freedom.prepared(sent), freedom.prepared(received), spot))


def _value(sent: Json, got: Json, spot: _Spot) -> Iterator[Difference]:
    if sent is got:
        return
    if spot.depth > _DEEP:
        if not alike(sent, got):
            yield spot.differs(sent, got)
    elif isinstance(sent, list) and isinstance(got, list):
        yield from _list(sent, got, spot)
    elif isinstance(sent, dict) and isinstance(got, dict):
        yield from _RULES.get(spot.member.type, _object)(sent, got, spot)
    elif not _same_leaf(sent, got, spot):
        yield spot.differs(sent, got)


def _same_leaf(sent: Json, got: Json, spot: _Spot) -> bool:
    if not isinstance(sent, str) or not isinstance(got, str):
        return alike(sent, got)
    if sent == got:
        return True
    if spot.member.type in _TIMES and instant(sent) is not None:
        return instant(sent) == instant(got)
    # R4-TRX-05: a transaction replaces urn:uuid and urn:oid in uri, url, oid and uuid elements.
    return spot.member.type in _URIS and sent.startswith(_URNS) and identity(got, spot.base).local


def _object(sent: Json, got: Json, spot: _Spot) -> Iterator[Difference]:
    shape = kind_of(sent) or spot.member.shape
    for key in dict.fromkeys((*sent, *got)):
        known = member(shape, key)
        below = spot.below(key, known)
        if freedom.ignored(shape, key, known):
            continue
        if sent.get(key) is None:
            if known and got.get(key) is not None and not freedom.may_be_added(shape, key, known):
                yield below.differs(None, got[key])
        elif key == "extension":
            yield from _extensions(sent[key], got.get(key), below)
        elif got.get(key) is None:
            yield from _lost(sent[key], below)
        else:
            yield from _value(sent[key], got[key], below)


def _lost(sent: Json, spot: _Spot) -> Iterator[Difference]:
    """Yield what went missing; of an object that may be empty, what it held."""
    if spot.member.type == "Meta" and isinstance(sent, dict):
        yield from _meta(sent, {}, spot)
    else:
        yield spot.differs(sent, None)


def _list(sent: list[Json], got: list[Json], spot: _Spot) -> Iterator[Difference]:
    """Compare item by item, after what has no order was brought into the order it was sent in."""
    sortable = freedom.unordered(spot.member) and max(len(sent), len(got)) <= _MANY
    pairs = _paired(sent, got, spot) if sortable else _side_by_side(range(len(sent)), range(len(got)))
    for left, right in pairs:
        one = sent[left] if left is not None else None
        other = got[right] if right is not None else None
        yield from _value(one, other, spot.item((left if left is not None else right) or 0))


def _paired(sent: list[Json], got: list[Json], spot: _Spot) -> _Pairs:
    """Return which sent item answers to which returned one: first the equal ones, then the rest in order."""
    left, rest = list(range(len(got))), list[int]()
    pairs: _Pairs = []
    for index, item in enumerate(sent):
        equal = next((j for j in left if not _differ(item, got[j], spot)), None)
        if equal is None:
            rest.append(index)
        else:
            left.remove(equal)
            pairs.append((index, equal))
    return [*pairs, *_side_by_side(rest, left)]


def _side_by_side(left: Sequence[int], right: Sequence[int]) -> _Pairs:
    return list(zip_longest(left, right))


def _differ(sent: Json, got: Json, spot: _Spot) -> bool:
    return next(_value(sent, got, spot.item(0)), None) is not None


def _extensions(sent: Json, got: Json, spot: _Spot) -> Iterator[Difference]:
    """F16: extensions may be added; a sent one must be there, wherever it stands."""
    if not isinstance(sent, list) or not isinstance(got, (list, type(None))):
        yield from _value(sent, got, spot)
        return
    offered = (got or [])[:_MANY]
    for index, extension in enumerate(sent):
        if not any(not _differ(extension, other, spot) for other in offered):
            alike_url = [other for other in offered if _url(other) == _url(extension)]
            yield from _value(extension, alike_url[0] if alike_url else None, spot.item(index))


def _url(extension: Json) -> Json:
    return extension.get("url") if isinstance(extension, dict) else None


def _reference(sent: Json, got: Json, spot: _Spot) -> Iterator[Difference]:
    """F12, R4 references.html#logical: a reference is what it names; a logical one may be resolved."""
    one, other = sent.get("reference"), got.get("reference")
    if isinstance(one, str) and isinstance(other, str):
        if not _names_the_same(one, other, spot.base):
            yield spot.differs(one, other)
    elif isinstance(one, str):
        yield spot.differs(one, other)
    elif not isinstance(other, str):
        yield from _object(sent, got, spot)
        return
    extensions = sent.get("extension")
    if extensions is not None:
        known = member("Reference", "extension")
        yield from _extensions(extensions, got.get("extension"), spot.below("extension", known))


def _names_the_same(sent: str, got: str, base: str) -> bool:
    one, other = identity(sent, base), identity(got, base)
    if sent.startswith(_URNS):  # R4-TRX-05
        return sent == got or other.local
    versions = {version for version in (one.version, other.version) if version}
    return one.reference == other.reference and len(versions) <= 1


def _meta(sent: Json, got: Json, spot: _Spot) -> Iterator[Difference]:
    """R4-META-05: labels and tags are sets by system and code, profiles by URL; all may be added to."""
    for key, identify in freedom.META_SETS.items():
        offered = got.get(key)
        there = {identify(item) for item in offered} if isinstance(offered, list) else set()
        listed = sent.get(key)
        spot_of_set = spot.below(key, member("Meta", key))
        for index, item in enumerate(listed if isinstance(listed, list) else []):
            if identify(item) not in there:
                yield spot_of_set.item(index).differs(item, None)
    others = {key: value for key, value in sent.items() if key not in freedom.META_SETS}
    yield from _object(others, {key: got[key] for key in others if key in got}, spot)


_RULES: Mapping[str, Callable[[Json, Json, _Spot], Iterator[Difference]]] = {
    "Reference": _reference,
    "Meta": _meta,
}
