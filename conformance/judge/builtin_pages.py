"""What is judged of the pages of every search: they can be walked, and nothing stands on two of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from conformance.checks.searchset import matches
from conformance.judge.builtin import Automatic, held
from conformance.model import Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.checks.scene import Scene
    from conformance.judge.paging import Next


def judge_pages(scene: Scene, walk: Next) -> Iterable[Automatic]:
    """Judge the walk over a search's pages; `walk` is what is left of it."""
    last = scene.exchanges[-1].seq
    many = len(scene.pages) > 1
    if walk.wrong or (many and not walk.url):
        yield held("walk", _walked(scene, walk), last)
    if many:
        yield held("over-pages", _over_pages(scene), last)


def _walked(scene: Scene, walk: Next) -> Outcome:
    """R4-PAGE-02: links are opaque, so one to another host is lawful; dermconf does not go there."""
    broken = Result.UNTESTED if walk.foreign else Result.FAILED
    return Outcome(
        result=broken if walk.wrong else Result.HELD,
        at="Bundle.link",
        expected="pages to the end",
        actual=walk.wrong or f"{len(scene.pages)} pages",
        message=f"The pages cannot be walked: {walk.wrong}" if walk.wrong else "",
        hint=_FOREIGN if walk.foreign else "",
    )


_FOREIGN = "behind a proxy, tell the server the address under which it is reached"


def _over_pages(scene: Scene) -> Outcome:
    own = Counter(e.reference for e in matches(scene.body, scene.type) if e.reference in scene.own)
    twice = [reference for reference, times in own.items() if times > 1]
    return Outcome(
        result=Result.FAILED if twice else Result.HELD,
        at="Bundle.entry",
        expected="each resource once",
        actual=twice or None,
        message="A resource of this scenario stands on more than one page" if twice else "",
    )
