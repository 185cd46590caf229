"""Who is among the results of a search, weighed by the oracle: what R4 leaves open is never a miss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.checks import oracle, say, searchset
from conformance.checks.hiding import perhaps_hidden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from conformance.checks.scene import Scene
    from conformance.model import Outcome, Resource
    from conformance.search import Verdict

_AT = "Bundle.entry"
_MEND = "if this scenario is yours, mend its fixture or its query"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """What a search listed, read once for all the resources that are looked for in it."""

    scene: Scene
    entries: Mapping[str, searchset.Entry]
    matches: dict[str, searchset.Entry]
    count: int
    unsaid: str

    @property
    def own(self) -> list[str]:
        """Return which of this scenario's own resources are matches: other people's are not ours to list."""
        return [reference for reference in reversed(self.matches) if reference in self.scene.own]


def _listing(scene: Scene) -> _Listing:
    entries = searchset.entries(scene.body, scene.base)
    matches = [entry for entry in entries if searchset.is_match(entry, scene.type)]
    return _Listing(
        scene=scene,
        entries={entry.reference: entry for entry in reversed(entries)},
        matches={entry.reference: entry for entry in reversed(matches)},
        count=len(matches),
        unsaid=not_used(scene),
    )


def has(names: Sequence[str], scene: Scene) -> list[Outcome]:
    """Return, for each named resource, whether it is among the matches."""
    return _each(names, scene, _expected)


def lacks(names: Sequence[str], scene: Scene) -> list[Outcome]:
    """Return, for each named resource, whether it stays away."""
    return _each(names, scene, _unexpected)


def only(names: Sequence[str], scene: Scene) -> list[Outcome]:
    """Return whether the named resources are among the matches, and no others of this scenario's own."""
    named = {resource.reference for name in names for resource in scene.names.get(name, ())}
    others = [r for r in scene.own.values() if r.type == scene.type and r.reference not in named]
    listing = _listing(scene)
    return has(names, scene) + [outcome for other in others for outcome in _stray(other, listing)]


def included(names: Sequence[str], scene: Scene) -> list[Outcome]:
    """Return, for each named resource, whether it came along with the matches."""
    return _each(names, scene, _along)


def not_used(scene: Scene) -> str:
    """Return the complaint that the server does not say it used a parameter, or nothing."""
    names = searchset.unused(scene.query, searchset.first_page(scene), scene.claims, scene.type)
    listed = ", ".join(f"'{name}'" for name in names)
    return f"the server does not say that it used {listed}" if names else ""


def named(names: Iterable[str], scene: Scene) -> list[Resource]:
    """Return the resources that the names stand for, in order."""
    return [resource for name in names for resource in scene.names.get(name, ())]


def _each(
    names: Sequence[str], scene: Scene, judge: Callable[[Resource, _Listing], Outcome]
) -> list[Outcome]:
    unknown = [name for name in names if not scene.names.get(name)]
    listing = _listing(scene)
    return [
        *(say.untested(f"no resource named '{name}' is known here") for name in unknown),
        *(judge(resource, listing) for resource in named(names, scene)),
    ]


def _expected(resource: Resource, listing: _Listing) -> Outcome:
    open_, verdict = _weighed(resource, listing, contrary="NOT")
    if open_ is not None:
        return open_
    entry = listing.matches.get(resource.reference)
    open_ = _unseen(resource, listing.scene) if entry is None else None
    if open_ is not None:
        return open_
    count = listing.count
    return say.found(
        entry is not None,
        at=entry.at if entry else _AT,
        expected=resource.reference,
        actual=listing.own,
        about=resource.reference,
        failing=f"{_told(resource)} is not among the {count} match{'es' * (count != 1)}{_since(verdict)}",
    )


