"""Requests and answers as far as a page can bear them: whole where something did not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.render import again, block, received
from conformance.render.text import pretty, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from conformance.events import Run, ScenarioRun

_GONE = (404, 410)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much of the page the bodies of one kind may take, and how much each of them."""

    whole: int
    most: int
    least: int


# What shows that something did not hold; what else was asked there; what held, which run.jsonl has whole.
_SHOWING = Share(whole=900_000, most=20_000, least=250)
_BESIDE = Share(whole=450_000, most=20_000, least=80)
_HELD = Share(whole=500_000, most=400, least=80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many characters of a body are shown, by what it shows."""

    showing: int
    beside: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body as far as it is shown, what a reader should know of the rest, and where it stands already."""

    text: str
    note: str = ""
    same: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One side of an exchange; `title` says which."""

    title: str
    headers: str
    body: Body | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One request with every answer to it; no messages where only its outcome is of interest."""

    seq: int
    method: str
    url: str
    answer: str
    error: bool
    messages: tuple[Message, ...]
    again: str


def limits(run: Run) -> Limits:
    """Return how much of each body is shown, so that a long run still opens in a browser."""
    sizes: dict[str, list[int]] = {"showing": [], "beside": [], "held": []}
    for scenario in run.scenarios:
        named = showing(scenario)
        for exchange in scenario.exchanges:
            sizes[kind(scenario, exchange, named)] += map(len, _bodies(exchange))
    return Limits(
        showing=_limit(sizes["showing"], _SHOWING),
        beside=_limit(sizes["beside"], _BESIDE),
        held=_limit(sizes["held"], _HELD),
    )


def showing(scenario: ScenarioRun) -> frozenset[int]:
    """Return the exchanges that show what did not hold."""
    return frozenset(int(one.get("exchange") or 0) for one in scenario.findings if one["result"] != "held")


def kind(scenario: ScenarioRun, exchange: Mapping[str, Any], named: Collection[int]) -> str:
    """Return what an exchange shows; only what passed or was left out is ever cut for its own sake."""
    if exchange.get("seq") in named:
        return "showing"
    return "held" if scenario.verdict in {"pass", "skip"} else "beside"


def _limit(sizes: Iterable[int], share: Share) -> int:
    """Return the length that bodies are cut to: short ones leave their room to the long."""
    left = share.whole
    ordered = sorted(sizes)
    for place, size in enumerate(ordered):
        each = left // (len(ordered) - place)
        if size > each:
            return max(share.least, min(share.most, each))
        left -= size
    return share.most


def talk(exchange: Mapping[str, Any], limit: int, seen: dict[str, int]) -> Talk:
    """Return one exchange; `seen` holds the bodies of its scenario that stand on the page already."""
    request = exchange.get("request") or {}
    attempts = _attempts(exchange)
    sides = [("Request", request), *((_title(number, one), one) for number, one in enumerate(attempts, 1))]
    return Talk(
        seq=int(exchange.get("seq") or 0),
        method=shown(request.get("method", "")),
        url=shown(request.get("url", ""), 2_000),
        answer=block.answer(exchange),
        error=not well(exchange),
        messages=tuple(_message(title, side, limit, exchange, seen) for title, side in sides),
        again=again.again(exchange) if request.get("method") == "GET" else "",
    )


def outcome(exchange: Mapping[str, Any]) -> Talk:
    """Return one exchange without its messages."""
    request = exchange.get("request") or {}
    return Talk(
        seq=int(exchange.get("seq") or 0),
        method=shown(request.get("method", "")),
        url=shown(request.get("url", ""), 2_000),
        answer=block.answer(exchange),
        error=False,
        messages=(),
        again="",
    )


def well(exchange: Mapping[str, Any]) -> bool:
    """Tell whether an exchange came to a success or a redirection."""
    return 200 <= _status(exchange) < 400  # noqa: PLR2004 - HTTP


def cleaned(exchange: Mapping[str, Any]) -> bool:
    """Tell whether an exchange did no more than remove what the scenario had made."""
    return exchange.get("purpose") == "clean" and (well(exchange) or _status(exchange) in _GONE)


def _status(exchange: Mapping[str, Any]) -> int:
    return int(_attempts(exchange)[-1].get("status") or 0)


def _attempts(exchange: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return exchange.get("attempts") or [{}]


def _bodies(exchange: Mapping[str, Any]) -> list[str]:
    sides = [exchange.get("request") or {}, *_attempts(exchange)]
    return [str(side.get("body") or "") for side in sides]


def _title(number: int, attempt: Mapping[str, Any]) -> str:
    status = attempt.get("status") or f"no answer: {shown(attempt.get('error') or 'unknown')}"
    return f"Answer {status}" if number == 1 else f"Attempt {number}: {status}"


def _message(
    title: str, side: Mapping[str, Any], limit: int, exchange: Mapping[str, Any], seen: dict[str, int]
) -> Message:
    named = again.headers(side.get("headers") or {})
    if "method" in side:
        told = (("credentials", received.whose(exchange)), ("endpoint", received.found(exchange)))
        named += [(f"({name}", f"{text})") for name, text in told if text]
    return Message(
        title=title,
        headers="\n".join(f"{name}: {text}" for name, text in named),
        body=_body(side, limit, exchange, seen),
    )


def _unsaid(side: Mapping[str, Any]) -> Body | None:
    """Return what is told of a body that is not there as text."""
    if facts := side.get("facts"):
        return Body(text=received.text(facts), note="bytes are told by what they are, and are not recorded")
    kept = side.get("body_ref")
    return Body(text="", note=f"{kept['size']} bytes, in bodies/{shown(kept['sha256'])}") if kept else None


def _body(
    side: Mapping[str, Any], limit: int, exchange: Mapping[str, Any], seen: dict[str, int]
) -> Body | None:
    text = str(side.get("body") or "")
    if not text:
        return _unsaid(side)
    seq = int(exchange.get("seq") or 0)
    before = seen.setdefault(text, seq)
    if before != seq:
        return Body(text="", same=before)
    if len(text) <= limit:
        return Body(
            text=pretty(text), note="the server's answer was cut short" if side.get("truncated") else ""
        )
    note = f"cut here: {limit} of {len(text)} characters; the whole body is exchange {seq} of run.jsonl"
    return Body(text=pretty(text[:limit]) if limit > _HELD.most else text[:limit], note=note)
