"""Values that a step keeps for later ones: exactly one value, or the step's precondition fails.

One that is optional may be absent, and is kept as nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import jsonpath
from conformance.checks.subjects import opening
from conformance.run.ends import Ended

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.checks.scene import Scene
    from conformance.model import Json

_OPTIONAL = "optional"


def kept(keep: Mapping[str, Mapping[str, str]], scene: Scene) -> dict[str, str]:
    """Return the kept values by name; raises Ended where one is missing or not one."""
    return {name: _one(name, how, scene) for name, how in keep.items()}


def _one(name: str, how: Mapping[str, str], scene: Scene) -> str:
    kind, expression = next((kind, text) for kind, text in how.items() if kind != _OPTIONAL)
    values = {"header": _header, "fhirpath": _fhirpath, "jsonpath": _jsonpath}[kind](expression, scene)
    if not values and _OPTIONAL in how:
        return ""
    if len(values) != 1:
        found = f"found {len(values)} values, not one" if values else "found nothing"
        raise Ended(f"the answer does not tell '{name}' for what follows: {kind} '{expression}' {found}")
    return str(values[0])


def _header(name: str, scene: Scene) -> list[Json]:
    answers = [e.answer.headers.get(name.lower()) for e in scene.exchanges]
    return [value for value in answers[-1:] if value is not None]


def _fhirpath(expression: str, scene: Scene) -> list[Json]:
    from conformance import fhirpath  # noqa: PLC0415 - costs time that most runs do not spend

    body = scene.body if isinstance(scene.body, dict) else {}
    type_ = str(body.get("resourceType", ""))
    # Of a refusal, which is of another type than the expression speaks of, nothing can be kept.
    if not type_ or opening(expression) not in {"", type_}:
        return []
    return [node.value for node in fhirpath.compile(expression, type_)(body)]


def _jsonpath(expression: str, scene: Scene) -> list[Json]:
    return jsonpath.found(expression, scene.body)
