"""Reads of Binary: the content as it is, unless FHIR is asked for (R4 binary.html#rest)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.server.behaviour import Behaviour
    from conformance.server.messages import Reply, Request

_FHIR = ("fhir", "json")
_MEDIA_TYPE = re.compile(r"[!-~]+/[!-~]+(; ?[!-~]+)*")
_BYTES = "application/octet-stream"


def asked_as_is(request: Request) -> bool:
    """Tell whether a request is for the content of a Binary, and not for a resource."""
    reads = request.method in {"GET", "HEAD"} and len(request.path) == 2  # noqa: PLR2004 - a type and an id
    accept = request.header("accept").lower()
    return (
        reads
        and request.path[0] == "Binary"
        and not request.parameter("_format")
        and not any(word in accept for word in _FHIR)
    )


def as_is(behaviour: Behaviour, reply: Reply) -> Reply:
    """Return the answer to the read of a Binary with its content instead of the resource."""
    resource = reply.resource
    if not isinstance(resource, dict) or resource.get("resourceType") != "Binary":
        return reply
    try:
        content = base64.b64decode(resource.get("data", ""), validate=True)
    except (binascii.Error, TypeError, ValueError):
        return reply
    stated = str(resource.get("contentType"))
    # What no header can carry is the type of nothing.
    type_, sent = behaviour.attach(stated if _MEDIA_TYPE.fullmatch(stated) else _BYTES, content)
    return replace(reply.with_headers(content_type=type_), resource=None, content=sent)
