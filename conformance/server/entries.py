"""The entries of a batch or transaction as requests, and their answers as entries."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from conformance.server.messages import Refusal, Request

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Reply
    from conformance.server.site import Site

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_WITH_RESOURCE = frozenset({"POST", "PUT", "PATCH"})
_HEADERS = {
    "ifMatch": "if-match",
    "ifNoneMatch": "if-none-match",
    "ifModifiedSince": "if-modified-since",
    "ifNoneExist": "if-none-exist",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: what it asks for, and the URL under which the others speak of it."""

    index: int
    full_url: str
    request: Request


def entries_of(site: Site, request: Request, bundle: Json) -> list[Entry]:
    """Return the entries of a Bundle; refuses a Bundle in which one says not what to do (R4-BAT-01)."""
    return [_entry(site, request, bundle, index) for index in range(len(bundle.get("entry", [])))]


def response_entry(site: Site, reply: Reply) -> Json:
    """Return the answer to one entry as an entry (R4-TRX-07)."""
    response = {
        "status": f"{int(reply.status)} {HTTPStatus(reply.status).phrase}",
        "location": reply.headers.get("location"),
        "etag": reply.headers.get("etag"),
    }
    resource = reply.resource
    entry: dict[str, Json] = {"response": {key: value for key, value in response.items() if value}}
    if isinstance(resource, dict) and resource.get("resourceType") == "OperationOutcome":
        entry["response"]["outcome"] = resource
    elif resource is not None:
        entry["resource"] = resource
        last = resource.get("meta", {}).get("lastUpdated")
        if last:
            entry["response"]["lastModified"] = last
        if "id" in resource:
            entry["fullUrl"] = f"{site.base}/{resource['resourceType']}/{resource['id']}"
    return entry


def refused_at(index: int, refused: Refusal) -> Refusal:
    """Return the refusal of an entry as one of the whole Bundle (R4-TRX-08)."""
    where = f"Bundle.entry[{index}]"
    text = "; ".join(
        f"{issue.expression}: {issue.text}" if issue.expression else issue.text for issue in refused.issues
    )
    return Refusal(refused.status, refused.issues[0].code, f"{where}: {text}", where)


def _entry(site: Site, request: Request, bundle: Json, index: int) -> Entry:
    entry = bundle["entry"][index]
    where = f"Bundle.entry[{index}]"
    asked = entry.get("request", {})
    method, url = asked.get("method"), asked.get("url")
    if method not in _METHODS or not url:
        raise Refusal(
            HTTPStatus.BAD_REQUEST, "required", "An entry needs request.method and request.url.", where
        )
    if method in _WITH_RESOURCE and "resource" not in entry:
        raise Refusal(HTTPStatus.BAD_REQUEST, "required", f"{method} needs a resource.", f"{where}.resource")
    path, _, query = _relative(site, url).partition("?")
    return Entry(
        index=index,
        full_url=entry.get("fullUrl", ""),
        request=Request(
            method=method,
            path=tuple(unquote(part) for part in path.split("/") if part),
            query=tuple(parse_qsl(query, keep_blank_values=True)),
            headers={
                "prefer": request.header("prefer") or "return=minimal",
                **{header: asked[name] for name, header in _HEADERS.items() if name in asked},
            },
            resource=entry.get("resource") if method in _WITH_RESOURCE else None,
            within=bundle["type"],
        ),
    )


def _relative(site: Site, url: str) -> str:
    if url.startswith(f"{site.base}/"):
        return url.removeprefix(site.base)
    if "://" in url.partition("?")[0]:
        raise Refusal(HTTPStatus.BAD_REQUEST, "value", f"{url} is not below {site.base}.")
    return url
