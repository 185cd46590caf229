"""Judges what is given before it is sent: an invalid fixture is our mistake, not a server's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance import guides
from conformance.jsontext import dumps
from conformance.run.ends import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.guides import Guides
    from conformance.model import Given, Json
    from conformance.read.fixtures import Fixtures

_HINT = "mend the fixture or its `set`; `dermconf validate FILE` judges a file in the same way"
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
            self._faults[key] = _fault(body, self.given or guides.shipped())
        if self._faults[key]:
            by = " by the given package" if self.given else ""
            message = f"{given.place}: '{given.file}' is not valid{by}: {self._faults[key]}"
            raise Trouble("fixture", message, _PACKAGE_HINT if self.given else _HINT)


def prepare(needed: Iterable[tuple[str, Fixtures]], given: Guides | None) -> None:
    """Load and compile what such fixtures are judged by; what they are is not judged here."""
    for file, fixtures in dict.fromkeys(needed):
        _fault(fixtures.body(file), given or guides.shipped())


def _fault(body: Json, judging: Guides) -> str:
    """Return the first error, or nothing."""
    errors = (issue for issue in judging.issues(body) if issue.severity == "error")
    return next((f"{issue.at}: {issue.message}" for issue in errors), "")
