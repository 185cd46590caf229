"""Make the vendored data of R5, R6, STU3 and DSTU2, cut to the types that scenarios of those releases need.

    mvn dependency:get -Dartifact=ca.uhn.hapi.fhir:hapi-fhir-validation-resources-r5:7.4.5
    (and -dstu3, -dstu2 of the same version)
    python -m conformance.definitions.releases R5=….jar STU3=….jar DSTU2=….jar
    python -m conformance.definitions.releases R6=conformance/definitions/data/r5

The jars carry HL7's own definitions, R5 as its package, STU3 and DSTU2 as XML. R6 is made of R5's data: see
`ballot`.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.definitions import ballot, build, r4, xmltree
from conformance.definitions.release import RELEASES, folder
from conformance.definitions.stated import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from conformance.definitions.xmltree import XmlElement

Definition = dict[str, Any]

_COMMON = [
    "Basic",
    "Binary",
    "Bundle",
    "Condition",
    "Device",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "Group",
    "ImagingStudy",
    "List",
    "Location",
    "OperationOutcome",
    "Organization",
    "Parameters",
    "Patient",
    "Practitioner",
    "Procedure",
    "Provenance",
    "RelatedPerson",
    "Specimen",
    "Observation",
]
# The resource types of each release that are kept; all data types are.
RESOURCES: Mapping[str, tuple[str, ...]] = {
    "R5": (
        *_COMMON,
        "BodyStructure",
        "CapabilityStatement",
        "Endpoint",
        "ImagingSelection",
        "ServiceRequest",
    ),
    "STU3": (*_COMMON, "CapabilityStatement", "Endpoint", "ImagingManifest"),
    "DSTU2": (*_COMMON, "Conformance", "ImagingObjectSelection"),
}
_BALLOTED = "R6"
_ELEMENTS, _PARAMETERS = "elements.json.gz", "parameters.json.gz"
_STU3 = "org/hl7/fhir/dstu3/model/profile/"
_DSTU2 = "org/hl7/fhir/instance/model/profile/"
_R5 = "org/hl7/fhir/r5/packages/hl7.fhir.r5.core-5.0.0.tgz"


def main(sources: Mapping[str, Path]) -> None:
    """Write the data of each release that a source is given for."""
    for name, source in sources.items():
        if name == _BALLOTED:
            _of_data(name, source)
            continue
        definitions = list(_READERS[name](source))
        types = {d["id"]: d for d in definitions if build.is_type(d)}
        kept = {key: _compact(d) for key, d in sorted(types.items()) if _is_kept(d, name)}
        _write(name, _ELEMENTS, kept)
        _write(name, _PARAMETERS, _parameters(name, definitions, types, kept))


def _of_data(name: str, r5: Path) -> None:
    """Write the data of R6, out of the folder that holds R5's."""
    kept = ballot.elements(_read(r5 / _ELEMENTS))
    _write(name, _ELEMENTS, kept)
    _write(name, _PARAMETERS, ballot.parameters(_read(r5 / _PARAMETERS), kept))


def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
    return found


def _is_kept(definition: Definition, name: str) -> bool:
    return definition["kind"] != "resource" or definition["abstract"] or definition["id"] in RESOURCES[name]


def _compact(definition: Definition) -> Definition:
    """Return the rows of a type; a primitive is what it is in R4, since older snapshots do not type it."""
    name = definition["id"]
    if definition["kind"] == "primitive-type" and name in r4.primitive_types():
        below = r4.children(name).values()
        rows = [[e.path.partition(".")[2], list(e.types), [], e.min, e.max, e.content] for e in below]
        return {
            "kind": "primitive-type",
            "abstract": False,
            "parent": build.parent(definition),
            "elements": rows,
        }
    return build.compact(definition)


def _parameters(
    name: str, definitions: Iterable[Definition], types: Mapping[str, Definition], kept: Mapping[str, Any]
) -> dict[str, list[Any]]:
    if name in PARAMETERS:
        return {
            base: sorted(rows, key=lambda r: str(r[1])) for base, rows in sorted(PARAMETERS[name].items())
        }
    ancestors = {key: tuple(build.line(key, types)) for key in types}
    stated = [
        {**d, "base": [b for b in d["base"] if b in kept]} for d in filter(build.is_parameter, definitions)
    ]
    return build.by_type(filter(_speaks_of_its_base(ancestors), stated), ancestors)


