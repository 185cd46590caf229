"""The shape of `dermconf.yaml`, as JSON Schema: what `read.settings` complains by, and editors, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions.release import RELEASES
from conformance.model import EDITIONS, IMAGING, Evidence, Party
from conformance.read.language import NAME, TEXT, TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json

_VARIABLE: Json = {
    "type": "string",
    "pattern": r"^[A-Za-z_][A-Za-z0-9_]*$",
    "title": "the name of an environment variable",
}
_ADDRESS: Json = {
    "type": "string",
    "pattern": r"^https?://[^\s/?#@]+[^\s@]*$",
    "title": "an http or https address",
    "allOf": [{"pattern": r"^[^?#]*$", "title": "an address without a query (?) and without a fragment (#)"}],
}
# A secret itself never stands in the file, which is committed sooner or later.
_SECRET: Json = {
    "type": "object",
    "properties": {"env": _VARIABLE, "file": TEXT, "command": TEXTS},
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
    "title": "where the secret is, such as {env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT]}",
}
_TEXT_OR_SECRET: Json = {
    "type": ["string", "object"],
    "if": {"type": "object"},
    "then": _SECRET,
    "title": "a text, or {env: NAME}, {file: PATH} or {command: [PROGRAM]}",
}


# RFC 7617, section 2: what is before the first colon is the user, and the rest the password.
_USER: Json = {
    **_TEXT_OR_SECRET,
    "pattern": r"^[^:\x00-\x1f\x7f]+$",
    "title": "a user name, which has no colon (RFC 7617), or {env: NAME}, {file: PATH}, {command: [PROGRAM]}",
}


# Headers that a request has anyway, or that are credentials.
_OURS = "authorization|cookie|host|connection|content-length|transfer-encoding|accept|content-type"


def _map(properties: Json, *required: str, title: str, **more: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        "title": title,
        **more,
    }


def _several(*words: str, title: str) -> Json:
    return {
        "type": "array",
        "items": {"type": "string", "enum": list(words)},
        "uniqueItems": True,
        "title": title,
    }


_AUTH: Json = {
    "type": ["object", "string"],
    "title": "one of none, basic, bearer, client-credentials and backend",
    "if": {"type": "string"},
    "then": {
        "enum": ["none"],
        "title": "none, or where the secret is, such as {bearer: {env: NAME}}: no secret stands in this file",
    },
    "else": _map(
        {
            "basic": _map(
                {"user": _USER, "password": _SECRET},
                "user",
                "password",
                title="a user and a password",
            ),
            "bearer": _SECRET,
            "client-credentials": _map(
                {
                    "client": TEXT,
                    "secret": _SECRET,
                    "scope": TEXT,
                    "token-url": _ADDRESS,
                    "secret-in": {"type": "string", "enum": ["header", "body"]},
                },
                "client",
                "secret",
                title="a client and its secret (OAuth 2.0)",
            ),
            "backend": _map(
                {
                    "client": TEXT,
                    "key": _SECRET,
                    "key-id": TEXT,
                    "algorithm": {"type": "string", "enum": ["RS384", "ES384"]},
                    "scope": TEXT,
                    "token-url": _ADDRESS,
                },
                "client",
                "key",
                "scope",
                title="a client and its private key (SMART Backend Services)",
            ),
        },
        title="one of basic, bearer, client-credentials and backend",
        minProperties=1,
        maxProperties=1,
    ),
}
_NAMED: Json = {
    "type": "object",
    "propertyNames": {
        "type": "string",
        "pattern": r"^(?!(nobody|garbage)$)[a-z][a-zA-Z0-9_-]*$",
        "title": "a name of letters, digits, '-' or '_', but neither nobody nor garbage",
    },
    "additionalProperties": _AUTH,
    "title": "a map of names to credentials, as under auth",
}


def _reference(type_: str) -> Json:
    return {"type": "string", "pattern": rf"^{type_}/[A-Za-z0-9.-]{{1,64}}$", "title": f"{type_}/ and an id"}


# Scenarios put urn:oid: before it where FHIR wants it (R4 imagingstudy.html, identifier).
_UID: Json = {
    "type": "string",
    "pattern": r"^[0-9]+(\.[0-9]+)+$",
    "maxLength": 64,
    "title": "a DICOM UID as it is, without urn:oid: before it",
}
# What the shipped scenarios look up; a value in another form would be compared with nothing.
_KNOWN: Mapping[str, Json] = {
    **dict.fromkeys(("patient-a", "patient-b", "patient-c", "slow-patient"), _reference("Patient")),
    **dict.fromkeys(("study-a", "study-b", "study-c", "capability-study", "slow-study"), _UID),
    **dict.fromkeys(("restricted-study", "series-a", "instance-a"), _UID),
    **dict.fromkeys(("imaging-study-a", "expired-address"), _ADDRESS),
    "photo-a": _reference("DocumentReference"),
    "media-a": _reference("Media"),
}
_TARGET: Json = _map(
    {
        "base": _ADDRESS,
        "imaging": _ADDRESS,
        "wado": {"type": "array", "items": _ADDRESS, "uniqueItems": True, "title": "a list of addresses"},
        "hub": _ADDRESS,
        "versions": _map(
            dict.fromkeys(RELEASES, _ADDRESS),
            title="a map of FHIR releases to base URLs",
        ),
        "imaging-generation": {"type": "string", "enum": list(EDITIONS[IMAGING])},
        "auth": _AUTH,
        "credentials": _NAMED,
        "wado-credentials": _NAMED,
        "headers": {
            "type": "object",
            "propertyNames": {
                "type": "string",
                "pattern": rf"^(?!(?i:{_OURS})$)[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
                "title": "a header's name, but none that dermconf sets itself (credentials stand under auth)",
            },
            "additionalProperties": _TEXT_OR_SECRET,
            "title": "a map of header names to texts",
        },
        "proxy": _TEXT_OR_SECRET,
        "tls": _map(
            {"ca": TEXT, "certificate": TEXT, "key": TEXT},
            title="files in PEM format: ca, certificate, key",
            **{"if": {"required": ["key"]}, "then": {"required": ["certificate"]}},
        ),
        "timeout": {"type": "number", "minimum": 0.1, "maximum": 600, "title": "seconds for one answer"},
        "budget": _map(
            {
                "total": {"type": "integer", "minimum": 1, "title": "requests of one run, at most"},
                "rate": {"type": "number", "minimum": 0.01, "maximum": 10000, "title": "requests a second"},
                "concurrency": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 32,
                    "title": "scenarios at a time",
                },
            },
            title="total, rate and concurrency",
        ),
        "known": {
            "type": "object",
            "propertyNames": NAME,
            "properties": dict(_KNOWN),
            "additionalProperties": TEXT,
            "title": "a map of names to what scenarios look up: Type/id, or a value",
        },
        "permissions": _several(
            "write", "delete", "validate", "search-by-post", title="what a run may do besides GET"
        ),
        "roles": _several(
            *(
                party.value
                for party in (Party.REPOSITORY, Party.PRODUCER, Party.IMAGE_SOURCE, Party.AUTHORISATION)
            ),
            title="what the target is",
        ),
        "gates": TEXTS,
        "policies": _several("label", "provenance", title="what the target's policy requires"),
        "ait": {"type": "string", "enum": list(EDITIONS["ai-transparency"])},
        "evidence": {"type": "string", "enum": [evidence.value for evidence in Evidence]},
        "ig": TEXTS,
    },
    "base",
    title="a target: its base, and how it is reached and judged",
)
SHAPE: Json = _map(
    {
        "targets": {
            "type": "object",
            "propertyNames": {
                "type": "string",
                "pattern": r"^(?!localhost$)[a-z][a-z0-9_-]*$",
                "title": "a name (a lower-case letter, then letters, digits, '-' or '_'; not localhost)",
            },
            "additionalProperties": _TARGET,
            "minProperties": 1,
            "title": "a map of names to targets",
        }
    },
    "targets",
    title="a map with `targets`",
)
