"""The generations of SMART Imaging Access: what each says of endpoints, tokens and clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ARGONAUT = "http://fhir.org/argonaut/smart-imaging"
MODES = (f"{_ARGONAUT}/capabilities/app-launch", f"{_ARGONAUT}/capabilities/backend-services")


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One generation.

    `extension` is the one that says whether an endpoint requires the token, `backend` tells whether clients
    without a patient are known, `bearer` whether a capability URL stands for the token, and `bound` whether
    it goes with one.
    """

    name: str
    extension: str = ""
    backend: bool = False
    bearer: bool = False
    bound: bool = False


GENERATIONS: Mapping[str, Generation] = {
    made.name: made
    for made in (
        Generation(
            name="G0",
            extension="http://hl7.org/fhir/smart-app-launch/StructureDefinition/requires-access-token",
        ),
        Generation(name="G1", extension=f"{_ARGONAUT}/StructureDefinition/requires-access-token"),
        Generation(
            name="G2",
            extension=f"{_ARGONAUT}/StructureDefinition/requires-access-token",
            backend=True,
            bearer=True,
        ),
        Generation(name="G3", backend=True, bound=True),
    )
}
NEWEST = "G3"
