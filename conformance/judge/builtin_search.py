"""What is judged of every search without being asked: its Bundle, its pages, its own resources' answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.checks import oracle, say
from conformance.checks.hiding import perhaps_hidden
from conformance.checks.searchset import (
    chained,
    code,
    entries,
    links,
    matches,
    searches_other,
    self_parameters,
    unused,
)
from conformance.checks.subjects import cut
from conformance.judge.builtin import Automatic, held
from conformance.judge.builtin_pages import judge_pages
from conformance.model import Outcome, Resource, Result
from conformance.references import identity
from conformance.search import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.checks.scene import Scene
    from conformance.judge.paging import Next
    from conformance.model import Json
    from conformance.search import Verdict

_OK = 200
# R4-RES-03: who asks for the count alone is given no entries to look among.
_COUNT_ALONE = frozenset({("_count", "0"), ("_summary", "count")})


def judge_search(scene: Scene, named: frozenset[str], *, walk: Next) -> Iterable[Automatic]:
    """Judge an answered search.

    `named` are the references that a `results` check of the step speaks of itself; `walk` is what is left of
    its pages: nothing where all were read.
    """
    if not scene.exchanges or scene.exchanges[0].answer.status != _OK:
        return
    first = scene.exchanges[0].seq
    yield _searchset(scene, first)
    if not _is_searchset(scene.pages[0]):
        return
    yield _self_link(scene, first)
    yield from _pages(scene)
    yield from judge_pages(scene, walk)
    if not _COUNT_ALONE & set(scene.query):
        yield from _own(scene, named, walked=not walk.url and not walk.wrong)
    yield from _declared(scene, first)


def _declared(scene: Scene, seq: int) -> Iterable[Automatic]:
    """R4-CAP-06: a claimed parameter that the self link leaves out, and that lets a control through.

    A claim says nothing of chains, so that they may be ignored (fairness F6, F7).
    """
    said = self_parameters(scene.pages[0])
    if said is None:
        return
    codes = {code(name) for name, _ in said}
    plain = tuple(pair for pair in scene.query if not chained(pair[0]))
    claimed = {code(name) for name, _ in plain if scene.claims.parameter(scene.type, code(name))}
    dropped = sorted(claimed - codes)
    # What the parameters that were left out would have kept away by themselves.
    alone = replace(scene, query=tuple(pair for pair in plain if code(pair[0]) in dropped))
    through = [r.reference for r in _present(scene) if oracle.verdict(r, alone).answer is Answer.NOT]
    if dropped and through:
        names = ", ".join(f"'{name}'" for name in dropped)
        message = f"The CapabilityStatement claims {names}, but the search was answered without it"
        yield held(
            "declared", _outcome(not dropped, "Bundle.link", dropped, sorted(codes), message, through[0]), seq
        )
    elif claimed and not dropped:
        yield held("declared", _outcome(not dropped, "Bundle.link", sorted(claimed), sorted(codes), ""), seq)


def _present(scene: Scene) -> list[Resource]:
    """Return this scenario's own resources that the search returned as matches."""
    present = _references(scene)
    return [r for r in scene.own.values() if r.type == scene.type and r.reference in present]


def _references(scene: Scene) -> set[str]:
    return {
        _reference(e.full_url, e.reference, scene.base) for e in matches(scene.body, scene.type, scene.base)
    }


def _is_searchset(body: Json) -> bool:
    return isinstance(body, dict) and body.get("resourceType") == "Bundle" and body.get("type") == "searchset"


def _searchset(scene: Scene, seq: int) -> Automatic:
    good = all(map(_is_searchset, scene.pages))
    body = scene.pages[0]
    seen = f"{body.get('resourceType')} {body.get('type')}" if isinstance(body, dict) else "no JSON object"
    message = "" if good else "A search was answered with something else than a searchset Bundle"
    return held("search", _outcome(good, "Bundle.type", "searchset", seen, message), seq)


def _outcome(good: bool, at: str, expected: Json, actual: Json, message: str, about: str = "") -> Outcome:  # noqa: FBT001, PLR0917 - the fields of a value
    return Outcome(
        result=Result.HELD if good else Result.FAILED,
        at=at,
        expected=expected,
        actual=actual,
        message="" if good else message,
        about=about,
    )


def _self_link(scene: Scene, seq: int) -> Automatic:
    """R4-RES-01; what a Bundle lacks that is marked as cut short is not held against it (fairness F19)."""
    page = scene.pages[0]
    said = links(page, "self")
    if not said and cut(page):
        return held("self-link", say.not_asked(f"the server marks this Bundle as {cut(page)}"), seq)
    message = "The searchset has no self link, so nobody can know which parameters were used"
    other = searches_other(said[0], scene.type) if said else ""
    if other:
        message = f"The self link is that of a search for {other}, not of this one for {scene.type}"
    return held(
        "self-link",
        _outcome(bool(said) and not other, "Bundle.link", "a self link", said[0] if said else None, message),
        seq,
    )


