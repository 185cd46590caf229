"""ISIC's classes, diagnoses and sites in SNOMED CT, read from the ConceptMap that lies beside this module."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance import jsontext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Json

FILE = Path(__file__).parent / "conceptmap-isic-snomed.json"
CLASSES, DIAGNOSES, SITES = "urn:dermconf:isic-class", "urn:dermconf:isic-diagnosis", "urn:dermconf:isic-site"
SEPARATOR = ":"
_CONFIDENCE = "urn:dermconf:confidence"
# A narrower target says more than the label does (R4 valueset-concept-map-equivalence.html).
_USABLE = frozenset({"equal", "equivalent", "wider"})


@dataclass(frozen=True, slots=True)
class Target:
    """A code of SNOMED CT, or none, and how sure that is: high, medium or low."""

    code: str
    equivalence: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Source:
    """A set of labels, in one of its versions."""

    system: str
    version: str


@lru_cache(maxsize=1)
def table() -> Mapping[Source, Mapping[str, tuple[Target, ...]]]:
    """Return the targets of each label, by the set that it is of."""
    groups: list[Json] = jsontext.loads(FILE.read_text(encoding="utf-8"))["group"]
    return MappingProxyType({Source(one["source"], one["sourceVersion"]): _rows(one) for one in groups})


def class_sets() -> Mapping[str, frozenset[str]]:
    """Return the classes of each set, by its version."""
    return {source.version: frozenset(rows) for source, rows in table().items() if source.system == CLASSES}


def of_class(version: str, label: str) -> str:
    """Return the code that stands for a class of a set, or nothing."""
    return _usable(table()[Source(CLASSES, version)].get(label, ()))


def of_path(system: str, path: str) -> str:
    """Return the code of a diagnosis or site, or of the nearest one above it that has a row; or nothing."""
    rows = next(rows for source, rows in table().items() if source.system == system)
    parts = path.split(SEPARATOR)
    above = (SEPARATOR.join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_usable(rows[each]) for each in above if each in rows), "")


def _rows(group: Json) -> Mapping[str, tuple[Target, ...]]:
    return MappingProxyType({row["code"]: tuple(map(_target, row["target"])) for row in group["element"]})


def _target(stated: Json) -> Target:
    sure = next(each["valueCode"] for each in stated["extension"] if each["url"] == _CONFIDENCE)
    return Target(stated.get("code", ""), stated["equivalence"], sure)


def _usable(targets: tuple[Target, ...]) -> str:
    codes = [one.code for one in targets if one.equivalence in _USABLE and one.confidence != "low"]
    return codes[0] if len(codes) == 1 else ""
