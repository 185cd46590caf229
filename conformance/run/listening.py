"""Whether anything at the target's address ever answers as a FHIR server does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.run.ends import Trouble
from conformance.verdicts import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.model import Json

# After so many scenarios without a word of FHIR, the address is taken for a wrong one.
_PATIENCE = 3
_MARK = '"resourceType"'
# A create or a delete may be answered without a body.
_WITHOUT_BODY = frozenset({201, 204})
# Refusals of a FHIR server that was understood; 404 and 405 come from a wrong path as well.
_REFUSALS = frozenset({400, 403, 409, 412, 422})
_HINT = "is --target the FHIR base URL, such as https://host/fhir? GET [base]/metadata has to work"


@dataclass(slots=True)
class Listening:
    """What was heard so far, `first` of all about the CapabilityStatement; call it under a lock."""

    heard: bool = False
    played: int = 0
    first: Mapping[str, Json] = field(default_factory=dict)

    def hear(self, events: Iterable[Mapping[str, Json]], *, troubled: bool = False) -> bool:
        """Take a scenario's events into account; tell whether it is time to give the address up.

        `troubled` says that the scenario ended in a trouble that is told by itself, such as a wrong token.
        """
        # An archive of pixels speaks no FHIR, and says nothing of the address that is under test.
        exchanges = [e for e in events if e["event"] == "exchange" and e.get("verb") != "retrieve"]
        self.played += bool(exchanges) and not troubled
        self.heard = self.heard or any(map(_speaks, exchanges))
        return not self.heard and self.played >= _PATIENCE

    @property
    def in_vain(self) -> bool:
        """Tell whether there were answers, and none of them was FHIR's."""
        return bool(self.played) and not self.heard

    @property
    def trouble(self) -> Trouble:
        """Return what is amiss where all was in vain, with what came of the first request."""
        asked = f"{_first(self.first)}, and nothing else" if self.first else "nothing at this address"
        return Trouble(ELSEWHERE, f"{asked} looked like FHIR", _HINT)


def _first(exchange: Mapping[str, Json]) -> str:
    request, answer = exchange["request"], exchange["attempts"][-1]
    media = answer["headers"].get("content-type", "without a Content-Type").partition(";")[0]
    return f"{request['method']} {request['url']} was answered {answer['status']} {media}"


def _speaks(exchange: Mapping[str, Json]) -> bool:
    answer = exchange["attempts"][-1]
    status = answer["status"] or 0
    told = _MARK in (answer["body"] or "")
    return (200 <= status < 300 and (told or status in _WITHOUT_BODY)) or (told and status in _REFUSALS)  # noqa: PLR2004
