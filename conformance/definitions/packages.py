"""What an implementation guide's package holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.model import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The definitions of one package, and what names it."""

    name: str
    version: str
    sha256: str
    resources: tuple[Json, ...]
