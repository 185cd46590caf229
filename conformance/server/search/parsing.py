"""Reads a whole search: which parameters are filters, which shape the answer, which are not known here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.definitions import r4
from conformance.problem import did_you_mean
from conformance.server.search import controls, criteria
from conformance.server.search.query import Query
from conformance.server.search.supported import parameters
from conformance.server.search.world import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from conformance.server.search.query import Criterion

    Pairs = Sequence[tuple[str, str]]

# What every resource has: without `_type` a search over all types may use no other parameters.
_BASE = "Resource"


def read(type_: str | None, pairs: Pairs, present: Collection[str]) -> Query:
    """Return the query that parameters ask for; `present` are the types that a system search visits."""
    types, rest = ((type_,), list(pairs)) if type_ else _types(pairs, present)
    query = Query(type=type_, types=tuple(types), used=tuple(p for p in pairs if p not in rest))
    for name, text in rest:
        # An empty parameter is ignored; it is no error (R4-SRCH-06).
        if text.strip(","):
            query = _with(query, name, text)
    if query.includes and query.summary == "text":
        raise Refused("_summary=text goes with no _include or _revinclude.", parameter="_summary")
    return query


def _types(pairs: Pairs, present: Collection[str]) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
    asked = [part for name, text in pairs if name == "_type" for part in text.split(",") if part]
    for name in asked:
        if name not in r4.resource_types():
            raise Refused(f"'{name}' is no resource type.", code="value", parameter="_type")
    rest = [pair for pair in pairs if pair[0] != "_type"]
    return tuple(dict.fromkeys(asked)) or tuple(sorted(present)), rest


def _with(query: Query, name: str, text: str) -> Query:
    if controls.is_control(name):
        fields = controls.read(name, text, query.types)
        return _ignoring(query, name, text) if fields is None else _set(query, name, text, fields)
    found = _criteria(query, name, text)
    if found is None:
        return _ignoring(query, name, text)
    return replace(query, criteria=(*query.criteria, *found), used=(*query.used, (name, text)))


def _criteria(query: Query, name: str, text: str) -> list[Criterion] | None:
    if query.type is None and not _common(query, name):
        return None
    found = [criteria.read(type_, name, text) for type_ in query.types]
    known = [criterion for criterion in found if criterion]
    return known if len(known) == len(found) else None


def _common(query: Query, name: str) -> bool:
    """Tell whether a search over all types may use a parameter: only with `_type` one that not all have."""
    code = name.partition(":")[0].partition(".")[0]
    return code in r4.parameters(_BASE) or any(name == "_type" for name, _ in query.used)


def _set(query: Query, name: str, text: str, fields: dict[str, Any]) -> Query:
    # A control given twice holds as given last, but every key of `_sort` and every `_include` counts.
    for many in ("sort", "includes"):
        if many in fields:
            fields[many] = (*getattr(query, many), *fields[many])
    return replace(query, **fields, used=(*query.used, (name, text)))


def _ignoring(query: Query, name: str, text: str) -> Query:
    return replace(query, ignored=(*query.ignored, (name, text)))


def check(query: Query, base: str, *, strict: bool) -> None:
    """Raise `Refused` for what cannot be run and, if strict, for what would be ignored."""
    for criterion in query.criteria:
        criteria.check(criterion, base)
    if strict and query.ignored:
        first = query.ignored[0]
        raise Refused(unsupported(query, *first), code="not-supported", parameter=first[0])


def unsupported(query: Query, name: str, text: str) -> str:
    """Return the sentence that says that a parameter is not known here, with the nearest one that is."""
    known = [code for type_ in query.types[:1] for code in parameters(type_)]
    hint = did_you_mean(name, known)
    where = f" for {query.type}" if query.type else ""
    return f"'{name}={text}' is not supported{where}{'; ' + hint if hint else '.'}"
