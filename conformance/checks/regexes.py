"""Which regular expressions a scenario may use: those whose worst case on a bounded text stays small.

Python's engine backtracks, and the text comes from a server that we do not trust. So nothing that varies may
be repeated, nothing may look around or back, and few parts may vary at all.
"""

from __future__ import annotations

import re

TEXT_LIMIT = 1000
_PATTERN_LIMIT = 300
_VARYING = 4
_UNBOUNDED = 2
_FIXED_LIMIT = 64

_TOKEN = re.compile(
    r"(?P<class>\[\^?\]?+(?:\\.|[^\]\\])*\])"
    r"|(?P<flag>\(\?i\))"
    r"|(?P<special>\\[1-9]|\(\?(?!:|P<))"
    r"|(?P<escape>\\.)"
    r"|(?P<open>\((?:\?:|\?P<\w+>)?)"
    r"|(?P<close>\))"
    r"|(?P<repeat>(?:[*+?]|\{\d+\}|\{\d*,\d*\})[?+]?)"
    r"|(?P<or>\|)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_SET_OPERATION = re.compile(r"\[|--|&&|~~|\|\|")
_RANGE = re.compile(r"\{(\d*)(,?)(\d*)\}")


def complaints(pattern: str) -> list[str]:
    """Return what makes a regular expression unfit, or nothing."""
    if len(pattern) > _PATTERN_LIMIT:
        return [f"the regular expression is longer than {_PATTERN_LIMIT} characters"]
    if any(_ambiguous(token) for token in _TOKEN.finditer(pattern)):
        return [f"'{pattern}' has a character class that later versions of Python read otherwise"]
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return [f"'{pattern}' is not a regular expression: {error}"]
    return _structure(pattern)


def _ambiguous(token: re.Match[str]) -> bool:
    """Tell whether a class is unclosed, or holds what Python may one day take for a set operation."""
    return token["other"] == "[" or bool(token["class"] and _SET_OPERATION.search(token["class"], 1))


def _structure(pattern: str) -> list[str]:
    """Walk the tokens; `inside` says, for each open group, whether it holds anything that varies."""
    inside, last, varying, unbounded = [False], False, 0, 0
    for token in _TOKEN.finditer(pattern):
        match token.lastgroup:
            case "special":
                return [f"'{pattern}' looks around or refers back, which takes more than linear time"]
            case "open":
                inside.append(False)
            case "close":
                last = inside.pop()
                inside[-1] = inside[-1] or last
                continue
            case "or":
                inside[-1] = True
            case "repeat":
                most, varies = _bounds(token["repeat"])
                if last and most > 1:
                    return [f"'{pattern}' repeats a group that itself varies"]
                varying, unbounded = varying + varies, unbounded + (most > _FIXED_LIMIT)
                inside[-1] = inside[-1] or varies
        last = False
    few = varying <= _VARYING and unbounded <= _UNBOUNDED
    return [] if few else [f"'{pattern}' has more than {_UNBOUNDED} open or {_VARYING} varying repetitions"]


def _bounds(repeat: str) -> tuple[float, bool]:
    """Return how often a quantifier repeats at most, and whether it varies."""
    found = _RANGE.match(repeat)
    if found is None:
        return (1, True) if repeat[0] == "?" else (float("inf"), True)
    least, comma, most = found.groups()
    if not comma:
        return int(least), False
    return (int(most) if most else float("inf")), (least or "0") != most
