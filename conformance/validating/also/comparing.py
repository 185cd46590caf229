"""The findings of two validators about one resource, put side by side by place and severity."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.locations import way

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.locations import Way
    from conformance.model import Json
    from conformance.profiles import Severity
    from conformance.validating.also.opinion import Said

    _Key = tuple[Way | str, Severity]

# Locations are spelt in several ways: HL7's validator puts comments and types into them, others put a dot
# before an index, or begin at the Parameters in which the resource was sent.
_ASIDE = re.compile(r"/\*.*?\*/|\.ofType\([\w.]*\)|\[x\]")
_DOTTED = re.compile(r"\.(\d+)(?=\.|$)")
_ROOT = re.compile(r"^(?:Parameters\.parameter\[\d+\]\.resource|\$)(?=\.|$)")
_ORDER = ("both", "dermconf", "also")
_FHIRPATH = re.compile(r"[A-Z]\w*(?:[.\[].*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What both say of one place with one severity; one of the two may be silent."""

    severity: Severity
    at: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]

    @property
    def found_by(self) -> str:
        """Return `both`, `dermconf` or `also`."""
        return "both" if self.ours and self.theirs else "dermconf" if self.ours else "also"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One resource of a file, judged by us and by another; `why_not` says why it could not be compared."""

    file: str
    line: int
    also: str
    places: tuple[Place, ...] = ()
    why_not: str = ""
    asked: bool = True

    @property
    def agrees(self) -> bool:
        """Tell whether each finding of the one stands where the other has one too."""
        return not self.why_not and all(place.found_by == "both" for place in self.places)


@dataclass(slots=True)
class Count:
    """On how many resources a validator agrees, differs, has no opinion; `why_not`: why it had none first."""

    agree: int = 0
    differ: int = 0
    missing: int = 0
    why_not: str = ""

    def add(self, compared: Comparison) -> None:
        """Count one more resource."""
        self.agree += compared.agrees
        self.missing += bool(compared.why_not)
        self.differ += not (compared.agrees or compared.why_not)
        if compared.asked:
            self.why_not = self.why_not or compared.why_not


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Yields comparisons as they come, and counts them by the validator."""

    of: Iterable[Comparison] = ()
    counts: dict[str, Count] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Comparison]:
        for each in self.of:
            self.counts.setdefault(each.also, Count()).add(each)
            yield each


@dataclass(slots=True)
class _Gathered:
    at: str
    ours: list[str] = field(default_factory=list)
    theirs: list[str] = field(default_factory=list)


def places(value: Json, ours: Iterable[Said], theirs: Iterable[Said]) -> tuple[Place, ...]:
    """Return the places of findings and what each says there: those of both first, then ours, then theirs."""
    mine = [(_place(value, said.at), said) for said in ours]
    # Of a member as such (unknown, missing, no array) some say so at its owner, and some at the member.
    members = {(*at, said.member): at for at, said in mine if at is not None and said.member}
    gathered: dict[_Key, _Gathered] = {}
    for at, said in mine:
        _slot(gathered, at, said).ours.append(said.message)
    for said in theirs:
        at = _place(value, said.at)
        at = at if at is None else members.get(at, at)
        _slot(gathered, at, said).theirs.append(said.message)
    found = (
        Place(severity=severity, at=each.at, ours=tuple(each.ours), theirs=tuple(each.theirs))
        for (_, severity), each in gathered.items()
    )
    return tuple(sorted(found, key=lambda place: _ORDER.index(place.found_by)))


def _slot(gathered: dict[_Key, _Gathered], at: Way | None, said: Said) -> _Gathered:
    # What names no place that we can follow matches nothing but itself.
    key = (said.at if at is None else at, said.severity)
    return gathered.setdefault(key, _Gathered(said.at))


def _place(value: Json, location: str) -> Way | None:
    """Return the keys and indices along a location, as far as anything stands there; None for no location."""
    bare = _DOTTED.sub(r"[\1]", _ASIDE.sub("", _ROOT.sub("Resource", location))).rstrip(".")
    return way(value, bare) if _FHIRPATH.fullmatch(bare) else None
