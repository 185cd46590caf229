"""The user and the password that an address names before its host: whose they are, they are hidden."""

from __future__ import annotations

import re

# What a slash, an at sign and the rest are in JSON that escapes them, and in a query.
_MARKS = ("@", "u0040", "%40")
# An identifier's search value, `http://system|me@example.org`, names no user.
_PLAIN = re.compile(
    r"""((?:http|ws)s?(?::|\\u003a)(?:\\?/|\\u002f){2})
        (?:[^/?#\s"<>|\\]|\\u00(?!2[0f3]|3f|22|7c)[0-9a-f]{2})*(@|\\u0040)""",
    re.IGNORECASE | re.VERBOSE,
)
_IN_A_QUERY = re.compile(
    r"((?:http|ws)s?%3a(?:%2f){2})(?:[^/?#&;\s\"<>|\\%]|%(?!2[0f3]|3f|22|7c)[0-9a-f]{2})*(%40)", re.IGNORECASE
)


def hidden(text: str, instead: str) -> str:
    """Return a text in which something stands for the userinfo of every address (RFC 3986, section 3.2.1)."""
    if not any(mark in text for mark in _MARKS):
        return text
    shown = rf"\g<1>{instead}\g<2>"
    return _IN_A_QUERY.sub(shown, _PLAIN.sub(shown, text))
