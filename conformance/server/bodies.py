"""What arrives in a body: resources, patches and forms, read and checked."""

from __future__ import annotations

import base64
import binascii
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from conformance.server.media import FORM, JSON_PATCH, require_body_type, require_resource_type
from conformance.server.messages import Refusal
from conformance.server.shape import check
from conformance.server.wire import loads

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Request


def resource_of(request: Request, type_: str) -> Json:
    """Return the resource in a body, which has to be of this type and of the right shape."""
    resource = _sent(request, type_)
    check(resource)
    return resource


def json_of(request: Request) -> Json:
    """Return the JSON in a body, whatever its shape."""
    if request.resource is not None:
        return request.resource
    require_resource_type(request)
    return _json(request.body)


def bundle_of(request: Request) -> Json:
    """Return a Bundle to process; the resources in it are left to the entries that they belong to."""
    bundle = _sent(request, "Bundle")
    check(_shell(bundle))
    return bundle


def _sent(request: Request, type_: str) -> Json:
    resource = json_of(request)
    if not isinstance(resource, dict):
        raise Refusal(HTTPStatus.BAD_REQUEST, "structure", "The body is not a JSON object.")
    sent = resource.get("resourceType")
    if sent != type_:
        text = f"The URL names {type_}, the body is {sent or 'without a resourceType'}."
        raise Refusal(HTTPStatus.BAD_REQUEST, "invalid", text, "resourceType")
    return resource


def _shell(bundle: Json) -> Json:
    entries = bundle.get("entry")
    if not isinstance(entries, list):
        return bundle
    shells = [_without_resource(entry) for entry in entries]
    rest = {name: value for name, value in bundle.items() if name != "entry"}
    # R4-TRX-10: a transaction without entries is no error, even where it is spelt with an empty array
    return {**rest, "entry": shells} if shells else rest


def _without_resource(entry: Json) -> Json:
    if not isinstance(entry, dict):
        return entry
    return {name: value for name, value in entry.items() if name != "resource"}


def patch_of(request: Request) -> Json:
    """Return the operations of a patch; inside a Bundle they come in a Binary."""
    if request.resource is not None:
        return _json(_unwrapped(request.resource))
    require_body_type(request, JSON_PATCH)
    return _json(request.body)


def form_of(request: Request) -> tuple[tuple[str, str], ...]:
    """Return the parameters of a search by POST."""
    if not request.body:
        return ()
    require_body_type(request, FORM)
    try:
        return tuple(parse_qsl(request.body.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise Refusal(HTTPStatus.BAD_REQUEST, "structure", "The form is not UTF-8.") from None


def _json(body: bytes) -> Json:
    if not body.strip():
        raise Refusal(HTTPStatus.BAD_REQUEST, "structure", "The request has no body.")
    try:
        return loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, "structure", f"The body is not JSON: {error}.") from None


def _unwrapped(resource: Json) -> bytes:
    if resource.get("resourceType") != "Binary" or resource.get("contentType") != JSON_PATCH:
        text = f"A PATCH in a Bundle needs a Binary with contentType {JSON_PATCH}."
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not-supported", text)
    try:
        return base64.b64decode(resource.get("data", ""), validate=True)
    except (binascii.Error, TypeError):
        raise Refusal(HTTPStatus.BAD_REQUEST, "value", "Binary.data is not base64.", "Binary.data") from None
