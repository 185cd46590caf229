"""Who is among the results of a search, weighed by the oracle: what R4 leaves open is never a miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import oracle, say, searchset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from conformance.checks.scene import Scene
    from conformance.model import Outcome, Resource
    from conformance.search import Verdict

_AT = "Bundle.entry"


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
    return has(names, scene) + [outcome for other in others for outcome in _stray(other, scene)]


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


def _each(names: Sequence[str], scene: Scene, judge: Callable[[Resource, Scene], Outcome]) -> list[Outcome]:
    unknown = [
        say.untested(f"no resource named '{name}' is known here")
        for name in names
        if not scene.names.get(name)
    ]
    return unknown + [judge(resource, scene) for resource in named(names, scene)]


def _present(resource: Resource, scene: Scene) -> searchset.Entry | None:
    listed = searchset.matches(scene.body, scene.type, scene.base)
    return next((entry for entry in listed if entry.reference == resource.reference), None)


def _expected(resource: Resource, scene: Scene) -> Outcome:
    open_, verdict = _weighed(resource, scene, contrary="NOT")
    if open_ is not None:
        return open_
    entry = _present(resource, scene)
    count = len(searchset.matches(scene.body, scene.type, scene.base))
    return say.found(
        entry is not None,
        at=entry.at if entry else _AT,
        expected=resource.reference,
        actual=_own_matches(scene),
        about=resource.reference,
        wanted=f"{_told(resource)} among the matches{_because(verdict)}",
        seen="it is there" if entry else f"{count} matches without it",
    )


def _unexpected(resource: Resource, scene: Scene) -> Outcome:
    if scene.type and resource.type != scene.type:
        return _not_along(resource, scene)
    open_, verdict = _weighed(resource, scene, contrary="MUST")
    if open_ is not None:
        return open_
    entry = _present(resource, scene)
    return say.found(
        entry is None,
        at=entry.at if entry else _AT,
        expected={"lacks": resource.reference},
        actual=_own_matches(scene),
        about=resource.reference,
        wanted=f"no {_told(resource)} among the matches{_because(verdict)}",
        seen="it is there" if entry else "it is not there",
    )


def _stray(resource: Resource, scene: Scene) -> list[Outcome]:
    """Judge an own resource that `only` does not name: it counts where it came, or must stay away."""
    answer = oracle.verdict(resource, scene).answer.name
    if _present(resource, scene) or answer == "NOT":
        return [_unexpected(resource, scene)]
    return []


def _weighed(resource: Resource, scene: Scene, *, contrary: str) -> tuple[Outcome | None, Verdict]:
    """Return the outcome that the oracle's answer forces, if it leaves nothing to judge."""
    verdict, about = oracle.verdict(resource, scene), resource.reference
    unsaid = not_used(scene)
    if unsaid:
        return say.cannot_say(unsaid, at=_AT, expected=about, about=about), verdict
    if verdict.answer.name == "CHOICE":
        why = f"R4 leaves it to the server whether {_told(resource)} matches: {verdict.reason}"
        return say.cannot_say(why, at=_AT, expected=about, about=about), verdict
    if verdict.answer.name == contrary:
        there, says = ("there", "must not") if contrary == "NOT" else ("away", "must")
        expects = f"the scenario expects {_told(resource)} {there}"
        why = f"{expects}, but R4 says that it {says} match{_because(verdict)}"
        return say.untested(why, at=_AT, about=about), verdict
    return None, verdict


def _along(resource: Resource, scene: Scene) -> Outcome:
    """R4-RES-10: a server that neither lists nor names an include need not honour it."""
    about = resource.reference
    entry = next((e for e in searchset.entries(scene.body, scene.base) if e.reference == about), None)
    why = "" if entry else oracle.may_stay_away(resource, scene)
    if why:
        return say.cannot_say(why, at=_AT, expected=about, about=about)
    return say.found(
        entry is not None,
        at=entry.at if entry else _AT,
        expected=about,
        actual=entry.reference if entry else None,
        about=about,
        wanted=f"{_told(resource)} to come along",
        seen="it is there" if entry else "it is not there",
    )


def _not_along(resource: Resource, scene: Scene) -> Outcome:
    """F11: what comes along unasked is the server's choice; another type marked as a match is not."""
    about = resource.reference
    entry = next((e for e in searchset.entries(scene.body, scene.base) if e.reference == about), None)
    if entry is not None and not searchset.is_match(entry, scene.type):
        why = f"{_told(resource)} came along unasked, which R4 leaves to the server"
        return say.cannot_say(why, at=entry.at, expected={"lacks": about}, about=about)
    return say.found(
        entry is None,
        at=entry.at if entry else _AT,
        expected={"lacks": about},
        actual=about if entry else None,
        about=about,
        wanted=f"no {_told(resource)}",
        seen="it is marked as a match" if entry else "it is not there",
    )


def _own_matches(scene: Scene) -> list[str]:
    """Return which of this scenario's own resources are matches: other people's are not ours to list."""
    listed = searchset.matches(scene.body, scene.type, scene.base)
    return [entry.reference for entry in listed if entry.reference in scene.own]


def _told(resource: Resource) -> str:
    return f"{resource.name} ({resource.reference})" if resource.name else resource.reference


def _because(verdict: Verdict) -> str:
    return f" ({verdict.reason})" if verdict.reason else ""