def _speaks_of_its_base(ancestors: Mapping[str, tuple[str, ...]]) -> Callable[[Definition], bool]:
    def speaks(definition: Definition) -> bool:
        expression = definition.get("expression", "")
        definition["base"] = [
            b for b in definition["base"] if not expression or build.cut(expression, ancestors[b])
        ]
        return bool(definition["base"])

    return speaks


def _package(source: Path) -> Iterator[Definition]:
    with zipfile.ZipFile(source) as jar, tarfile.open(fileobj=io.BytesIO(jar.read(_R5))) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            file = tar.extractfile(member)
            if file is not None and member.name.startswith(("package/StructureDef", "package/SearchPar")):
                yield json.load(file)


def _stu3(source: Path) -> Iterator[Definition]:
    with zipfile.ZipFile(source) as jar:
        for file in ("profiles-types.xml", "profiles-resources.xml"):
            for entry in _named(xmltree.read(jar.read(_STU3 + file)), "entry"):
                yield from (
                    _definition(each) for found in _named(entry, "resource") for each in found.elements()
                )


def _dstu2(source: Path) -> Iterator[Definition]:
    with zipfile.ZipFile(source) as jar:
        for file in sorted(jar.namelist()):
            if file.startswith(_DSTU2) and file.endswith(".profile.xml"):
                yield _definition(xmltree.read(jar.read(file)))


_READERS: Mapping[str, Callable[[Path], Iterator[Definition]]] = {
    "R5": _package,
    "STU3": _stu3,
    "DSTU2": _dstu2,
}


def _definition(root: XmlElement) -> Definition:
    """Return what is needed of a definition, as R4 writes it."""
    plain = {child.name: child.attributes.get("value", "") for child in root.elements()}
    if root.name != "StructureDefinition":
        return {"resourceType": root.name, "kind": "logical"}
    name, kind = plain.get("id", ""), plain.get("kind", "logical")
    # DSTU2 writes of a code, which is one of its types, that it constrains a string.
    constrained = name not in r4.primitive_types() and (
        plain.get("derivation", "constraint" if plain.get("constrainedType") else "") == "constraint"
    )
    return {
        "resourceType": root.name,
        "id": name,
        "kind": "primitive-type"
        if name in r4.primitive_types()
        else {"datatype": "complex-type"}.get(kind, kind),
        "abstract": plain.get("abstract") == "true",
        "derivation": "constraint" if constrained else "specialization",
        "baseDefinition": plain.get("baseDefinition", plain.get("base", "")),
        "snapshot": {"element": list(_elements(root))},
    }


def _elements(root: XmlElement) -> Iterator[Definition]:
    found = [e for snapshot in _named(root, "snapshot") for e in _named(snapshot, "element")]
    named = {_first(e, "name"): _first(e, "path") for e in found if _first(e, "name")}
    for element in found:
        least, most = _first(element, "min"), _first(element, "max")
        content = _first(element, "contentReference") or named.get(_first(element, "nameReference"), "")
        yield {
            "path": _first(element, "path"),
            "type": [_type(each) for each in _named(element, "type")],
            "min": int(least or 0),
            "max": most,
            **({"contentReference": "#" + content.removeprefix("#")} if content else {}),
        }


def _type(stated: XmlElement) -> Definition:
    profiles = [_value(e) for name in ("targetProfile", "profile") for e in _named(stated, name)]
    code = _first(stated, "code") or "System.String"
    return {"code": code, "targetProfile": profiles if code == "Reference" else []}


def _named(parent: XmlElement, name: str) -> list[XmlElement]:
    return [each for each in parent.elements() if each.name == name]


def _first(parent: XmlElement, name: str) -> str:
    return next((_value(each) for each in _named(parent, name)), "")


def _value(element: XmlElement) -> str:
    return element.attributes.get("value", "")


def _write(name: str, file: str, data: Mapping[str, Any]) -> None:
    build.write(str(Path(folder(name)) / file), data)


if __name__ == "__main__":
    given = dict(each.split("=", 1) for each in sys.argv[1:])
    if unknown := given.keys() - RELEASES.keys():
        sys.exit(f"no release is called {', '.join(sorted(unknown))}")
    main({name: Path(path) for name, path in given.items()})
