"""What both validators are told: definitions, and resources that references may lead to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from conformance import packages, shipped
from conformance.definitions.packages import load
from conformance.definitions.structures import Definitions
from conformance.definitions.terminology import Terminology
from conformance.profiles import UNKNOWN, Issue, Policy, Severity, judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.definitions.packages import Package
    from conformance.model import Json

# Of the two editions of AI transparency, which share their canonical URLs, the current one.
PACKAGES = ("dermatology", "ai-transparency-current", "smart-imaging")
# HAPI has the editions of R4 4.0.1, which lack AIAST and PROCESSINLINELABEL; neither is an error of anybody.
_NEWER = (
    "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode",
)

# What R4 leaves open, answered as HAPI does.
AS_HAPI = Policy(unknown_code=Severity.ERROR, dead_link=Severity.ERROR, repeated_label=Severity.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Our engine with everything at hand that HAPI has at hand."""

    definitions: Definitions
    terminology: Terminology

    def errors(self, resource: Json, profiles: Sequence[str] = ()) -> list[Issue]:
        """Return the errors that our engine finds."""
        found = judge(
            resource,
            profiles,
            self.definitions,
            terminology=self.terminology,
            resolve=_at_hand,
            policy=AS_HAPI,
        )
        return [issue for issue in found if issue.severity is Severity.ERROR]


def engine(further: Sequence[Package] = ()) -> Engine:
    """Return our engine with the packages and further ones."""
    definitions = Definitions([*_packages(), *further])
    return Engine(definitions=definitions, terminology=Terminology(definitions))


def definitions(further: Sequence[Package] = ()) -> list[Json]:
    """Return the definitions that HAPI is given: those of packages, and what R4 has in a newer edition."""
    newer = [Definitions().code_system(url) for url in _NEWER]
    return [*newer, *(r for package in (*_packages(), *further) for r in package.resources)]


@cache
def corpus() -> dict[str, Json]:
    """Return the examples of the packages and the fixtures, which references may lead to, by `Type/id`."""
    folders = [packages.folder(name) / "example" for name in PACKAGES]
    files = [file for folder in (*folders, shipped.fixtures()) for file in sorted(folder.glob("*.json"))]
    resources = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return {f"{resource['resourceType']}/{resource['id']}": resource for resource in resources}


@cache
def _packages() -> tuple[Package, ...]:
    return tuple(load(packages.folder(name)) for name in PACKAGES)


def _at_hand(reference: str) -> Json:
    return corpus().get(reference, UNKNOWN)
