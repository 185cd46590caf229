"""What search needs of the server around it, and what it says where it cannot answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from conformance.model import Json


class StoredResource(Protocol):
    """The current version of one resource; `body` holds the resource with id and meta as a read returns it.

    Search remembers what it took from a `body` for as long as the store hands out that same object.
    """

    @property
    def type(self) -> str:
        """Return the resource type."""

    @property
    def id(self) -> str:
        """Return the logical id."""

    @property
    def body(self) -> dict[str, Json]:
        """Return the resource."""


class World(Protocol):
    """The resources of one base URL as they stand now; deleted ones are not among them."""

    @property
    def base(self) -> str:
        """Return the base URL without a trailing slash."""

    def types(self) -> Collection[str]:
        """Return the types of which there are resources."""

    def current(self, type: str) -> Iterable[StoredResource]:  # noqa: A002 - FHIR's own word
        """Return the resources of a type, in an order that stays (as they were created)."""

    def get(self, type: str, id: str) -> StoredResource | None:  # noqa: A002 - FHIR's own words
        """Return one resource, or nothing where it is unknown or deleted."""


class Refused(Exception):  # noqa: N818 - an answer to the client, not a fault of the program
    """A search that cannot be run: the server answers `status` and an OperationOutcome with this issue."""

    def __init__(
        self, message: str, *, code: str = "invalid", parameter: str = "", status: int = 400
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.parameter = parameter
        self.status = status

    @property
    def expression(self) -> str:
        """Return the place in the request, as operationoutcome.html#reporting spells it."""
        return f'http."{self.parameter}"' if self.parameter else ""
