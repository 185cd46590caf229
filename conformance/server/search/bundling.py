"""Writes the searchset Bundle and its entries."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from conformance.server.search.subset import subset

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.search.query import Hit, Page, Query


def entry(query: Query, hit: Hit, base: str) -> dict[str, Json]:
    """Return the entry of one resource; `_elements` does not apply to what only comes along."""
    elements = query.elements if hit.mode == "match" else ()
    resource = hit.resource
    return {
        "fullUrl": f"{base}/{resource.type}/{resource.id}",
        "resource": subset(resource.body, summary=query.summary, elements=elements),
        "search": {"mode": hit.mode},
    }


def outcome(warnings: tuple[str, ...]) -> dict[str, Json]:
    """Return the entry that says what was left out of account (R4-SRCH-16: never an error)."""
    issues = [
        {"severity": "warning", "code": "not-supported", "details": {"text": text}, "diagnostics": text}
        for text in warnings
    ]
    # An entry without an identity still needs a fullUrl; this one is the same for the same words.
    return {
        "fullUrl": uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(warnings)).urn,
        "resource": {"resourceType": "OperationOutcome", "issue": issues},
        "search": {"mode": "outcome"},
    }


def bundle(page: Page, entries: list[dict[str, Json]]) -> dict[str, Json]:
    """Return the searchset."""
    made: dict[str, Json] = {"resourceType": "Bundle", "type": "searchset"}
    if page.query.total:
        made["total"] = page.total
    if page.links:
        made["link"] = [{"relation": relation, "url": url} for relation, url in page.links]
    # FHIR JSON has no empty arrays.
    return {**made, "entry": entries} if entries else made
