"""Which representations the server speaks: JSON, and nothing else (R4 http.html#mime-type)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.messages import Refusal

if TYPE_CHECKING:
    from conformance.server.messages import Request

FHIR_JSON = "application/fhir+json"
JSON_PATCH = "application/json-patch+json"
FORM = "application/x-www-form-urlencoded"

_JSON = ("application/json", "text/json")
_FORMATS = {"json": FHIR_JSON, FHIR_JSON: FHIR_JSON, **dict.fromkeys(_JSON, FHIR_JSON)}
# R4-HTTP-08: a generic type is answered with that type
_ACCEPTED = {FHIR_JSON: FHIR_JSON, "*/*": FHIR_JSON, "application/*": FHIR_JSON, "text/*": "text/json"}
_ACCEPTED |= {name: name for name in _JSON}
_VERSIONS = ("", "4.0", "4.0.1")


def answer_type(request: Request) -> str:
    """Return the media type of the answer; `_format` goes before Accept (R4-HTTP-10)."""
    asked = request.parameter("_format")
    if asked:
        name, version = _media_type(asked.replace(" ", "+"))  # an unescaped + arrives as a space
        return _known(_FORMATS.get(name) if version in _VERSIONS else None, asked)
    accept = request.header("accept")
    return _known(_best(accept), accept) if accept.strip() else FHIR_JSON


def require_body_type(request: Request, *allowed: str) -> None:
    """Refuse a body of another type; a body without a type is taken for what it should be."""
    sent = request.header("content-type")
    name, version = _media_type(sent)
    if sent and (name not in allowed or version not in _VERSIONS):
        text = f"A body of type {sent} cannot be read here; this needs {allowed[0]}."
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not-supported", text)


def require_resource_type(request: Request) -> None:
    """Refuse a body that is not FHIR JSON."""
    require_body_type(request, FHIR_JSON, *_JSON)


def _best(accept: str) -> str | None:
    ranges = [(*_media_type(part), _quality(part)) for part in accept.split(",")]
    known = [
        (quality, _ACCEPTED[name])
        for name, version, quality in ranges
        if quality > 0 and name in _ACCEPTED and version in _VERSIONS
    ]
    best = max((quality for quality, _ in known), default=0.0)
    equally_good = [name for quality, name in known if quality == best]
    return FHIR_JSON if FHIR_JSON in equally_good else next(iter(equally_good), None)


def _media_type(text: str) -> tuple[str, str]:
    name, *parameters = (part.strip() for part in text.split(";"))
    pairs = (parameter.partition("=") for parameter in parameters)
    version = next((value.strip('" ') for key, _, value in pairs if key.lower() == "fhirversion"), "")
    return name.lower(), version


def _quality(text: str) -> float:
    pairs = (part.strip().partition("=") for part in text.split(";")[1:])
    given = next((value for key, _, value in pairs if key.lower() == "q"), "1")
    try:
        return float(given)
    except ValueError:
        return 0.0


def _known(found: str | None, asked: str) -> str:
    if found is None:
        text = f"This server speaks {FHIR_JSON}; it cannot answer as {asked}."
        raise Refusal(HTTPStatus.NOT_ACCEPTABLE, "not-supported", text)
    return found
