"""The history of a resource, of a type and of the system (R4 http.html#history)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from conformance.server.answers import etag, location
from conformance.server.messages import Refusal, Reply
from conformance.server.primitives import complaint

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Request
    from conformance.server.site import Site
    from conformance.server.store import Version

_PAGE = 50
_LARGEST_PAGE = 500
_UNTIL = "_until"  # our own paging parameter: versions that are stored while a client pages do not shift it
_STATUS = {"POST": "201 Created", "PUT": "200 OK", "DELETE": "204 No Content"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    count: int
    since: datetime | None
    until: int | None

    def reaches(self, instant: str) -> bool:
        """Tell whether a version of this instant is asked for."""
        return self.since is None or datetime.fromisoformat(instant) >= self.since


def system(site: Site, request: Request) -> Reply:
    """Answer `GET [base]/_history`."""
    return _history(site, request, site.store.timeline(), "_history")


def of_type(site: Site, request: Request, type_: str) -> Reply:
    """Answer `GET [base]/[type]/_history`."""
    return _history(site, request, site.store.timeline(type_), f"{type_}/_history")


def of_instance(site: Site, request: Request, type_: str, id_: str) -> Reply:
    """Answer `GET [base]/[type]/[id]/_history`."""
    timeline = site.store.timeline(type_, id_)
    if not timeline:
        raise Refusal(HTTPStatus.NOT_FOUND, "not-found", f"There is no {type_} with the id {id_}.")
    return _history(site, request, timeline, f"{type_}/{id_}/_history")


def _history(site: Site, request: Request, timeline: list[tuple[int, str]], path: str) -> Reply:
    asked = _asked(request)
    wanted = [seq for seq, instant in timeline if asked.reaches(instant)]
    rest = [seq for seq in wanted if asked.until is None or seq <= asked.until]
    shown = rest[: asked.count]
    bundle = {
        "resourceType": "Bundle",
        "type": "history",
        "total": len(wanted),
        "link": _links(f"{site.base}/{path}", request, shown, rest),
        "entry": _entries(site, site.store.numbered(shown)),
    }
    return Reply(status=HTTPStatus.OK, resource={key: value for key, value in bundle.items() if value != []})


def _asked(request: Request) -> _Asked:
    return _Asked(
        count=min(_number(request, "_count", _PAGE), _LARGEST_PAGE),
        since=_instant(request.parameter("_since")),
        until=_number(request, _UNTIL, -1) if request.parameter(_UNTIL) else None,
    )


def _number(request: Request, name: str, default: int) -> int:
    text = request.parameter(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit()):
        raise Refusal(HTTPStatus.BAD_REQUEST, "value", f"'{text}' is not a number.", f"http.{name}")
    return int(text)


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    text = text.replace(" ", "+")  # an unescaped + of a zone arrives as a space
    if complaint("instant", text) and complaint("date", text):
        raise Refusal(HTTPStatus.BAD_REQUEST, "value", f"'{text}' is not an instant.", "http._since")
    padded = text + "-01-01"[len(text) - 4 :] if len(text) in {4, 7} else text
    try:
        moment = datetime.fromisoformat(padded)
    except ValueError:
        raise Refusal(HTTPStatus.BAD_REQUEST, "value", f"'{text}' does not exist.", "http._since") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _links(url: str, request: Request, shown: list[int], rest: list[int]) -> list[Json]:
    used = {name: request.parameter(name) for name in ("_since", "_count") if request.parameter(name)}
    here = {**used, **({_UNTIL: request.parameter(_UNTIL)} if request.parameter(_UNTIL) else {})}
    links = [{"relation": "self", "url": _url(url, here)}]
    if shown and len(rest) > len(shown):
        links.append({"relation": "next", "url": _url(url, {**used, _UNTIL: str(rest[len(shown)])})})
    return links


def _url(url: str, parameters: dict[str, str]) -> str:
    return f"{url}?{urlencode(parameters)}" if parameters else url


def _entries(site: Site, versions: list[Version]) -> list[Json]:
    erased: set[str] = set()
    return [_entry(site, version, erased) for version in versions]


def _entry(site: Site, version: Version, erased: set[str]) -> Json:
    # R4-HIS-03 (bdl-3, bdl-4): request and response in every entry, deletions included
    response = {"status": _status(version), "etag": etag(version), "lastModified": version.instant}
    entry = {
        "fullUrl": site.url(version),
        "request": {"method": version.method, "url": _target(version)},
        "response": response,
    }
    if not version.deleted:
        return {
            **entry,
            "resource": site.behaviour.show(version),
            "response": {**response, "location": location(site, version)},
        }
    if version.reference in erased:
        del entry["fullUrl"]  # bdl-7: a deletion has no version in its entry that could tell it from another
    erased.add(version.reference)
    return entry


def _status(version: Version) -> str:
    return "201 Created" if version.version == "1" else _STATUS[version.method]


def _target(version: Version) -> str:
    return version.type if version.method == "POST" else version.reference
