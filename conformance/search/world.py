"""What is known of the server's other resources."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.references import identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The service base and the resources known on it, by `Type/id`.

    `closed` says that no unknown resource refers to a known one, so that `_has` can be denied. `memo` is
    what the oracle has worked out about the known resources; it lives as long as they do.
    """

    base: str
    resources: Mapping[str, Json] = field(default_factory=dict)
    closed: bool = False
    memo: dict[tuple[str, str], dict[str, set[str]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def find(self, reference: str) -> Json:
        """Return the resource that a literal reference names, or None where it is unknown."""
        named = identity(reference, self.base)
        return self.resources.get(named.reference) if named.local else None

    def of_type(self, type_: str) -> Iterator[Json]:
        """Yield every known resource of one type."""
        start = f"{type_}/"
        return (value for key, value in self.resources.items() if key.startswith(start))
