"""The operation `$validate` (R4 operation-resource-validate) and the enforcement of profiles on write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance import guides
from conformance.definitions import r4
from conformance.problem import Problem
from conformance.profiles import UNKNOWN, Severity
from conformance.server.bodies import json_of
from conformance.server.messages import Issue, Refusal, Reply, information, outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model import Json
    from conformance.profiles import Issue as Found
    from conformance.profiles import Resolve
    from conformance.server.messages import Request
    from conformance.server.site import Site
    from conformance.server.store import Version

_MODES = ("create", "update", "delete", "profile")
_LITERAL = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a client wants validated, and how."""

    resource: Json = None
    mode: str = ""
    profile: str = ""


def validate(site: Site, request: Request, type_: str = "", id_: str = "") -> Reply:
    """Answer `$validate` of the system, a type or an instance: of what is sent, or else is stored."""
    stored = site.get(type_, id_) if id_ else None
    if id_ and stored is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "not-found", f"There is no {type_}/{id_}.")
    return _validated(site, _asked(request), type_, stored)


def require(site: Site, resource: Json) -> None:
    """Refuse what breaks the rules of FHIR or of a profile that it claims (R4-CRE-08: 422)."""
    broken = [each for each in _found(site, resource, ()) if each.severity is Severity.ERROR]
    if broken:
        raise Refusal.of(HTTPStatus.UNPROCESSABLE_ENTITY, map(_issue, broken))


def _validated(site: Site, asked: _Asked, type_: str, stored: Version | None) -> Reply:
    resource = stored.body if asked.resource is None and stored else asked.resource
    if asked.mode == "delete":
        return _deletable(stored)
    if resource is None:
        text = "There is no resource to validate: send it, alone or as the parameter 'resource'."
        raise Refusal(HTTPStatus.BAD_REQUEST, "required", text)
    issues = [*_misplaced(resource, asked.mode, type_, stored), *_judged(site, resource, asked.profile)]
    made = outcome(*issues) if issues else information("The resource is valid.")
    # The operation has run: what it found is no refusal of the request.
    return Reply(status=HTTPStatus.OK, resource=made)


def _deletable(stored: Version | None) -> Reply:
    if stored is None:
        text = "mode=delete is asked of one resource: [type]/[id]/$validate."
        raise Refusal(HTTPStatus.BAD_REQUEST, "invalid", text)
    return Reply(status=HTTPStatus.OK, resource=information(f"{stored.reference} may be deleted."))


def _misplaced(resource: Json, mode: str, type_: str, stored: Version | None) -> list[Issue]:
    """Tell what a create or update of this body at this URL would be refused for."""
    issues = []
    sent = resource.get("resourceType")
    if type_ and sent != type_:
        issues.append(_error("invalid", f"The URL names {type_}, the resource is {sent}.", "resourceType"))
    elif mode == "update" and stored and resource.get("id") != stored.id:
        text = f"An update of {stored.reference} needs a body with its id."
        issues.append(_error("invalid", text, f"{type_}.id"))
    return issues


def _judged(site: Site, resource: Json, profile: str) -> list[Issue]:
    asked = (profile,) if profile else ()
    # What the engine only informs of is what it cannot say, and what nobody asks for.
    return [
        _issue(each) for each in _found(site, resource, asked) if each.severity is not Severity.INFORMATION
    ]


def _found(site: Site, resource: Json, profiles: Sequence[str]) -> list[Found]:
    try:
        return guides.shipped().issues(resource, profiles, resolve=_resolver(site))
    except Problem as problem:
        # A profile that is nominated and cannot be judged by has to be answered with an error.
        raise Refusal(HTTPStatus.BAD_REQUEST, "not-found", f"{problem.message}.") from None


def _resolver(site: Site) -> Resolve:
    def resolve(reference: str) -> Json:
        found = _LITERAL.fullmatch(reference.removeprefix(f"{site.base}/"))
        if found is None or found[1] not in r4.resource_types():
            return UNKNOWN
        version = site.get(found[1], found[2])
        return version.body if version else None

    return resolve


def _asked(request: Request) -> _Asked:
    """Read a bare resource or Parameters; what stands in the URL goes for what these do not say."""
    body = json_of(request) if request.body.strip() or request.resource is not None else None
    if body is not None and not isinstance(body, dict):
        raise Refusal(HTTPStatus.BAD_REQUEST, "structure", "The body is not a JSON object.")
    wrapped = isinstance(body, dict) and body.get("resourceType") == "Parameters"
    named = _parameters(body) if wrapped else {"resource": body}
    mode = _text(named.get("mode")) or request.parameter("mode")
    if mode and mode not in _MODES:
        text = f"mode is one of {', '.join(_MODES)}; this is '{mode}'."
        raise Refusal(HTTPStatus.BAD_REQUEST, "value", text)
    return _Asked(
        resource=named.get("resource"),
        mode=mode,
        profile=_text(named.get("profile")) or request.parameter("profile"),
    )


def _parameters(body: Json) -> dict[str, Json]:
    listed = body.get("parameter")
    found: dict[str, Json] = {}
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            found[one["name"]] = one.get("resource") if one["name"] == "resource" else _value(one)
    if found.get("resource") is not None and not isinstance(found["resource"], dict):
        raise Refusal(HTTPStatus.BAD_REQUEST, "structure", "The parameter 'resource' is no resource.")
    return found


def _value(one: dict[str, Json]) -> Json:
    return next((value for key, value in one.items() if key.startswith("value")), None)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _issue(found: Found) -> Issue:
    return Issue(severity=found.severity.value, code=found.code, text=found.message, expression=found.at)


def _error(code: str, text: str, where: str) -> Issue:
    return Issue(severity="error", code=code, text=text, expression=where)
