"""Reads the parameters that shape an answer instead of filtering it (search.html#return)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.definitions import r4
from conformance.definitions.release import current
from conformance.server.search.kinds.links import is_type
from conformance.server.search.query import Include, SortKey
from conformance.server.search.supported import parameter, references
from conformance.server.search.world import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LARGEST_PAGE = 1000
# DSTU2 search.html#sort: the order stands beside the name, and sorts by one parameter.
_ORDERS: Mapping[str, str] = {"asc": "", "desc": "-"}


def read(name: str, text: str, types: Sequence[str]) -> dict[str, Any] | None:
    """Return the fields of the query that a control sets, or nothing where it is not supported."""
    control, _, modifier = name.partition(":")
    reader = _CONTROLS[control]
    if control == "_sort" and modifier in _ORDERS and current() == "DSTU2":
        name, text, modifier = control, _ORDERS[modifier] + text, ""
    if modifier and control not in ("_include", "_revinclude"):
        raise Refused(f"'{control}' takes no modifier.", code="not-supported", parameter=name)
    try:
        return reader(name, text, types)
    except Refused as refused:
        raise Refused(refused.message, code=refused.code, parameter=name) from None


def is_control(name: str) -> bool:
    """Tell whether a parameter shapes the answer."""
    return name.partition(":")[0] in _CONTROLS


def _count(name: str, text: str, types: Sequence[str]) -> dict[str, Any]:  # noqa: ARG001 - all are asked alike
    # R4 lets the server return fewer than asked for (search.html#count).
    return {"count": min(_natural(text), LARGEST_PAGE)}


def _offset(name: str, text: str, types: Sequence[str]) -> dict[str, Any]:  # noqa: ARG001
    return {"offset": _natural(text)}


def _natural(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Refused(f"'{text}' is not a whole number.", code="value")
    return int(text[:9])


def _total(name: str, text: str, types: Sequence[str]) -> dict[str, Any]:  # noqa: ARG001
    return {"total": _one_of(text, ("none", "estimate", "accurate")) != "none"}


def _summary(name: str, text: str, types: Sequence[str]) -> dict[str, Any]:  # noqa: ARG001
    return {"summary": _one_of(text, ("true", "text", "data", "count", "false"))}


def _one_of(text: str, known: Sequence[str]) -> str:
    if text not in known:
        raise Refused(f"'{text}' is not one of {', '.join(known)}.", code="value")
    return text


def _elements(name: str, text: str, types: Sequence[str]) -> dict[str, Any] | None:  # noqa: ARG001
    known = {element for type_ in types for element in r4.children(type_)}
    # Names without a meaning for these types are left out; the page wants base elements only.
    chosen = tuple(part for part in (p.strip() for p in text.split(",")) if part in known)
    return {"elements": chosen} if chosen else None


def _sort(name: str, text: str, types: Sequence[str]) -> dict[str, Any] | None:  # noqa: ARG001
    keys = tuple(
        SortKey(code=part.removeprefix("-"), descending=part.startswith("-"))
        for part in text.split(",")
        if part
    )
    return {"sort": keys} if keys and all(_sortable(key.code, types) for key in keys) else None


def _sortable(code: str, types: Sequence[str]) -> bool:
    found = [parameter(type_, code) for type_ in types]
    return all(one is not None and one.type != "composite" for one in found)


def _contained(name: str, text: str, types: Sequence[str]) -> dict[str, Any] | None:  # noqa: ARG001
    # Contained resources are never results of their own here (R4-RES-16, the default).
    return {} if _one_of(text, ("false", "true", "both")) == "false" else None


def _transport(name: str, text: str, types: Sequence[str]) -> dict[str, Any]:  # noqa: ARG001
    return {}


def _query(name: str, text: str, types: Sequence[str]) -> dict[str, Any]:  # noqa: ARG001
    # A named query that the server does not know SHALL be refused (R4-SRCH-11).
    raise Refused(f"There is no named query '{text}'.", code="not-supported")


def _include(name: str, text: str, types: Sequence[str]) -> dict[str, Any] | None:  # noqa: ARG001
    head, _, modifier = name.partition(":")
    if modifier not in ("", "iterate"):
        raise Refused(f"'{head}' takes no modifier but :iterate.", code="not-supported")
    reverse, iterate = head == "_revinclude", modifier == "iterate"
    if text == "*" and not reverse:
        return {"includes": (Include(source="*", code="*", iterate=iterate),)}
    source, _, rest = text.partition(":")
    code, _, target = rest.partition(":")
    if not source or not code:
        raise Refused(f"'{text}' is not of the form Type:parameter or Type:parameter:Target.", code="value")
    if not _follows(source, code, target):
        return None
    include = Include(source=source, code=code, target=target, reverse=reverse, iterate=iterate)
    return {"includes": (include,)}


def _follows(source: str, code: str, target: str) -> bool:
    known = is_type(source) and (code == "*" or code in references(source))
    return known and (not target or is_type(target))


_CONTROLS: Mapping[str, Callable[[str, str, Sequence[str]], dict[str, Any] | None]] = {
    "_count": _count,
    "_offset": _offset,
    "_total": _total,
    "_summary": _summary,
    "_elements": _elements,
    "_sort": _sort,
    "_contained": _contained,
    "_format": _transport,
    "_pretty": _transport,
    "_query": _query,
    "_include": _include,
    "_revinclude": _include,
}
