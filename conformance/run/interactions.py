"""From a step to the request that it means (R4 http.html): one small builder a verb."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from conformance.jsontext import dumps
from conformance.judge.names import Unbound
from conformance.model import Request
from conformance.pointer import get

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.judge.stage import Stage
    from conformance.model import Json, Resource, Step

FHIR_JSON = "application/fhir+json"
_JSON_PATCH = "application/json-patch+json"
_FORM = "application/x-www-form-urlencoded"
# What FHIR's own syntax uses in values stays readable in the URL.
_SAFE = "|:,/$"

Query = tuple[tuple[str, str], ...]


def pairs(where: Mapping[str, Json]) -> Query:
    """Return a `where` map as parameters; a list repeats its parameter."""
    return tuple(
        (name, str(value))
        for name, values in where.items()
        for value in (values if isinstance(values, list) else [values])
    )


def encoded(query: Query) -> str:
    """Return parameters as the query of a URL."""
    return urlencode(query, safe=_SAFE, quote_via=quote)


def request(step: Step, args: Mapping[str, Json], stage: Stage, body: Json = None) -> Request:
    """Return the request of a step whose look-ups are replaced; `body` is the resource that it sends."""
    method, path, extra, text = _BUILDERS[step.verb](step, args, stage, body)
    headers = {"Accept": str(args.get("accept", FHIR_JSON)), **extra}
    headers.update({str(k): str(v) for k, v in (args.get("headers") or {}).items()})
    whose = str(args.get("with", ""))
    return Request(method=method, url=_url(stage.where, path), headers=headers, body=text, credentials=whose)


_Parts = tuple[str, str, dict[str, str], str | None]


def _url(base: str, path: str) -> str:
    if path.startswith(("http://", "https://")):
        return path
    return f"{base}/{path}" if path else base


def _create(_step: Step, args: Mapping[str, Json], _stage: Stage, body: Json) -> _Parts:
    condition = args.get("if") or {}
    extra = {"Content-Type": FHIR_JSON}
    if "none" in condition:
        extra["If-None-Exist"] = str(condition["none"])
    return "POST", str(body["resourceType"]), extra, dumps(body)


def _update(step: Step, args: Mapping[str, Json], stage: Stage, body: Json) -> _Parts:
    extra = {"Content-Type": FHIR_JSON, **_conditions(step, args, stage)}
    return "PUT", _addressed(step, args, stage), extra, dumps(body)


def _patch(step: Step, args: Mapping[str, Json], stage: Stage, _body: Json) -> _Parts:
    known = named(step, stage)
    operations = patch_operations(args, known.received or known.sent)
    extra = {"Content-Type": _JSON_PATCH, **_conditions(step, args, stage)}
    return "PATCH", _addressed(step, args, stage), extra, dumps(operations)


def patch_operations(args: Mapping[str, Json], body: Json) -> list[Json]:
    """Return `set` and `drop` as JSON Patch (RFC 6902): what is there is replaced, what is not is added."""
    put = [
        {"op": "replace" if _stands(body, pointer) else "add", "path": pointer, "value": value}
        for pointer, value in (args.get("set") or {}).items()
    ]
    return [*put, *({"op": "remove", "path": pointer} for pointer in args.get("drop") or ())]


def _stands(body: Json, pointer: str) -> bool:
    try:
        get(body, pointer)
    except KeyError:
        return False
    return True


def _delete(step: Step, args: Mapping[str, Json], stage: Stage, _body: Json) -> _Parts:
    return "DELETE", _addressed(step, args, stage), _conditions(step, args, stage), None


def _read(step: Step, args: Mapping[str, Json], stage: Stage, _body: Json) -> _Parts:
    # Nothing on the way may answer from memory: what the server holds now is judged.
    extra = {"Cache-Control": "no-cache", **_conditions(step, args, stage)}
    return "GET", _subject(step, args, stage), extra, None


def _vread(step: Step, args: Mapping[str, Json], stage: Stage, _body: Json) -> _Parts:
    version = args.get("version") or named(step, stage).version
    if not version:
        raise Unbound(f"{step.subject}.version")
    return "GET", f"{_subject(step, args, stage)}/_history/{version}", {}, None


def _history(step: Step, args: Mapping[str, Json], stage: Stage, _body: Json) -> _Parts:
    if step.subject == "system":
        return "GET", "_history", {}, None
    if str(step.subject)[:1].isupper():
        return "GET", f"{step.subject}/_history", {}, None
    return "GET", f"{_subject(step, args, stage)}/_history", {}, None


def _search(step: Step, args: Mapping[str, Json], _stage: Stage, _body: Json) -> _Parts:
    query = encoded(pairs(args.get("where") or {}))
    fresh = {"Cache-Control": "no-cache"}
    if args.get("by") == "POST":
        return "POST", f"{step.subject}/_search", {"Content-Type": _FORM, **fresh}, query
    return "GET", f"{step.subject}?{query}" if query else str(step.subject), fresh, None


def _bundle(_step: Step, _args: Mapping[str, Json], _stage: Stage, body: Json) -> _Parts:
    return "POST", "", {"Content-Type": FHIR_JSON}, dumps(body)


def _validate(_step: Step, args: Mapping[str, Json], _stage: Stage, body: Json) -> _Parts:
    extra = {"Content-Type": FHIR_JSON}
    named_parameters = [
        {"name": key, "valueUri" if key == "profile" else "valueCode": args[key]}
        for key in ("profile", "mode")
        if key in args
    ]
    path = f"{body['resourceType']}/$validate"
    if not named_parameters:
        return "POST", path, extra, dumps(body)
    parameters = [*named_parameters, {"name": "resource", "resource": body}]
    return "POST", path, extra, dumps({"resourceType": "Parameters", "parameter": parameters})


def _capability(_step: Step, _args: Mapping[str, Json], _stage: Stage, _body: Json) -> _Parts:
    return "GET", "metadata", {}, None


def _request(_step: Step, args: Mapping[str, Json], _stage: Stage, _body: Json) -> _Parts:
    method, _, path = str(args["subject"]).partition(" ")
    if "json" in args:
        return method, path.lstrip("/"), {"Content-Type": "application/json"}, dumps(args["json"])
    text = args.get("body")
    return method, path.lstrip("/"), {"Content-Type": FHIR_JSON} if text else {}, text


_BUILDERS: Mapping[str, Callable[[Step, Mapping[str, Json], Stage, Json], _Parts]] = {
    "create": _create,
    "update": _update,
    "patch": _patch,
    "delete": _delete,
    "read": _read,
    "vread": _vread,
    "history": _history,
    "search": _search,
    "transaction": _bundle,
    "batch": _bundle,
    "validate": _validate,
    "capability": _capability,
    "request": _request,
}


def named(step: Step, stage: Stage) -> Resource:
    """Return the resource that a step's subject names; raises Unbound where there is none."""
    held = stage.names.get(str(step.subject), ())
    if not held:
        raise Unbound(str(step.subject))
    return held[0]


