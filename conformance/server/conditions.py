"""The conditions of conditional interactions: headers with versions and times, and search criteria."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from conformance.server.messages import Refusal
from conformance.server.search import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.server.messages import Request
    from conformance.server.site import Site
    from conformance.server.store import Version

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def versions_in(header: str) -> list[str]:
    """Return the version ids of an If-Match or If-None-Match header; a bare id is understood too."""
    return _TAG.findall(header) or [part.strip() for part in header.split(",") if part.strip()]


def require_match(request: Request, current: Version | None) -> None:
    """Refuse a change whose If-Match names another version than the current one (R4-LOCK-01)."""
    header = request.header("if-match")
    if not header:
        return
    alive = current is not None and not current.deleted
    if not alive or (header.strip() != "*" and _version(current) not in versions_in(header)):
        raise Refusal(
            HTTPStatus.PRECONDITION_FAILED, "conflict", f"If-Match {header} is not the current version."
        )


def unchanged(request: Request, version: Version) -> bool:
    """Tell whether a conditional read may be answered with 304 (R4-HTTP-22)."""
    tag = request.header("if-none-match")
    if tag:
        # RFC 9110 13.1.3: If-Modified-Since is ignored where If-None-Match stands.
        return tag.strip() == "*" or version.version in versions_in(tag)
    since = request.header("if-modified-since")
    return bool(since) and _not_after(version, since)


def matches(site: Site, type_: str, criteria: str | Sequence[tuple[str, str]]) -> list[Version]:
    """Return the resources that search criteria mean; criteria that say nothing are refused."""
    pairs = parse_qsl(criteria, keep_blank_values=True) if isinstance(criteria, str) else list(criteria)
    pairs = [(name, value) for name, value in pairs if name not in {"_format", "_pretty"}]
    if not any(value for _, value in pairs):
        raise Refusal(HTTPStatus.BAD_REQUEST, "required", "The interaction needs search criteria.")
    try:
        found = site.searcher.matches(type_, pairs)
    except Refused as refused:
        raise refusal(refused) from None
    by_id = {one.id: one for one in site.current(type_)}
    return [by_id[one.id] for one in found if one.id in by_id]


def single(found: Sequence[Version], what: str) -> Version | None:
    """Return the one match or nothing; several are refused with 412."""
    if len(found) > 1:
        text = f"The criteria of the {what} match {len(found)} resources."
        raise Refusal(HTTPStatus.PRECONDITION_FAILED, "multiple-matches", text)
    return found[0] if found else None


def refusal(refused: Refused) -> Refusal:
    """Return the answer to a search that cannot be run."""
    return Refusal(refused.status, refused.code, refused.message, refused.expression)


def _version(current: Version | None) -> str:
    return current.version if current else ""


def _not_after(version: Version, since: str) -> bool:
    try:
        limit = parsedate_to_datetime(since)
    except ValueError:
        return False  # RFC 9110 13.1.3: a date that cannot be read is ignored
    return version.moment.replace(microsecond=0) <= limit
