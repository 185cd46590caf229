"""The server under test: where it is, what may be done there, and what it is held to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.vocabulary import Evidence, Party

if TYPE_CHECKING:
    from collections.abc import Mapping

# The specifications whose rules may fail a run that names no other.
GATES = ("dermatology", "r4")
# SMART Imaging Access, whose generations are editions.
IMAGING = "smart-imaging"
# The editions of the specifications that have some; a catalogue of one's own may have others.
EDITIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"ai-transparency": ("ballot", "current"), IMAGING: ("G0", "G1", "G2", "G3")}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The server under test and what the run may do there; never holds a secret."""

    base: str
    name: str = ""
    roles: tuple[Party, ...] = (Party.REPOSITORY,)
    read_only: bool = False
    leave_data: bool = False
    gates: tuple[str, ...] = GATES
    policies: tuple[str, ...] = ()
    evidence: Evidence = Evidence.DESCRIPTIVE
    pages: int = 50
    settle: float | None = None
    timeout: float = 30.0
    # What the target's owner does not allow, besides: delete, validate, search-by-post.
    denied: tuple[str, ...] = ()
    # The request budget: in all, and a second.
    total: int | None = None
    rate: float | None = None
    # What scenarios may look up of it: values by name, such as a resource that is there.
    known: Mapping[str, str] = field(default_factory=dict)
    # Where its images are: a FHIR base, hosts of WADO-RS, and the generation of SMART Imaging Access.
    imaging: str = ""
    wado: tuple[str, ...] = ()
    generation: str = ""
    # Its hub of FHIRcast (hub.url).
    hub: str = ""
    # Whose credentials there are besides its usual ones, by name.
    credentials: tuple[str, ...] = ()
    # Its bases in other releases of FHIR, by release.
    versions: Mapping[str, str] = field(default_factory=dict)

    def gated(self, spec: str) -> bool:
        """Tell whether the rules of a specification, in any edition, may fail the target."""
        return spec in self.gates or any(gate.startswith(f"{spec}@") for gate in self.gates)

    def edition(self, spec: str) -> str:
        """Return the edition of a specification that the target is held to, or nothing."""
        named = (gate.partition("@") for gate in self.gates)
        chosen = next((edition for name, _, edition in named if name == spec and edition), "")
        return chosen or (self.generation if spec == IMAGING else "")

    @property
    def roles_by_name(self) -> tuple[Party, ...]:
        """Return what the target is by the images that its settings name, whatever its roles are."""
        images = (Party.IMAGE_SOURCE,) if self.imaging or self.wado else ()
        return (*images, *((Party.AUTHORISATION,) if self.imaging and self.generation else ()))

    def as_(self, *roles: Party) -> Target:
        """Return the target in these roles, and in those that its settings name."""
        return replace(self, roles=tuple(dict.fromkeys((*roles, *self.roles_by_name))))

    @property
    def bases(self) -> Mapping[str, str]:
        """Return the addresses that a step may be sent to, by name."""
        wado = self.wado[0] if self.wado else ""
        named = {"fhir": self.base, "imaging": self.imaging, "wado": wado, "hub": self.hub}
        return {name: base for name, base in named.items() if base}
