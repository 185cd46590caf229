r"""Values below the percent-encoding: `,` `$` `|` separate, `\,` `\$` `\|` `\\` do not (R4 #escaping)."""

from __future__ import annotations

import re
from functools import cache

from conformance.server.search.world import Refused

_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)


@cache
def _pieces(separator: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\\.|[^\\{re.escape(separator)}]|\\$)*", re.DOTALL)


def split(text: str, separator: str) -> list[str]:
    """Return the parts between separators that are not escaped; the parts keep their escapes."""
    if separator not in text:
        return [text]
    parts, at = [], 0
    while True:
        end = _end(text, at, separator)
        parts.append(text[at:end])
        if end >= len(text):
            return parts
        at = end + 1


def _end(text: str, at: int, separator: str) -> int:
    found = _pieces(separator).match(text, at)
    return found.end() if found else len(text)


def unescape(text: str) -> str:
    """Return the literal text; a lone backslash is refused, as search.html#escaping calls it illegal."""
    return _ESCAPE.sub(_literal, text) if "\\" in text else text


def _literal(found: re.Match[str]) -> str:
    if not found[1] or found[1] not in ",$|\\":
        raise Refused(f"'{found[0]}' is no escape; a backslash is written \\\\.", code="value")
    return found[1]
