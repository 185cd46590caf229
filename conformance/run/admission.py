"""Whether the target ever lets this client in, or refuses its credential for everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance import events
from conformance.judge.builtin import issue_text, issues
from conformance.judge.stage import Sent
from conformance.run.ends import AUTHORISATION, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.model import Json

# After so many scenarios in a row that began with 401, the credential is taken for refused.
_PATIENCE = 3
_UNAUTHORISED = 401
# R4 http.html#capabilities: what a server can do may be told to anybody.
_OPEN_TO_ALL = "/metadata"
_REFUSED = "is it valid now, and meant for this server? export a new one under that name"
_WANTED = "name the environment variable that holds one: --token-env NAME"


@dataclass(slots=True, kw_only=True)
class Admission:
    """What the target said of this client so far; call it under a lock.

    `variable` names where the token came from, if there is one. A server may say 401 of whatever is not to be
    seen (fairness F20), so that a single success ends the watch.
    """

    variable: str = ""
    let_in: bool = False
    turned_away: int = 0

    def watch(self, recorded: Iterable[Mapping[str, Json]], *, troubled: bool) -> Trouble | None:
        """Take a scenario's events into account; return why to give up, if it is time to.

        `troubled` says that it ended for want of authorisation, which one whose steps judge a 401 does not.
        """
        exchanges = [event for event in recorded if event["event"] == "exchange" and not _open_to_all(event)]
        self.let_in = self.let_in or any(200 <= _status(event) < 300 for event in exchanges)  # noqa: PLR2004
        if not exchanges or self.let_in:
            return None
        refused = _status(exchanges[0]) == _UNAUTHORISED and troubled
        self.turned_away = self.turned_away + 1 if refused else 0
        return self._refusal(exchanges[0]) if self.turned_away >= _PATIENCE else None

    def _refusal(self, exchange: Mapping[str, Json]) -> Trouble:
        body = Sent(events.exchange_of(exchange), "").body
        why = "; ".join(filter(None, map(issue_text, issues(body))))
        said = f"(401: {why})" if why else "(401)"
        if "authorization" not in exchange["request"]["headers"]:
            return Trouble(AUTHORISATION, f"this server wants a token {said}", _WANTED)
        where = f" in {self.variable}" if self.variable else ""
        return Trouble(AUTHORISATION, f"the token{where} is refused {said}", _REFUSED)


def _status(exchange: Mapping[str, Json]) -> int:
    return int(exchange["attempts"][-1]["status"] or 0)


def _open_to_all(exchange: Mapping[str, Json]) -> bool:
    return str(exchange["request"]["url"]).partition("?")[0].endswith(_OPEN_TO_ALL)
