"""The comparisons that `same` offers: each takes the counterpart and this answer, and says what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import say, searchset
from conformance.checks.counterparts import Counterpart, answered, body_here
from conformance.checks.equality import Difference, differences
from conformance.checks.subjects import cut, kind_of
from conformance.checks.values import number
from conformance.model import Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.checks.scene import Scene

    Comparison = Callable[[Counterpart, Scene, Sequence[str]], list[Outcome]]

_SHOWN = 50  # differences that are told one by one
_AT = "Bundle.entry"


def _ids(other: Counterpart, scene: Scene, _excepted: Sequence[str]) -> list[Outcome]:
    if other.step is None:
        return [_no_search(other)]
    before, here = _matches(other.step), _matches(scene)
    missing, added = sorted(set(before) - set(here)), sorted(set(here) - set(before))
    if scene.own and (missing or added) and not scene.own.keys() & {*missing, *added}:
        # Somebody else's resources came or went between the two answers.
        return [say.cannot_say("the two answers differ in resources of others alone", at=_AT)]
    if (missing and _goes_on(scene)) or (added and _goes_on(other.step)):
        return [say.untested("a page that was not followed may hold what one of the answers lacks", at=_AT)]
    return [
        say.found(
            not missing and not added,
            at=_AT,
            expected=sorted(set(before)),
            actual=sorted(set(here)),
            wanted=f"the matches of {other.name}",
            seen=_lists(missing, added),
        )
    ]


def _goes_on(scene: Scene) -> bool:
    """Tell whether the last page that was read names a further one (R4-PAGE-02: perhaps on another host)."""
    return bool(scene.pages) and bool(searchset.links(scene.pages[-1], "next"))


def _lists(missing: list[str], added: list[str]) -> str:
    told = [f"without {', '.join(missing)}"] * bool(missing) + [f"also {', '.join(added)}"] * bool(added)
    return " and ".join(told) or "the same"


def _order(other: Counterpart, scene: Scene, _excepted: Sequence[str]) -> list[Outcome]:
    if other.step is None:
        return [_no_search(other)]
    before, here = _matches(other.step), _matches(scene)
    expected = [reference for reference in before if reference in here]
    actual = [reference for reference in here if reference in before]
    if len(expected) <= 1:
        return [say.untested("fewer than two matches are in both answers: there is no order", at=_AT)]
    return [
        say.found(
            expected == actual, at=_AT, expected=expected, actual=actual, wanted=f"the order of {other.name}"
        )
    ]


def _total(other: Counterpart, scene: Scene, _excepted: Sequence[str]) -> list[Outcome]:
    if other.step is None:
        return [_no_search(other)]
    totals = [body.get("total") if isinstance(body, dict) else None for body in (other.body, scene.body)]
    if None in totals:
        return [say.cannot_say("the server tells no total, which it need not", at="Bundle.total")]
    return [
        say.found(
            number(totals[0]) == number(totals[1]), at="Bundle.total", expected=totals[0], actual=totals[1]
        )
    ]


def _id(other: Counterpart, scene: Scene, _excepted: Sequence[str]) -> list[Outcome]:
    here = answered(scene)
    if not here or not other.reference:
        return [say.untested("the answer does not tell which resource it is about", about=other.reference)]
    at = f"{here.partition('/')[0]}.id"
    return [say.found(here == other.reference, at=at, expected=other.reference, actual=here, about=here)]


def _resource(other: Counterpart, scene: Scene, excepted: Sequence[str]) -> list[Outcome]:
    return _differing(other, scene, excepted, lambda _difference: True)


def _labels(other: Counterpart, scene: Scene, excepted: Sequence[str]) -> list[Outcome]:
    return _differing(other, scene, excepted, lambda found: found.pointer.startswith("/meta/security"))


def _references(other: Counterpart, scene: Scene, excepted: Sequence[str]) -> list[Outcome]:
    return _differing(other, scene, excepted, lambda found: found.type == "Reference")


def _differing(
    other: Counterpart, scene: Scene, excepted: Sequence[str], counts: Callable[[Difference], bool]
) -> list[Outcome]:
    """Return a failed outcome for each difference that counts, or one that says there is none."""
    here = body_here(other, scene)
    if not isinstance(here, dict) or not isinstance(other.body, dict):
        why = f"there is no body of {other.reference or other.name} on both sides to compare"
        return [say.untested(why, about=other.reference)]
    about = searchset.reference_of(here) or other.reference
    if cut(here) and not cut(other.body):
        return [say.untested(f"the server marks this resource as {cut(here)}", about=about)]
    found = [
        difference
        for difference in differences(other.body, here, scene.base)
        if counts(difference) and not _excepted(difference, excepted)
    ]
    if found:
        return [_different(difference, about) for difference in found[:_SHOWN]]
    return [
        Outcome(
            result=Result.HELD,
            at=kind_of(here),
            expected=other.name,
            message=f"as in {other.name}",
            about=about,
        )
    ]


def _excepted(difference: Difference, pointers: Sequence[str]) -> bool:
    return any(
        difference.pointer == pointer or difference.pointer.startswith(f"{pointer}/") for pointer in pointers
    )


def _different(difference: Difference, about: str) -> Outcome:
    return say.found(
        False,  # noqa: FBT003 - a difference is what failed
        at=difference.at,
        expected=difference.sent,
        actual=difference.returned,
        about=about,
    )


def _no_search(other: Counterpart) -> Outcome:
    return say.untested(f"'{other.name}' is a resource: it has neither matches nor a total")


def _matches(scene: Scene) -> list[str]:
    return [entry.reference for entry in searchset.matches(scene.body, scene.type, scene.base)]


COMPARISONS: Mapping[str, Comparison] = {
    "ids": _ids,
    "order": _order,
    "total": _total,
    "resource": _resource,
    "labels": _labels,
    "references": _references,
    "id": _id,
}