def _unseen(resource: Resource, scene: Scene) -> Outcome | None:
    """Return what can be said of a match that is not there, where that is no fault: nothing, or why."""
    about = resource.reference
    # R4 lets a server answer with as few as it likes on a page.
    if scene.pages and searchset.links(scene.pages[-1], "next"):
        why = f"{_told(resource)} may be on a page that was not read"
        return say.cannot_say(why, at=_AT, expected=about, about=about)
    hidden = perhaps_hidden(resource, scene)
    return say.untested(hidden, at=_AT, about=about) if hidden else None


def _unexpected(resource: Resource, listing: _Listing) -> Outcome:
    if listing.scene.type and resource.type != listing.scene.type:
        return _not_along(resource, listing)
    open_, verdict = _weighed(resource, listing, contrary="MUST")
    if open_ is not None:
        return open_
    entry = listing.matches.get(resource.reference)
    return say.found(
        entry is None,
        at=entry.at if entry else _AT,
        expected={"lacks": resource.reference},
        actual=listing.own,
        about=resource.reference,
        failing=f"{_told(resource)} was returned{_since(verdict)}",
    )


def _stray(resource: Resource, listing: _Listing) -> list[Outcome]:
    """Judge an own resource that `only` does not name: it counts where it came, or must stay away."""
    answer = oracle.verdict(resource, listing.scene).answer.name
    if resource.reference in listing.matches or answer == "NOT":
        return [_unexpected(resource, listing)]
    return []


def _weighed(resource: Resource, listing: _Listing, *, contrary: str) -> tuple[Outcome | None, Verdict]:
    """Return the outcome that the oracle's answer forces, if it leaves nothing to judge."""
    verdict, about = oracle.verdict(resource, listing.scene), resource.reference
    if listing.unsaid:
        return say.cannot_say(listing.unsaid, at=_AT, expected=about, about=about), verdict
    if verdict.answer.name == "CHOICE":
        why = f"R4 leaves it to the server whether {_told(resource)} matches: {verdict.reason}"
        return say.cannot_say(why, at=_AT, expected=about, about=about), verdict
    if verdict.answer.name == contrary:
        there, says = ("there", "must not") if contrary == "NOT" else ("away", "must")
        expects = f"the scenario expects {_told(resource)} {there}"
        why = f"{expects}, but R4 says that it {says} match{_because(verdict)}"
        return say.untested(why, at=_AT, about=about, hint=_MEND), verdict
    return None, verdict


def _along(resource: Resource, listing: _Listing) -> Outcome:
    """R4-RES-10: a server that neither lists nor names an include need not honour it."""
    about = resource.reference
    entry = listing.entries.get(about)
    why = "" if entry else oracle.may_stay_away(resource, listing.scene)
    if why:
        return say.cannot_say(why, at=_AT, expected=about, about=about)
    return say.found(
        entry is not None,
        at=entry.at if entry else _AT,
        expected=about,
        actual=entry.reference if entry else None,
        about=about,
        failing=f"{_told(resource)} did not come along",
    )


def _not_along(resource: Resource, listing: _Listing) -> Outcome:
    """F11: what comes along unasked is the server's choice; another type marked as a match is not."""
    about = resource.reference
    entry = listing.entries.get(about)
    if entry is not None and not searchset.is_match(entry, listing.scene.type):
        why = f"{_told(resource)} came along unasked, which R4 leaves to the server"
        return say.cannot_say(why, at=entry.at, expected={"lacks": about}, about=about)
    return say.found(
        entry is None,
        at=entry.at if entry else _AT,
        expected={"lacks": about},
        actual=about if entry else None,
        about=about,
        failing=f"{_told(resource)}, which is no {listing.scene.type}, is marked as a match",
    )


def _told(resource: Resource) -> str:
    return f"{resource.name} ({resource.reference})" if resource.name else resource.reference


def _since(verdict: Verdict) -> str:
    return f": {verdict.reason}" if verdict.reason else ""


def _because(verdict: Verdict) -> str:
    return f" ({verdict.reason})" if verdict.reason else ""
