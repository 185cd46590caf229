"""Instances and definitions of HL7's recorded cases, where they lie beside this checkout."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.definitions.packages import Package, load
from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.model import Json

ROOT = Path(__file__).parents[2]


def folder() -> Path | None:
    """Return the folder of the cases, or None where there is none."""
    shared = Path(os.environ.get("DERMCONF_SHARED") or ROOT.parent / "shared")
    return shared / "peer-cases" if (shared / "peer-cases" / "cases.json").exists() else None


def instances(cases: Path) -> list[Path]:
    """Return the files of the instances: those that were validated, and the inputs of FHIRPath."""
    rows = json.loads((cases / "cases.json").read_text(encoding="utf-8"))
    validated = {cases / "files" / row["file"] for row in rows}
    return sorted(validated) + sorted((cases / "fhirpath" / "inputs").iterdir())


def package(cases: Path) -> Package:
    """Return everything that the cases load, each definition once."""
    rows = json.loads((cases / "cases.json").read_text(encoding="utf-8"))
    names = sorted({name for row in rows for name in row["supporting"]})
    resources = {
        _key(resource): resource for resource in _resources(cases / "files" / name for name in names)
    }
    return Package(name="cases", version="", sha256="", resources=tuple(resources.values()))


def _resources(files: Iterable[Path]) -> Iterator[Json]:
    for file in files:
        try:
            yield from (r for r in load(file).resources if "url" in r)
        except Problem:
            continue  # some cases are about definitions that cannot be read


def _key(resource: Json) -> tuple[str, str]:
    return resource["resourceType"], resource["url"]
