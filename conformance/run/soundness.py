"""Judges what is given before it is sent: an invalid fixture is our mistake, not a server's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance import guides
from conformance.jsontext import dumps
from conformance.run.ends import Trouble

if TYPE_CHECKING:
    from conformance.model import Given, Json
    from conformance.read.fixtures import Fixtures

_HINT = "mend the fixture or its `set`; `dermconf validate FILE` judges a file in the same way"


@dataclass(frozen=True, slots=True)
class Soundness:
    """Remembers what was judged: each fixture once with the same changes, whatever ids it refers to."""

    _faults: dict[tuple[object, ...], str] = field(default_factory=dict)

    def require(self, given: Given, body: Json, fixtures: Fixtures) -> None:
        """Raise Trouble for a body that is not valid by its type and the profiles that it claims."""
        key = (fixtures.folders, given.file, body["resourceType"], dumps(dict(given.set)), given.drop)
        if key not in self._faults:
            self._faults[key] = _fault(body)
        if self._faults[key]:
            raise Trouble(
                "fixture", f"{given.place}: '{given.file}' is not valid: {self._faults[key]}", _HINT
            )


def _fault(body: Json) -> str:
    """Return the first error, or nothing."""
    errors = (issue for issue in guides.shipped().issues(body) if issue.severity == "error")
    return next((f"{issue.at}: {issue.message}" for issue in errors), "")
