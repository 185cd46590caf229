"""What several faults ask of a request, an answer or a resource."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.server.wire import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Json
    from conformance.server.messages import Reply, Request

_INSTANCE, _VERSION = 2, 4
_OK, _ERROR = 200, 400


def reads(request: Request) -> bool:
    """Tell whether this is a read of a resource."""
    return request.method == "GET" and len(request.path) == _INSTANCE and request.path[1] != "_history"


def vreads(request: Request) -> bool:
    """Tell whether this is a read of a version."""
    return request.method == "GET" and len(request.path) == _VERSION


def writes_to(request: Request, method: str) -> bool:
    """Tell whether this is a write to one named resource."""
    return request.method == method and len(request.path) == _INSTANCE


def creates(request: Request) -> bool:
    """Tell whether this is a create."""
    return request.method == "POST" and len(request.path) == 1 and not request.path[0].startswith("_")


def looks_at_history(request: Request) -> bool:
    """Tell whether this asks for a history."""
    return request.method == "GET" and request.path[-1:] == ("_history",)


def succeeded(reply: Reply) -> bool:
    """Tell whether the request was carried out."""
    return _OK <= reply.status < _ERROR


def failed(reply: Reply) -> bool:
    """Tell whether the request was refused."""
    return reply.status >= _ERROR


def kind(resource: Json) -> str:
    """Return the type of what a body holds, or nothing."""
    return str(resource.get("resourceType", "")) if isinstance(resource, dict) else ""


def showing(reply: Reply, **members: Json) -> Reply:
    """Return the answer with members of its resource replaced."""
    return replace(reply, resource={**reply.resource, **members})


def with_entries(reply: Reply, change: Callable[[Json], Json]) -> Reply:
    """Return the answer with every entry of its Bundle changed."""
    return showing(reply, entry=[change(entry) for entry in reply.resource.get("entry", [])])


def with_claims(statement: Json, change: Callable[[Json], Json]) -> Json:
    """Return the CapabilityStatement with what it says of every resource type changed."""
    rest = statement["rest"][0]
    changed = {**rest, "resource": [change(resource) for resource in rest["resource"]]}
    return {**statement, "rest": [changed]}


def with_body(request: Request, change: Callable[[Json], Json]) -> Request:
    """Return the request with its resource changed; a body that is not JSON stays."""
    if request.resource is not None:
        return replace(request, resource=change(request.resource))
    try:
        sent = loads(request.body)
    except ValueError:
        return request
    return replace(request, body=dumps(change(sent)).encode()) if isinstance(sent, dict) else request


def without(resource: Json, *members: str) -> Json:
    """Return an object without these members."""
    return {name: value for name, value in resource.items() if name not in members}


def throughout(part: Json, change: Callable[[dict[str, Json]], Json]) -> Json:
    """Return a value with every object in it changed, the innermost first."""
    if isinstance(part, list):
        return [throughout(each, change) for each in part]
    if isinstance(part, dict):
        return change({name: throughout(value, change) for name, value in part.items()})
    return part