def _pages(scene: Scene) -> Iterable[Automatic]:
    limit = next((int(v) for k, v in scene.query if k == "_count" and v.isdigit()), None)
    for exchange, page in zip(scene.exchanges, scene.pages, strict=True):
        found = matches(page, scene.type)
        if limit:
            message = f"A page holds more matches than _count={limit} allows"
            yield held(
                "per-page",
                _outcome(len(found) <= limit, "Bundle.entry", f"at most {limit}", len(found), message),
                exchange.seq,
            )
        twice = _twice((e.full_url, _version(e.resource)) for e in entries(page) if e.full_url)
        message = "One page holds the same resource twice"
        yield held(
            "twice-on-a-page",
            _outcome(not twice, "Bundle.entry.fullUrl", "each resource once", twice or None, message),
            exchange.seq,
        )


def _version(resource: Json) -> str:
    meta = resource.get("meta") if isinstance(resource, dict) else None
    return str(meta.get("versionId")) if isinstance(meta, dict) else ""


def _twice(keys: Iterable[tuple[str, str]]) -> list[str]:
    return [url for (url, _), times in Counter(keys).items() if times > 1]


def _own(scene: Scene, named: frozenset[str], *, walked: bool) -> Iterable[Automatic]:
    """Judge recall and precision over what this scenario made (R4-RES-19, R4-RES-20)."""
    ignored = unused(scene.query, scene.pages[0], scene.claims, scene.type)
    listed = matches(scene.body, scene.type)
    present = {_reference(e.full_url, e.reference, scene.base) for e in listed}
    # A server may be known under several addresses: under another one it may be ours or a namesake.
    unclear = {e.reference for e in listed} - present
    last = scene.exchanges[-1].seq
    judged = [
        r
        for r in scene.own.values()
        if r.type == scene.type and r.reference not in named | unclear and not r.deleted
    ]
    for resource in judged:
        verdict = oracle.verdict(resource, scene)
        inside = resource.reference in present
        if ignored:
            verdict_result: tuple[str, Result, str] | None = _not_used(verdict, ignored, inside=inside)
        else:
            complete = walked and not perhaps_hidden(resource, scene)
            verdict_result = _weighed(verdict, inside=inside, complete=complete)
        if verdict_result is not None:
            rule, result, message = verdict_result
            yield Automatic(
                f"oracle:{rule}",
                _REQUIREMENT[rule],
                _about(resource, result, message, verdict, inside=inside),
                last,
            )


_REQUIREMENT = {"recall": "R4-RES-19", "precision": "R4-RES-20"}


def _reference(full_url: str, reference: str, base: str) -> str:
    """Return whose entry it is: the fullUrl decides, since another server's resource may have the same id."""
    named = identity(full_url, base) if full_url else None
    return named.reference if named is not None and named.type else reference


def _not_used(verdict: Verdict, ignored: Sequence[str], *, inside: bool) -> tuple[str, Result, str] | None:
    wrong = (verdict.answer is Answer.MUST and not inside) or (verdict.answer is Answer.NOT and inside)
    if not wrong:
        return None
    names = ", ".join(f"'{name}'" for name in ignored)
    return (
        "precision" if inside else "recall",
        Result.CANNOT_SAY,
        f"The server does not say that it used {names}",
    )


def _weighed(verdict: Verdict, *, inside: bool, complete: bool) -> tuple[str, Result, str] | None:
    if verdict.answer is Answer.CHOICE:
        return None
    if verdict.answer is Answer.MUST and not inside:
        if not complete:
            return None
        return "recall", Result.FAILED, "A resource that matches the search is not in the result"
    if verdict.answer is Answer.NOT and inside:
        return "precision", Result.FAILED, "A resource that does not match the search is in the result"
    return ("recall" if inside else "precision"), Result.HELD, ""


def _about(resource: Resource, result: Result, message: str, verdict: Verdict, *, inside: bool) -> Outcome:
    wanted = {Answer.MUST: "found", Answer.NOT: "not found"}.get(verdict.answer, "either")
    reason = f" ({verdict.reason})" if verdict.reason and message else ""
    return Outcome(
        result=result,
        at=resource.reference,
        expected=wanted,
        actual="found" if inside else "not found",
        message=f"{message}{reason}",
        about=resource.reference,
    )
