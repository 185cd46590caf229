"""References, numbers and times in another spelling of the same value (fairness F12, F17)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.variations.registry import allowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.store import Version

_RELATIVE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}(/_history/[A-Za-z0-9\-.]{1,64})?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@allowed("F12")
class AbsoluteReferences(Behaviour):
    """References to the server's own resources are returned in their absolute form."""

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        if not request.base or said.resource is None:
            return said
        return _referring(said, lambda text: f"{request.base}/{text}" if _RELATIVE.fullmatch(text) else text)


@allowed("F12")
class VersionedReferences(Behaviour):
    """A reference is stored with the version of what it leads to."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        kept = super().keep(resource, before)
        return _mapped(kept, _versioned)


@allowed("F12")
class ReferencesTyped(Behaviour):
    """Each reference is stored with the type of what it leads to, as a whole URL."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        return _typed(super().keep(resource, before))


@allowed("F17")
class ValuesNormalised(Behaviour):
    """Decimals lose their last zeros and times are written with +00:00."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        return _normalised(super().keep(resource, before), lambda text: re.sub("Z$", "+00:00", text))


@allowed("F17")
class TimesInUtc(Behaviour):
    """Times are moved to UTC and have milliseconds."""

    def keep(self, resource: Json, before: Version | None) -> Json:
        return _normalised(super().keep(resource, before), _in_utc)


def _referring(said: Reply, change: Callable[[str], str]) -> Reply:
    return replace(said, resource=_mapped(said.resource, change))


def _versioned(text: str) -> str:
    return f"{text}/_history/1" if _RELATIVE.fullmatch(text) and "_history" not in text else text


def _mapped(value: Json, change: Callable[[str], str]) -> Json:
    """Return a value with every literal reference changed."""
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if not isinstance(value, dict):
        return value
    made = {name: _mapped(item, change) for name, item in value.items()}
    if isinstance(made.get("reference"), str):
        made["reference"] = change(made["reference"])
    return made


def _typed(value: Json) -> Json:
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {name: _typed(item) for name, item in value.items()}
    reference = made.get("reference")
    if not isinstance(reference, str) or not _RELATIVE.fullmatch(reference):
        return made
    return {**made, "type": f"http://hl7.org/fhir/StructureDefinition/{reference.partition('/')[0]}"}


def _normalised(value: Json, moment: Callable[[str], str]) -> Json:
    if isinstance(value, dict):
        return {name: _normalised(item, moment) for name, item in value.items()}
    if isinstance(value, list):
        return [_normalised(item, moment) for item in value]
    if isinstance(value, Decimal):
        return Decimal(f"{value.normalize():f}")
    return moment(value) if isinstance(value, str) and _MOMENT.fullmatch(value) else value


def _in_utc(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="milliseconds")
