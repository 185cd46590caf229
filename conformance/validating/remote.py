"""A terminology server, asked for what the definitions at hand cannot tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from conformance.definitions.answers import Answer
from conformance.jsontext import parsed
from conformance.model import Request, Target
from conformance.problem import Problem
from conformance.talk.client import Client

if TYPE_CHECKING:
    from conformance.model import Json

_OK = 200
_NO_ENTRY = {401, 403}
_ANSWERS = {True: Answer.YES, False: Answer.NO}


@dataclass(frozen=True, slots=True)
class Remote:
    """Asks `ValueSet/$validate-code` (R4 terminology-service.html), each question once."""

    base: str
    _client: Client = field(init=False)
    _answers: dict[tuple[str, str | None, str], Answer] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_client", Client(Target(base=self.base, timeout=10.0)))

    def __call__(self, value_set: str, system: str | None, code: str) -> Answer:
        """Tell whether a value set has a code; raises Problem where nobody there can be asked."""
        asked = (value_set, system, code)
        if asked not in self._answers:
            self._answers[asked] = self._ask(*asked)
        return self._answers[asked]

    def _ask(self, value_set: str, system: str | None, code: str) -> Answer:
        url, _, version = value_set.partition("|")
        parameters = {"url": url, "code": code}
        parameters |= {"valueSetVersion": version} if version else {}
        parameters |= {"system": system} if system else {"inferSystem": "true"}
        request = Request(
            method="GET",
            url=f"{self.base}/ValueSet/$validate-code?{urlencode(parameters, errors='replace')}",
            headers={"Accept": "application/fhir+json"},
        )
        answer = self._client.send(request).answer
        if answer.status is None:
            message = f"--terminology: the server at {self.base} did not answer: {answer.error}"
            raise Problem("terminology", message, hint="without it, what it would be asked is left open")
        if answer.status in _NO_ENTRY:
            message = f"--terminology: the server at {self.base} asks for a credential ({answer.status})"
            raise Problem("terminology", message, hint="name one that answers everybody")
        body = parsed(answer.body)
        if answer.status == _OK and not isinstance(body, dict):
            message = f"--terminology: the server at {self.base} answered 200 with what is no FHIR resource"
            raise Problem("terminology", message, hint="name the base URL of a terminology server")
        # What it does not know, or refuses to say, stays open.
        said = _result(body) if answer.status == _OK else None
        return Answer.UNKNOWN if said is None else _ANSWERS[said]


def _result(body: Json) -> bool | None:
    """Return the parameter `result`."""
    listed = body.get("parameter") if isinstance(body, dict) else None
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("name") == "result":
            value = one.get("valueBoolean")
            return value if isinstance(value, bool) else None
    return None
