"""What is judged of every answer without being asked (R4 http.html), each rule under its own requirement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.catalogue.automatic import AUTOMATIC
from conformance.model import Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.capability import Capability
    from conformance.judge.stage import Sent
    from conformance.model import Json

_FHIR = frozenset({"application/fhir+json", "application/fhir+xml", "application/fhir+turtle"})
_GENERIC = frozenset({"application/json", "text/json", "application/xml", "text/xml"})
_LOCATION = re.compile(
    r"(?:^|/)(?P<type>[A-Z][A-Za-z]+)/(?P<id>(?!\.{1,2}(?:/|$))[A-Za-z0-9\-.]{1,64})(?:/_history/(?P<version>[^/]+))?$"
)


@dataclass(frozen=True, slots=True)
class Automatic:
    """One built-in judgement: the rule's name in the record, its requirement, and what it saw."""

    rule: str
    requirement: str
    outcome: Outcome
    exchange: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """What success looks like for a verb, and what a lawful refusal or a broken promise is."""

    statuses: frozenset[int]
    rule: str
    interaction: str = ""


def _expected(rule: str, interaction: str, *statuses: int) -> Expected:
    return Expected(frozenset(statuses), rule, interaction)


# R4-DEL-01 names 404 for what is not there; a delete of our own resource is never that.
EXPECTED: Mapping[str, Expected] = {
    "create": _expected("create", "create", 201),
    "update": _expected("update", "update", 200, 201),
    "patch": _expected("", "patch", 200, 201),
    "delete": _expected("delete", "delete", 200, 202, 204),
    "read": _expected("read", "read", 200),
    "vread": _expected("", "vread", 200),
    "history": _expected("", "history-instance", 200),
    "search": _expected("search", "search-type", 200),
    "transaction": _expected("transaction", "transaction", 200),
    "batch": _expected("batch", "batch", 200),
}
# Not there, not allowed, not implemented: what a server answers that lacks an interaction.
_ABSENT = frozenset({404, 405, 501})
# Where 404 may speak of something else it contradicts no claim: of what the body refers to (fairness F3),
# or of an old version or a deleted resource, which a server need not keep (F5, F22).
_LACKING = frozenset({405, 501})
_OF_SOMETHING_ELSE = frozenset({"create", "transaction", "batch", "vread", "history-instance"})
_NOT_OURS_TO_READ = frozenset({401, 403})
_GONE = frozenset({404, 410})
_CREATED = 201
_VERSION = "/_history/"
_MARK = "\ufeff"


def held(rule: str, outcome: Outcome, exchange: int) -> Automatic:
    """Return a judgement under the requirement that design.md section 6 gives the rule."""
    return Automatic(f"built-in:{rule}", AUTOMATIC[rule], outcome, exchange)


def judge_answer(
    sent: Sent, verb: str, claims: Capability, *, own_status: bool, type_: str, hidden: str = ""
) -> Iterable[Automatic]:
    """Judge one answer by itself; `own_status` means that the step judges the status by its own check.

    `hidden` says why what is asked for may lawfully stay unseen.
    """
    answer = sent.exchange.answer
    if answer.status is None or answer.truncated:
        return
    yield from _content_type(sent)
    yield from _encoding(sent)
    yield from _outcome(sent)
    # A reference that was kept with its version is read as a vread (R4 http.html#vread).
    verb = "vread" if verb == "read" and _VERSION in _path(sent) else verb
    expected = EXPECTED.get(verb)
    if expected is None:
        return
    if not own_status:
        yield from _status(sent, expected, claims, type_, hidden)
    if verb == "create" and answer.status == _CREATED:
        yield from _location(sent)
    if verb == "read" and answer.status in expected.statuses:
        yield from _same_id(sent)


def _path(sent: Sent) -> str:
    return sent.exchange.request.url.split("?", 1)[0]


