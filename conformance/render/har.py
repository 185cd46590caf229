"""Every request and answer of the run as HAR 1.2, for the network panel of a browser and its like."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from conformance.render import received
from conformance.render.again import headers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.events import Run

# What is longer is whole in the record, once, under bodies/.
_LONGEST = 256 * 1024
_VERSION = "HTTP/1.1"


def render(run: Run, summary: Mapping[str, Any]) -> str:
    """Return the archive; an attempt is an entry, and its comment names scenario and step."""
    exchanges = [event for event in run.outside if event.get("event") == "exchange"]
    exchanges += [exchange for scenario in run.scenarios for exchange in scenario.exchanges]
    began = _began(run)
    entries = [entry for exchange in sorted(exchanges, key=_seq) for entry in _entries(exchange, began)]
    log = {
        "version": "1.2",
        "creator": {"name": "dermconf", "version": str(summary.get("dermconf", ""))},
        "entries": entries,
    }
    return json.dumps({"log": log}, indent=1) + "\n"


def _seq(exchange: Mapping[str, Any]) -> int:
    return int(exchange.get("seq") or 0)


def _began(run: Run) -> datetime:
    try:
        began = datetime.fromisoformat(str(run.header.get("started", "")))
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return began if began.tzinfo else began.replace(tzinfo=UTC)


def _entries(exchange: Mapping[str, Any], began: datetime) -> Iterable[dict[str, Any]]:
    started = began + timedelta(milliseconds=float(exchange.get("ms") or 0))
    for attempt in exchange.get("attempts") or ():
        milliseconds = round(float(attempt.get("seconds") or 0) * 1000, 3)
        yield {
            "startedDateTime": started.isoformat(),
            "time": milliseconds,
            "request": _request(exchange.get("request") or {}),
            "response": _response(attempt),
            "cache": {},
            "timings": {"send": 0, "wait": milliseconds, "receive": 0},
            "comment": _comment(exchange),
        }


def _comment(exchange: Mapping[str, Any]) -> str:
    whose = received.whose(exchange)
    said = f"{exchange.get('scenario', 'the run')}, step {exchange.get('step') or 0}"
    return f"{said}, as {whose}" if whose else said


def _request(request: Mapping[str, Any]) -> dict[str, Any]:
    url = str(request.get("url", ""))
    body = request.get("body")
    posted = {"postData": {"mimeType": _type(request), "text": str(body)}} if body else {}
    return {
        "method": str(request.get("method", "")),
        "url": url,
        "httpVersion": _VERSION,
        "cookies": [],
        "headers": _headers(request),
        "queryString": [{"name": name, "value": text} for name, text in _query(url)],
        "headersSize": -1,
        "bodySize": len(str(body or "").encode(errors="replace")),
        **posted,
    }


def _response(attempt: Mapping[str, Any]) -> dict[str, Any]:
    body = str(attempt.get("body") or "")
    facts = attempt.get("facts") or {}
    size = int(facts.get("size") or 0) or len(body.encode(errors="replace"))
    return {
        "status": int(attempt.get("status") or 0),
        "statusText": "",
        "httpVersion": _VERSION,
        "cookies": [],
        "headers": _headers(attempt),
        "content": {"size": size, "mimeType": _type(attempt), **_told(body, facts)},
        "redirectURL": str((attempt.get("headers") or {}).get("location", "")),
        "headersSize": -1,
        "bodySize": size,
        "comment": str(attempt.get("error") or ""),
    }


def _told(body: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return a body, of a long one its beginning: a run may have been told the same over and over again.

    Of bytes, it is told what they are.
    """
    if facts and not body:
        return {"comment": received.text(facts)}
    if len(body) <= _LONGEST:
        return {"text": body}
    return {"text": body[:_LONGEST], "comment": f"cut after {_LONGEST} of {len(body)} characters"}


def _headers(side: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"name": name, "value": text} for name, text in headers(side.get("headers") or {})]


def _type(side: Mapping[str, Any]) -> str:
    return str((side.get("headers") or {}).get("content-type", ""))


def _query(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return []
