"""A transaction that stores resources which refer to each other, under ids that the server gives."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model import Json

# What servers take in one transaction; beyond, lines of resources are the way.
MOST = 10_000


def transaction(resources: Iterable[Json]) -> Json:
    """Return the Bundle; raises Problem where few servers would store so many resources at once."""
    entries: list[Json] = []
    for resource in resources:
        if len(entries) == MOST:
            message = f"a transaction of more than {MOST:,} resources is stored by few servers"
            raise Problem("bundle-size", message, hint="leave out --bundle, or take a part of the table")
        entries.append(_entry(resource))
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _entry(resource: Json) -> Json:
    type_ = resource["resourceType"]
    body = {name: _pointed(value) for name, value in resource.items() if name != "id"}
    return {
        "fullUrl": _urn(f"{type_}/{resource['id']}"),
        "resource": body,
        "request": {"method": "POST", "url": type_},
    }


def _pointed(value: Json) -> Json:
    """Return a value whose references name entries of the Bundle."""
    if isinstance(value, list):
        return [_pointed(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: _urn(part) if name == "reference" else _pointed(part) for name, part in value.items()}


def _urn(reference: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, reference)}"