def _status(
    sent: Sent, expected: Expected, claims: Capability, type_: str, hidden: str
) -> Iterable[Automatic]:
    status = sent.exchange.answer.status or 0
    result, message = _status_result(sent, expected, status)
    absent = _LACKING if expected.interaction in _OF_SOMETHING_ELSE else _ABSENT
    if result is Result.FAILED and status in _GONE and hidden:
        result, message, absent = Result.UNTESTED, f"{refusal(sent)}; {hidden}", frozenset()
    if status in absent and claims.claims(type_, expected.interaction) and result is Result.UNTESTED:
        where = type_ or "the system"
        message = f"The CapabilityStatement claims {expected.interaction} for {where}; the answer is {status}"
        yield held("declared", _status_outcome(Result.FAILED, expected, status, message), sent.exchange.seq)
    elif expected.rule and result is not None:
        yield held(expected.rule, _status_outcome(result, expected, status, message), sent.exchange.seq)


def _status_result(sent: Sent, expected: Expected, status: int) -> tuple[Result | None, str]:
    """Weigh a status: refusing (4xx) what is valid is lawful; another success, or a loss, is not."""
    if status in expected.statuses:
        return Result.HELD, ""
    if 200 <= status < 300 or (status in _GONE and expected.interaction == "read"):  # noqa: PLR2004
        return Result.FAILED, f"The {expected.interaction} was answered {status}"
    if 400 <= status < 500 or status in _ABSENT:  # noqa: PLR2004
        return Result.UNTESTED, refusal(sent)
    return None, ""


def _status_outcome(result: Result, expected: Expected, status: int, message: str) -> Outcome:
    wanted = sorted(expected.statuses)
    return Outcome(
        result=result,
        at="status",
        expected=wanted[0] if len(wanted) == 1 else wanted,
        actual=status,
        message=message,
    )


def refusal(sent: Sent) -> str:
    """Return one sentence on a refusal, quoting the server's OperationOutcome."""
    status = sent.exchange.answer.status
    why = "; ".join(issue_text(issue) for issue in issues(sent.body))
    lock = "not permitted" if status in _NOT_OURS_TO_READ else "refused"
    return f"{lock} with {status}" + (f": {why}" if why else "")


def issues(body: Json) -> list[Mapping[str, Json]]:
    """Return the issues of an OperationOutcome, or none."""
    if not isinstance(body, dict) or body.get("resourceType") != "OperationOutcome":
        return []
    listed = body.get("issue")
    return [issue for issue in listed if isinstance(issue, dict)] if isinstance(listed, list) else []


def issue_text(issue: Mapping[str, Json]) -> str:
    """Return an issue as a person would say it: code and diagnostics or text."""
    details = issue.get("details")
    text = issue.get("diagnostics") or (details.get("text") if isinstance(details, dict) else "")
    return " ".join(str(part) for part in (issue.get("code"), text) if part)[:300]


def _content_type(sent: Sent) -> Iterable[Automatic]:
    """R4-HTTP-06: a body that holds a resource says so, and a body that says so holds one."""
    answer, body = sent.exchange.answer, sent.body
    media = answer.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if media == "application/fhir+json" and answer.body and body is None:
        message = f"The body is labelled application/fhir+json but {_unlike_json(answer.body)}"
        yield held(
            "content-type", _labelled(Result.FAILED, "JSON", answer.body[:80], message), sent.exchange.seq
        )
    elif isinstance(body, dict) and "resourceType" in body:
        # R4-HTTP-08: who asks for a generic type is answered with it.
        generic = media in _GENERIC and media == sent.exchange.request.headers.get("accept", "").lower()
        result = Result.HELD if media in _FHIR or generic else Result.FAILED
        message = "" if result is Result.HELD else "A body that holds a resource is not labelled as FHIR"
        yield held(
            "content-type",
            _labelled(result, "application/fhir+json", media or None, message),
            sent.exchange.seq,
        )


