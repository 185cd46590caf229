"""Who may ask: from the token of a request to what it allows."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.imaging.people import MRN, Access
from conformance.server.imaging.studies import studies
from conformance.server.messages import Refusal

if TYPE_CHECKING:
    from conformance.server.imaging.side import Side
    from conformance.server.imaging.studies import Study
    from conformance.server.messages import Request

_CHALLENGE = 'Bearer realm="imaging"'
# Who asks where no token is asked for is shown everything.
_ANYBODY = Access(client="", scope="", patient="*", patients=frozenset(MRN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A request that was let in, by which token, and what that allows."""

    side: Side
    token: str
    access: Access

    def sees(self, study: Study) -> bool:
        """Tell whether the token is for a study."""
        behaviour = self.side.behaviour
        return behaviour.grants(self.access, study.patient) and behaviour.permits(self.access, study)

    def studies(self) -> list[Study]:
        """Return all studies that the token is for."""
        return [study for study in studies().values() if self.sees(study)]


def admit(side: Side, request: Request, door: str) -> Admitted:
    """Return what the token of a request allows; raises Refusal (401, 403) where it allows nothing."""
    behaviour = side.behaviour
    if not behaviour.guards(door):
        return anybody(side)
    token = behaviour.bearer(request)
    if not token:
        raise _unauthorised("This needs an access token.", _CHALLENGE)
    access = behaviour.knows(token, side.grants.access(token))
    if access is None or behaviour.revoked(access) or behaviour.expired(access, side.clock()):
        text = "The access token is unknown, expired or revoked."
        raise _unauthorised(text, f'{_CHALLENGE}, error="invalid_token"')
    if not behaviour.covers(access, backend=side.generation.backend):
        challenge = {"www-authenticate": f'{_CHALLENGE}, error="insufficient_scope"'}
        text = "The scopes of the access token do not cover imaging studies."
        raise Refusal(HTTPStatus.FORBIDDEN, "forbidden", text, headers=challenge)
    return Admitted(side=side, token=token, access=access)


def anybody(side: Side) -> Admitted:
    """Return the admission of a request that needs no token."""
    return Admitted(side=side, token="", access=_ANYBODY)


def _unauthorised(text: str, challenge: str) -> Refusal:
    headers = {"www-authenticate": challenge}
    return Refusal(HTTPStatus.UNAUTHORIZED, "login", text, headers=headers)
