"""What search can do, as a CapabilityStatement lists it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.definitions.release import by_release
from conformance.server.search.supported import modifiers, parameters, references

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.definitions.r4 import SearchParameter


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterClaim:
    """One `CapabilityStatement.rest.resource.searchParam`."""

    name: str
    definition: str
    type: str
    documentation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The search part of one `CapabilityStatement.rest.resource`."""

    parameters: tuple[ParameterClaim, ...]
    includes: tuple[str, ...]
    revincludes: tuple[str, ...]


@by_release
def claims(type: str) -> Claims:  # noqa: A002 - FHIR's own word
    """Return what search can do for a resource type, or with `Resource` for all of them."""
    return Claims(
        parameters=(
            *(_claim(type, found) for _, found in sorted(parameters(type).items())),
            *(_named_query() if type == "Resource" else ()),
        ),
        includes=tuple(f"{type}:{code}" for code in sorted(references(type))),
        revincludes=_pointing_at().get(type, ()),
    )


def _named_query() -> Iterator[ParameterClaim]:
    """Yield the claim of `_query`, which is understood and, as no query has a name, refused (R4-SRCH-11)."""
    found = r4.parameter("Resource", "_query")
    if found is not None:
        told = "There are no named queries: every one is refused."
        yield ParameterClaim(name=found.code, definition=found.url, type=found.type, documentation=told)


def _claim(type_: str, found: SearchParameter) -> ParameterClaim:
    understood = sorted(modifiers(type_, found.code))
    if found.type == "reference":
        understood.append("[type]")
    spoken = f"Modifiers: {', '.join(understood)}." if understood else ""
    return ParameterClaim(name=found.code, definition=found.url, type=found.type, documentation=spoken)


@by_release
def _pointing_at() -> Mapping[str, tuple[str, ...]]:
    pointing: dict[str, list[str]] = {}
    for source in sorted(r4.resource_types()):
        for code, found in sorted(references(source).items()):
            for target in found.targets:
                pointing.setdefault(target, []).append(f"{source}:{code}")
    return {target: tuple(listed) for target, listed in pointing.items()}
