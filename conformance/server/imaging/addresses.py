"""Where the parts of one mount are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the parts of one mount are; `root` is its address without a slash at the end.

    `archive` is the base of WADO-RS where the pixels are somebody else's.
    """

    root: str
    archive: str = ""

    @property
    def fhir(self) -> str:
        """Return the clinical base."""
        return f"{self.root}/fhir"

    @property
    def imaging(self) -> str:
        """Return the FHIR base of the images."""
        return f"{self.root}/imaging/fhir"

    @property
    def wado(self) -> str:
        """Return the base of WADO-RS."""
        return f"{self.root}/wado"

    @property
    def pixels(self) -> str:
        """Return the base of WADO-RS that studies lead to."""
        return self.archive or self.wado

    @property
    def oauth(self) -> str:
        """Return the base of the authorisation server."""
        return f"{self.root}/oauth"

    @property
    def hub(self) -> str:
        """Return the hub of FHIRcast (hub.url)."""
        return f"{self.root}/hub"