def _subject(step: Step, args: Mapping[str, Json], stage: Stage) -> str:
    """Return `Type/id` of a name, or of a reference text on this server."""
    if str(step.subject) in stage.names:
        return named(step, stage).reference
    text = str(args["subject"])
    if text == step.subject and "/" not in text:
        raise Unbound(text)
    return text.removeprefix(f"{stage.where}/")


def _addressed(step: Step, args: Mapping[str, Json], stage: Stage) -> str:
    if "where" in args:
        return f"{named(step, stage).type}?{encoded(pairs(args['where']))}"
    return named(step, stage).reference


def _conditions(step: Step, args: Mapping[str, Json], stage: Stage) -> dict[str, str]:
    condition = args.get("if") or {}
    headers = {}
    # Fairness F14: where the server tells no versions, what is current cannot be told by one either.
    untold = condition.get("match") == "current" and not named(step, stage).version
    if "match" in condition and not untold:
        headers["If-Match"] = _etag(str(condition["match"]), step, stage)
    if "none-match" in condition:
        headers["If-None-Match"] = _etag(str(condition["none-match"]), step, stage)
    if "modified-since" in condition:
        headers["If-Modified-Since"] = str(condition["modified-since"])
    return headers


def _etag(which: str, step: Step, stage: Stage) -> str:
    """Return a weak ETag (R4-HTTP-14): of the version last seen, of one that it is not, or as written."""
    resource = named(step, stage)
    if which not in {"current", "stale"}:
        return which if which.startswith(('"', "W/")) else f'W/"{which}"'
    if not resource.version:
        raise Unbound(f"{step.subject}.version")
    if which == "current":
        return f'W/"{resource.version}"'
    older = [v for v in stage.versions.get(resource.reference, []) if v != resource.version]
    return f'W/"{older[0] if older else _other(resource.version)}"'


def _other(version: str) -> str:
    return "0" if version.isdigit() else f"{version[:-1]}{'0' if version[-1] != '0' else '1'}"
