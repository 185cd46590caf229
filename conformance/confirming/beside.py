"""What a package says beside its profiles: searches that its statement expects, codes of its sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.confirming.facets import Said, Standing
from conformance.confirming.ours import Rule
from conformance.confirming.reading import Compared
from conformance.confirming.unknown import Demand
from conformance.definitions.shape import objects, text
from conformance.profiles.rules import EVIDENCE, REQUIREMENT
from conformance.profiles.tree import extension_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.definitions.packages import Package
    from conformance.guides import Guides
    from conformance.model import Json

_EXPECTATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation"


def searches(ours: Sequence[Package], given: Sequence[Package]) -> Iterator[Compared]:
    """Yield each search of our statements that carries a requirement, compared with the given statements."""
    theirs = {(type_, text(each, "name")): each for _, type_, each in _searches(given)}
    for statement, type_, each in _searches(ours):
        requirement = extension_value(each, REQUIREMENT)
        if requirement:
            rule = Rule(
                profile=statement,
                key=f"search {text(each, 'name')}",
                at=type_,
                requirement=requirement,
                evidence=extension_value(each, EVIDENCE),
            )
            yield _compared(rule, each, theirs.get((type_, text(each, "name"))))


def _compared(rule: Rule, ours: Json, theirs: Json | None) -> Compared:
    standing = Standing.CONFIRMED if theirs is not None else Standing.SILENT
    told = f"{rule.key} {extension_value(theirs, _EXPECTATION)}".strip() if theirs is not None else ""
    one = Said(standing=standing, at=rule.at, ours=f"search {text(ours, 'name')}", theirs=told)
    return Compared(rule=rule, said=(one,), standing=standing)


def _searches(packages: Sequence[Package]) -> Iterator[tuple[str, str, Json]]:
    """Yield statement, type and search parameter of what statements of requirements expect of a server."""
    for package in packages:
        for statement in package.resources:
            if statement.get("resourceType") != "CapabilityStatement":
                continue
            for rest in objects(statement, "rest"):
                for resource in objects(rest, "resource"):
                    for each in objects(resource, "searchParam"):
                        yield text(statement, "url"), text(resource, "type"), each


def codes(given: Sequence[Package], theirs: Guides, ours: Guides) -> Iterator[tuple[str, Demand]]:
    """Yield each value set that lists other codes than ours of the same name does."""
    for package in given:
        for url in (text(r, "url") for r in package.resources if r.get("resourceType") == "ValueSet"):
            new, known = theirs.terminology.members(url), ours.terminology.members(url)
            if new is not None and known is not None and set(new) != set(known):
                says = _difference(set(new), set(known))
                yield url, Demand(at=url.rpartition("/")[2], aspect="codes", says=says)


def _difference(new: set[tuple[str, str]], known: set[tuple[str, str]]) -> str:
    more = ", ".join(sorted(code for _, code in new - known))
    fewer = ", ".join(sorted(code for _, code in known - new))
    parts = ([f"has {more}"] if more else []) + ([f"has no {fewer}"] if fewer else [])
    return "; ".join(parts)
