"""The prefixes of ordered values (search.html#prefix)."""

from __future__ import annotations

PREFIXES = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"})


def cut(text: str) -> tuple[str, str]:
    """Return prefix and value; without a prefix it is `eq`."""
    return (text[:2], text[2:]) if text[:2] in PREFIXES else ("eq", text)
