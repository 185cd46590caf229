"""Judges what is given before it is sent: an invalid fixture is our mistake, not a server's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.jsontext import dumps
from conformance.read.validity import HINT, entry, first_error
from conformance.run.ends import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.guides import Guides
    from conformance.model import Given, Json
    from conformance.read.fixtures import Fixtures

_PACKAGE_HINT = "`dermconf list requirements --ig PACKAGE` shows what the package demands besides our rules"


@dataclass(frozen=True, slots=True)
class Soundness:
    """Remembers what was judged: each fixture once with the same changes, whatever ids it refers to.

    `given` are definitions other than the shipped ones.
    """

    given: Guides | None = None
    _faults: dict[tuple[object, ...], str] = field(default_factory=dict)

    def require(self, given: Given, body: Json, fixtures: Fixtures) -> None:
        """Raise Trouble for a body that is not valid by its type and the profiles that it claims."""
        key = (fixtures.folders, given.file, body["resourceType"], dumps(dict(given.set)), given.drop)
        if key not in self._faults:
            self._faults[key] = first_error(body, self.given)
        if self._faults[key]:
            by = " by the given package" if self.given else ""
            message = f"{given.place}: {entry(given)} is not valid{by}: {self._faults[key]}"
            raise Trouble("fixture", message, _PACKAGE_HINT if self.given else HINT)


def prepare(needed: Iterable[tuple[str, Fixtures]], given: Guides | None) -> None:
    """Load and compile what such fixtures are judged by; what they are is not judged here."""
    for file, fixtures in dict.fromkeys(needed):
        first_error(fixtures.body(file), given)