def _unlike_json(body: str) -> str:
    """Return why a body is no JSON, where that cannot be seen in it."""
    marked = body.startswith(_MARK)
    return "begins with a byte order mark, which JSON must not (RFC 8259, 8.1)" if marked else "is not JSON"


def _encoding(sent: Sent) -> Iterable[Automatic]:
    """R4-HTTP-07: told where it is broken; a scenario of its own shows that it is kept."""
    answer = sent.exchange.answer
    media = answer.headers.get("content-type", "").split(";", 1)[0].strip().lower()
    if answer.utf8 or media not in _FHIR:
        return
    message = "The body is not UTF-8; what could not be read is shown as U+FFFD"
    outcome = Outcome(
        result=Result.FAILED, at="body", expected="UTF-8", actual="other bytes", message=message
    )
    yield held("encoding", outcome, sent.exchange.seq)


def _labelled(result: Result, expected: str, actual: str | None, message: str) -> Outcome:
    return Outcome(result=result, at="Content-Type", expected=expected, actual=actual, message=message)


def _outcome(sent: Sent) -> Iterable[Automatic]:
    answer = sent.exchange.answer
    if not 400 <= (answer.status or 0) < 500:  # noqa: PLR2004
        return
    told = bool(issues(sent.body))
    yield held(
        "outcome",
        Outcome(
            result=Result.HELD if told else Result.FAILED,
            at="body",
            expected="OperationOutcome",
            actual=_kind_of(sent.body, answer.body),
            message="" if told else f"The {answer.status} came without an OperationOutcome",
        ),
        sent.exchange.seq,
    )


def _kind_of(body: Json, text: str | None) -> str:
    if isinstance(body, dict) and isinstance(body.get("resourceType"), str):
        return str(body["resourceType"])
    return "other content" if text else "no body"


def _location(sent: Sent) -> Iterable[Automatic]:
    """R4-CRE-02: the new id, and the version where the server shows that it keeps versions."""
    location = sent.exchange.answer.headers.get("location", "")
    found = _LOCATION.search(location.split("?", 1)[0])
    body = sent.body if isinstance(sent.body, dict) else {}
    meta = body.get("meta") if isinstance(body.get("meta"), dict) else {}
    wants_version = bool(meta and meta.get("versionId"))
    good = found is not None and (bool(found["version"]) or not wants_version)
    lack = "names no resource" if found is None else "lacks the version that the body shows"
    yield held(
        "location",
        Outcome(
            result=Result.HELD if good else Result.FAILED,
            at="Location",
            expected="[base]/[type]/[id]/_history/[version]",
            actual=location or None,
            message="" if good else f"The Location of the new resource {lack if location else 'is missing'}",
        ),
        sent.exchange.seq,
    )


def location_of(location: str, base: str = "") -> tuple[str, str, str] | None:
    """Return type, id and version ("" if none) that a Location names on the server at `base`, or on any."""
    found = _LOCATION.search(location.split("?", 1)[0])
    # What lies on another server may have the id of somebody else's resource on this one.
    if found is None or (base and "//" in location and not _below(location[: found.start()], base)):
        return None
    return found["type"], found["id"], found["version"] or ""


def _below(place: str, base: str) -> bool:
    return place.partition("//")[2] == base.partition("//")[2].rstrip("/")


def _same_id(sent: Sent) -> Iterable[Automatic]:
    body = sent.body
    wanted = _path(sent).rsplit("/", 1)[-1]
    if not isinstance(body, dict):
        return
    same = body.get("id") == wanted
    kind = body.get("resourceType")
    yield held(
        "read",
        Outcome(
            result=Result.HELD if same else Result.FAILED,
            at=f"{kind}.id" if isinstance(kind, str) else "id",
            expected=wanted,
            actual=body.get("id"),
            message="" if same else "The resource that was returned is not the one that was asked for",
        ),
        sent.exchange.seq,
    )
