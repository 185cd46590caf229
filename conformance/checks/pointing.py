"""The references that stand at an element path, as values to compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.checks import paths
from conformance.checks.resolving import look_up
from conformance.checks.subjects import kind_of
from conformance.definitions import r4
from conformance.references import identity

if TYPE_CHECKING:
    from conformance.checks.scene import Scene, Subject
    from conformance.fhirpath import Node
    from conformance.model import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """One value of an element of type Reference, uri or canonical, or of `Reference.reference`.

    `text` is the literal reference, `stated` what Reference.type says, `told` what a message shows.
    """

    at: str
    text: str = ""
    stated: str = ""
    logical: bool = False
    told: Json = None

    def type(self, root: Json, scene: Scene) -> str:
        """Return the type of the target, or nothing where the reference does not tell."""
        if self.text.startswith("#"):
            return kind_of(look_up(self.text, root, scene).resource)
        shape = identity(self.text, scene.base).type
        # An opaque URL may look like Type/id: only names of resource types tell a type.
        return shape if shape in r4.resource_types() else self.stated

    def names(self, text: str, base: str, *, exactly: bool) -> bool:
        """Tell whether the reference names what `text` names, or is spelled so."""
        if exactly:
            return self.text == text
        return bool(self.text) and identity(self.text, base).reference == identity(text, base).reference

    def local(self, base: str) -> bool:
        """Tell whether the reference names a resource of the server at `base`."""
        return bool(self.text) and not self.text.startswith("#") and identity(self.text, base).local


def pointers(expression: str, subject: Subject, scene: Scene) -> list[Pointer]:
    """Return the references at a path of a subject; raises Problem where the path cannot be evaluated."""
    return [_pointer(node) for node in paths.evaluate(expression, subject, scene)]


def _pointer(node: Node) -> Pointer:
    value, at = node.value, str(node.path)
    if isinstance(value, str):
        return Pointer(at=at, text=value, told=value)
    if not isinstance(value, dict):
        return Pointer(at=at, told=value)
    text, stated = value.get("reference"), value.get("type")
    literal = text if isinstance(text, str) else ""
    return Pointer(
        at=at,
        text=literal,
        stated=stated if isinstance(stated, str) else "",
        logical=not literal and isinstance(value.get("identifier"), dict),
        told=literal or value,
    )
