"""Transactions: all or nothing, in R4's own order, with links between entries (R4 http.html#trules)."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server import conditions, instance
from conformance.server.answers import location, written
from conformance.server.bodies import resource_of
from conformance.server.entries import refused_at
from conformance.server.messages import Refusal, Reply
from conformance.server.rewriting import resolved
from conformance.server.routing import handle

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.entries import Entry
    from conformance.server.messages import Request
    from conformance.server.site import Site
    from conformance.server.store import Version

_Stage = Callable[["_Work", "Entry"], None]
_TYPE_AND_ID = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64})")


@dataclass(slots=True, kw_only=True)
class _Work:
    """A transaction under way: what each entry will write to, and what has been answered."""

    site: Site
    links: dict[int, dict[str, str]] = field(default_factory=dict)
    targets: dict[int, tuple[str, str]] = field(default_factory=dict)
    found: dict[int, Version] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    replies: dict[int, Reply] = field(default_factory=dict)
    failed: dict[int, Refusal] = field(default_factory=dict)


def transact(site: Site, entries: list[Entry]) -> list[Reply]:
    """Process all entries, or raise Refusal with nothing changed (R4-TRX-01, R4-TRX-03)."""
    heard = [replace(entry, request=site.behaviour.hear(entry.request)) for entry in entries]
    work = _Work(site=site)
    with site.store.transaction() if site.behaviour.atomic else nullcontext():
        for stage, methods in _STAGES if site.behaviour.reading_last else (_STAGES[-1], *_STAGES[:-1]):
            for entry in heard:
                if entry.request.method in methods and entry.index not in work.failed:
                    _step(stage, work, entry)
            if stage is _write:
                _follow_conditions(work)
        for refused in work.failed.values():
            raise refused
    return [site.behaviour.say(entry.request, work.replies[entry.index]) for entry in entries]


def _step(stage: _Stage, work: _Work, entry: Entry) -> None:
    try:
        stage(work, entry)
    except Refusal as refused:
        work.failed[entry.index] = refused_at(entry.index, refused)
        if work.site.behaviour.atomic:
            raise work.failed[entry.index] from None


def _delete(work: _Work, entry: Entry) -> None:
    request = entry.request
    if len(request.path) == 1:
        found = conditions.matches(work.site, request.path[0], request.query)
        one = conditions.single(found, "conditional delete")
        if one is None:
            work.replies[entry.index] = Reply(status=HTTPStatus.NO_CONTENT)
            return
        request = replace(request, path=(one.type, one.id), query=())
    _touch(work, "/".join(request.path))
    work.replies[entry.index] = handle(work.site, request)


def _plan(work: _Work, entry: Entry) -> None:
    """Find out which resource an entry writes, before any other entry refers to it."""
    type_ = entry.request.path[0] if entry.request.path else ""
    planned = _planned_post if entry.request.method == "POST" else _planned_put
    id_ = planned(work, entry, type_)
    if id_ is None:
        return
    work.targets[entry.index] = (type_, id_)
    if entry.index not in work.found:
        _touch(work, f"{type_}/{id_}")
    work.links[entry.index] = _links(entry.full_url, f"{type_}/{id_}")


def _planned_post(work: _Work, entry: Entry, type_: str) -> str | None:
    if len(entry.request.path) != 1:
        raise Refusal(HTTPStatus.BAD_REQUEST, "not-supported", "A POST in a transaction creates a resource.")
    resource = resource_of(entry.request, type_)
    found = instance.existing(work.site, entry.request, type_)
    if found is not None:
        work.found[entry.index] = found
        return found.id
    return work.site.behaviour.identify(resource.get("id", ""), work.site.store.free_id(type_))


def _planned_put(work: _Work, entry: Entry, type_: str) -> str | None:
    request = entry.request
    if len(request.path) != 1:
        return request.path[1] if len(request.path) == 2 else None  # noqa: PLR2004 - Type/id
    found = conditions.single(conditions.matches(work.site, type_, request.query), "conditional update")
    if request.method == "PATCH":
        if found is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "not-found", f"No {type_} meets the criteria.")
        return found.id
    return instance.target_of_update(work.site, resource_of(request, type_), found)


def _touch(work: _Work, reference: str) -> None:
    # R4-TRX-04: the identities of the first three groups may not overlap
    if reference in work.touched and work.site.behaviour.refusing_overlap:
        text = f"{reference} would be changed by two entries of the transaction."
        raise Refusal(HTTPStatus.BAD_REQUEST, "duplicate", text)
    work.touched.add(reference)


def _links(full_url: str, reference: str) -> dict[str, str]:
    """Return by which URLs other entries speak of an entry, and what they mean."""
    restful = _TYPE_AND_ID.fullmatch(full_url)
    # R4-LNK-12: a relative reference means the entry whose fullUrl ends with it
    return dict.fromkeys(filter(None, (full_url, restful and restful[1])), reference)


def _rewritten(work: _Work, entry: Entry) -> Json:
    behaviour = work.site.behaviour
    return behaviour.rewrite(entry.request.resource, behaviour.links_for(entry.index, work.links))


def _write(work: _Work, entry: Entry) -> None:
    site, request = work.site, entry.request
    if entry.index in work.found:
        found = work.found[entry.index]
        reply = written(site, request, found, HTTPStatus.OK).with_headers(location=location(site, found))
    elif request.method == "POST":
        version = site.write(_rewritten(work, entry), work.targets[entry.index][1], "POST")
        reply = written(site, request, version, HTTPStatus.CREATED)
    elif request.method == "PUT":
        reply = _put(work, entry)
    else:
        reply = handle(site, _aimed(work, entry))
    work.replies[entry.index] = reply


def _put(work: _Work, entry: Entry) -> Reply:
    resource = _rewritten(work, entry)
    request = _aimed(work, entry)
    if len(entry.request.path) == 1:
        resource = {**resource, "id": work.targets[entry.index][1]}
    return handle(work.site, replace(request, resource=resource))


def _aimed(work: _Work, entry: Entry) -> Request:
    request = entry.request
    if len(request.path) != 1:
        return request
    return replace(request, path=work.targets[entry.index], query=())


def _follow_conditions(work: _Work) -> None:
    """Replace the conditional references in what was written, when all of it is there (R4-TRX-06)."""
    if not work.site.behaviour.follows_conditions():
        return
    for index, reply in work.replies.items():
        version = _written_by(work, index)
        if version is None or version.deleted:
            continue
        try:
            body = resolved(version.body, lambda text: _meant(work.site, text))
        except Refusal as refused:
            raise refused_at(index, refused) from None
        if body is not version.body:
            work.site.store.amend(version, body)
            if reply.resource is not None and "issue" not in reply.resource:
                work.replies[index] = replace(reply, resource=body)


def _written_by(work: _Work, index: int) -> Version | None:
    if index in work.found or index not in work.targets:
        return None
    return work.site.get(*work.targets[index])


def _meant(site: Site, text: str) -> str:
    type_, _, criteria = text.partition("?")
    found = conditions.matches(site, type_, criteria)
    one = site.behaviour.meant(found)
    if one is None:
        code = "multiple-matches" if found else "not-found"
        count = len(found) or "no"
        text = f"The conditional reference {text} means {count} resources; it has to mean one."
        raise Refusal(HTTPStatus.PRECONDITION_FAILED, code, text)
    return one.reference


def _read(work: _Work, entry: Entry) -> None:
    work.replies[entry.index] = handle(work.site, entry.request)


_WRITES = frozenset({"POST", "PUT", "PATCH"})
# R4-TRX-03; POST goes before PUT and PATCH inside a stage because only its ids are new
_STAGES: tuple[tuple[_Stage, frozenset[str]], ...] = (
    (_delete, frozenset({"DELETE"})),
    (_plan, frozenset({"POST"})),
    (_plan, frozenset({"PUT", "PATCH"})),
    (_write, _WRITES),
    (_read, frozenset({"GET", "HEAD"})),
)
