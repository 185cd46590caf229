"""A server that is asked for its judgement: `[base]/[type]/$validate` (R4 operation-resource-validate)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.jsontext import dumps, loads, parsed
from conformance.model import Request, Target
from conformance.talk.client import Access, Client
from conformance.talk.way import Way
from conformance.validating.also.opinion import Opinion, codes, of_outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.model import Attempt, Json
    from conformance.validating.also.asking import Question

_SECONDS = 60.0
_ATTEMPTS = 3  # nothing is written, so that it may be asked again
_JSON = "application/fhir+json"
# 200 is what R4 asks for whatever is found; some answer with the status that a write would have had.
_JUDGED = frozenset({200, 400, 412, 422})
_UNASKABLE = Opinion(why_not="it is no resource of FHIR R4", asked=False)
_ABSENT = (404, 405, 501)
_REFUSED = {
    401: "it asks for a credential, or for another one (401): --token-env names a token",
    403: "this credential may not ask it (403)",
    **{status: f"it does not offer $validate ({status})" for status in _ABSENT},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Asks one server about each resource; after an answer that would be the same for all, no more."""

    base: str
    token: str = ""
    seconds: float = _SECONDS
    trusted: str = ""

    @property
    def name(self) -> str:
        """Return what a reader calls this validator."""
        return "$validate"

    def opinions(self, questions: Sequence[Question]) -> Iterator[Opinion]:
        """Yield what the server says of each resource."""
        access = Access.by_token(self.token, "--token-env", Way(trusted=self.trusted))
        client = Client(Target(base=self.base, timeout=self.seconds), access)
        given_up: dict[str, str] = {}
        for question in questions:
            if question.type not in r4.resource_types():
                yield _UNASKABLE
                continue
            why_not = given_up.get("") or given_up.get(question.type)
            if why_not:
                yield Opinion(why_not=why_not)
                continue
            answer = client.send(self._request(question), attempts=_ATTEMPTS).answer
            opinion = _opinion(answer)
            if opinion.why_not and (answer.status is None or answer.status in _REFUSED):
                # Another type may be known where this one is not; another credential there is none.
                given_up[question.type if answer.status in _ABSENT else ""] = opinion.why_not
            yield opinion

    def _request(self, question: Question) -> Request:
        return Request(
            method="POST",
            url=f"{self.base}/{question.type}/$validate",
            headers={"Accept": _JSON, "Content-Type": _JSON},
            body=dumps({"resourceType": "Parameters", "parameter": list(_parameters(question))}),
        )


def _parameters(question: Question) -> Iterator[Json]:
    yield {"name": "resource", "resource": loads(question.path.read_text(encoding="utf-8"))}
    if question.profile:
        yield {"name": "profile", "valueUri": question.profile}


def _opinion(answer: Attempt) -> Opinion:
    body = parsed(answer.body)
    told = of_outcome(body)
    why_not = _why_not(answer, body, told)
    return told if told is not None and not why_not else Opinion(why_not=why_not)


def _why_not(answer: Attempt, body: Json, told: Opinion | None) -> str:
    """Say why an answer is no judgement, or nothing where it is one."""
    if answer.status is None:
        return f"it did not answer: {answer.error}"
    if answer.truncated:
        return "its answer is too long to be read"
    if answer.status in _REFUSED:
        return _REFUSED[answer.status]
    if told is None or answer.status not in _JUDGED:
        return f"it answered {answer.status} {'without an' if told is None else 'with an'} OperationOutcome"
    if answer.status != HTTPStatus.OK and "not-supported" in codes(body):
        return f"it does not offer $validate ({answer.status})"
    return ""
