"""One story as the block of lines that a person reads: on the console, in JUnit and in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.jsontext import parsed
from conformance.render import again, received
from conformance.render.text import duration, pair, shown, value
from conformance.render.words import plural, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.render.story import Story

_NAMED = 3  # scenarios and issues named one by one before they are only counted
_GAP = " " * 10


def headline(story: Story) -> str:
    """Return the first line: verdict, party, rule and sentence; it can stand alone."""
    rule = f"{story.id} ({story.grade})" if story.id else ""
    parts = (word(story.verdict).word, story.party, rule, shown(story.headline))
    return "  ".join(part for part in parts if part)


def lines(story: Story) -> list[str]:
    """Return the whole block, at most some fifteen lines."""
    facts = rows(story)
    return [
        headline(story),
        f"      {place(story)}",
        *([""] if story.exchange or facts else []),
        *([f"  {request_line(story.exchange)}"] if story.exchange else []),
        *([f"  {said}"] if (said := message(story)) else []),
        *(f"  {name:<9} {text}" for name, text in facts),
    ]


def request_line(exchange: Mapping[str, Any]) -> str:
    """Return `GET url          200, 41 ms`."""
    request = exchange.get("request") or {}
    return f"{shown(request.get('method', ''))} {shown(request.get('url', ''))}{_GAP}{answer(exchange)}"


def answer(exchange: Mapping[str, Any]) -> str:
    """Return status, time and attempts of the answer that counts, who asked, and what bytes came."""
    attempts = exchange.get("attempts") or [{}]
    last = attempts[-1]
    status = last.get("status") or f"no answer: {shown(last.get('error') or 'unknown')}"
    parts = [str(status), duration(float(last.get("seconds") or 0))]
    if len(attempts) > 1:
        parts.append(f"attempt {len(attempts)}")
    if last.get("truncated"):
        parts.append("cut short")
    if whose := received.whose(exchange):
        parts.append(f"as {whose}")
    if last.get("facts"):
        parts.append(received.brief(last["facts"]))
    return ", ".join(parts)


def rows(story: Story) -> list[tuple[str, str]]:
    """Return location, values, hint and links of a story, each with its name."""
    return [(name, text) for name, text in _rows(story) if text]


def place(story: Story) -> str:
    """Return scenario, step and line."""
    label = f' "{shown(story.label)}"' if story.label else ""
    step = f", step {story.step}{label}" if story.step else _setting(story)
    beside = f"   {shown(story.place)}" if story.place else ""
    return f"{shown(story.scenario)}{step}{beside}"


def message(story: Story) -> str:
    """Return what was said of the finding, unless it only says again what the rows below it say."""
    repeats = bool(story.at) and story.message.startswith(f"{story.at}: expected")
    # Of an expression that was not true, the rows tell only that: the message tells which.
    repeats = repeats and "`" not in story.message
    return "" if repeats else shown(story.message)


def _setting(story: Story) -> str:
    purpose = str((story.exchange or {}).get("purpose", ""))
    return ", given" if purpose == "given" else ""


def _rows(story: Story) -> Iterator[tuple[str, str]]:
    yield "endpoint", received.found(story.exchange) if story.exchange else ""
    yield "at", shown(story.at)
    yield from _values(story)
    for issue in issues(story.exchange):
        yield "outcome", issue
    yield "read", shown(story.read)
    yield "unlock", shown(story.unlock)
    yield "hint", shown(story.hint)
    yield "spec", shown(story.source)
    yield "again", again.again(story.exchange) if story.exchange else ""
    yield "accepted", _accepted(story)
    yield "also", _also(story)


def _accepted(story: Story) -> str:
    if not story.accepted:
        return ""
    by = f"; {shown(story.answer, 240)}" if story.answer else ""
    return f"in the baseline, so not for the exit code{by}"


def _values(story: Story) -> Iterator[tuple[str, str]]:
    """Give the values that differ: what was sent and returned, else what was expected and came."""
    if story.sent is not None:
        sent, returned = pair(story.sent, story.actual)
        yield "sent", f"{sent}   ({story.origin})" if story.origin else sent
        yield "returned", returned
    elif story.compared:
        expected, actual = pair(story.expected, story.actual)
        yield "expected", expected if story.expected is not None else ""
        yield "actual", actual


def _also(story: Story) -> str:
    if story.count == 1:
        return ""
    if not story.also:
        return f"{story.count - 1} more in this scenario"
    named = ", ".join(shown(name) for name in story.also[:_NAMED])
    rest = f" and {plural(len(story.also) - _NAMED, 'more scenario')}" if len(story.also) > _NAMED else ""
    return f"{story.count - 1} more: {named}{rest}"


def issues(exchange: Mapping[str, Any] | None) -> list[str]:
    """Return the issues of an OperationOutcome in a refusal, since the server's own words explain it best."""
    last = ((exchange or {}).get("attempts") or [{}])[-1]
    if (last.get("status") or 0) < 400:  # noqa: PLR2004 - HTTP: from here on an error
        return []
    found = _outcome(last.get("body")).get("issue")
    return [_issue(one) for one in found[:_NAMED] if isinstance(one, dict)] if isinstance(found, list) else []


def _outcome(body: Any) -> Mapping[str, Any]:
    outcome = parsed(body) if isinstance(body, str) else None
    return outcome if isinstance(outcome, dict) and outcome.get("resourceType") == "OperationOutcome" else {}


def _issue(issue: Mapping[str, Any]) -> str:
    details = issue.get("details")
    said = issue.get("diagnostics") or (details.get("text") if isinstance(details, dict) else None)
    where = issue.get("expression") or issue.get("location")
    parts = [shown(issue.get("severity", "")), shown(issue.get("code", ""))]
    parts += [value(said)] if said else []
    parts += [f"at {value(where)}"] if where else []
    return shown(" ".join(part for part in parts if part), 240)
