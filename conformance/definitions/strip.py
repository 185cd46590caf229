"""Keep of a published definition what judging a resource needs, and nothing of its prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.model import Json

_STRUCTURE = (
    "resourceType",
    "id",
    "url",
    "version",
    "name",
    "kind",
    "abstract",
    "context",
    "contextInvariant",
    "type",
    "baseDefinition",
    "derivation",
)
_ELEMENT = (
    "id",
    "path",
    "sliceName",
    "sliceIsConstraining",
    "min",
    "max",
    "base",
    "contentReference",
    "maxLength",
    "isModifier",
    "isSummary",
    "mustSupport",
)
_VALUES = ("fixed", "pattern", "minValue", "maxValue")
_TYPE = ("code", "profile", "targetProfile", "aggregation", "versioning")
_CONSTRAINT = ("key", "severity", "human", "expression")
_SLICING = ("discriminator", "ordered", "rules")
_BINDING = ("strength", "valueSet")
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_MAX_BINDING = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
_VALUE_SET = ("resourceType", "url", "version", "name")
_CODE_SYSTEM = (*_VALUE_SET, "content", "caseSensitive", "supplements")
_INCLUDE = ("system", "version", "filter", "valueSet")
_CONCEPT = ("code", "display")
# Where a concept stands when nesting does not say it (R4 codesystem.html#defined-props; one is THO's).
_HIERARCHY = ("parent", "subsumedBy", "child")


def structure(definition: Json) -> Json:
    """Return a StructureDefinition with the rules of its snapshot."""
    elements = [element(e) for e in definition["snapshot"]["element"]]
    return {**kept(definition, _STRUCTURE), "snapshot": {"element": elements}}


def element(published: Json) -> Json:
    """Return the rules of one element; what is false is left out."""
    rules = {k: v for k, v in kept(published, _ELEMENT).items() if v is not False}
    rules |= {k: v for k, v in published.items() if k.startswith(_VALUES)}
    if "slicing" in published:
        rules["slicing"] = kept(published["slicing"], _SLICING)
    if "type" in published:
        rules["type"] = [_with(t, _TYPE, _FHIR_TYPE) for t in published["type"]]
    if "constraint" in published:
        rules["constraint"] = [kept(c, _CONSTRAINT) for c in published["constraint"]]
    if "binding" in published:
        rules["binding"] = _with(published["binding"], _BINDING, _MAX_BINDING)
    return rules


def value_set(definition: Json) -> Json:
    """Return a ValueSet with its content's definition."""
    compose = definition["compose"]
    parts = {part: [_include(i) for i in compose[part]] for part in ("include", "exclude") if part in compose}
    return {**kept(definition, _VALUE_SET), "compose": parts}


def code_system(definition: Json) -> Json:
    """Return a CodeSystem with its codes, their displays and what is above them."""
    return {**kept(definition, _CODE_SYSTEM), "concept": [_concept(c) for c in definition.get("concept", ())]}


def kept(whole: Mapping[str, Json], keys: Iterable[str]) -> dict[str, Json]:
    """Return the parts of an object that have one of these keys."""
    return {key: whole[key] for key in keys if key in whole}


def _with(whole: Json, keys: Iterable[str], extension: str) -> Json:
    extensions = [e for e in whole.get("extension", ()) if e["url"] == extension]
    return {**kept(whole, keys), **({"extension": extensions} if extensions else {})}


def _include(include: Json) -> Json:
    concepts = [kept(c, ("code",)) for c in include.get("concept", ())]
    return {**kept(include, _INCLUDE), **({"concept": concepts} if concepts else {})}


def _concept(concept: Json) -> Json:
    above = [kept(p, ("code", "valueCode")) for p in concept.get("property", ()) if p["code"] in _HIERARCHY]
    below = [_concept(c) for c in concept.get("concept", ())]
    parts = {"property": above, "concept": below}
    return {**kept(concept, _CONCEPT), **{key: value for key, value in parts.items() if value}}
