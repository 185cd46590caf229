"""What resource type a name of a scenario has, as far as the scenario alone tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.read.lookups import alone
from conformance.read.ownership import makers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Scenario, Step
    from conformance.read.fixtures import Fixtures

_LITERAL = re.compile(r"([A-Z][A-Za-z]+)(/.*)?")
# What a verb is answered with, where the verb alone tells.
_ANSWERS: Mapping[str, str] = {
    "search": "Bundle",
    "history": "Bundle",
    "transaction": "Bundle",
    "batch": "Bundle",
    "capability": "CapabilityStatement",
    "validate": "OperationOutcome",
}


def types(scenario: Scenario, fixtures: Fixtures) -> Mapping[str, str]:
    """Return the resource type of every name that stands for a resource."""
    made = {name: str(fixtures.body(file)["resourceType"]) for name, file in reversed(list(makers(scenario)))}
    return made | {found.name: found.type for found in scenario.discover}


def of_reference(text: str, named: Mapping[str, str]) -> str:
    """Return the type of a name, a look-up or a reference text; nothing where it does not tell."""
    look = alone(text) if text.startswith("{{") else None
    if look:
        return named.get(look.name, "") if look.attribute in {"", "url", "versioned"} else ""
    if text in named:
        return named[text]
    match = _LITERAL.fullmatch(text)
    return match[1] if match and match[1] in r4.resource_types() else ""


def of_answer(step: Step, named: Mapping[str, str]) -> str:
    """Return the type of the body that a step is judged by; nothing where the scenario does not tell."""
    if step.verb in _ANSWERS:
        return _ANSWERS[step.verb]
    return of_reference(step.subject, named) if isinstance(step.subject, str) else ""
