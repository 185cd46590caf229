"""Paths over regular JSON: elements, types of a choice, and functions that keep some of the items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.fhirpath import syntax
from conformance.fhirpath.node import Node, readers
from conformance.fhirpath.plain.parts import (
    CALLS,
    TERMS,
    Items,
    Unfit,
    focus,
    items_of,
    itself,
    run_of,
    text_of,
    unfit,
)
from conformance.fhirpath.plain.regular import all_of, one_of
from conformance.fhirpath.types import casts_to, wanted_types

if TYPE_CHECKING:
    from conformance.fhirpath.plain.regular import Many, One
    from conformance.model import Json


def _special(term: syntax.Special, shape: str) -> Items:
    return focus(shape) if term.name == "$this" else unfit(term, shape)


def _member(term: syntax.Member, shape: str) -> Items:
    if term.source is None and term.name == shape and shape in r4.resource_types():
        return focus(shape)
    return _below(items_of(term.source, shape), term.name)


def _below(source: Items, name: str, wanted: frozenset[str] | None = None) -> Items:
    """Return the readers of an element, or of one type of a choice."""
    element = r4.children(source.shape).get(name)
    if element is None or source.shape[0].islower():
        raise Unfit
    fields = list(readers(source.shape, name).values())
    if wanted is not None:
        fields = [field for field in fields if casts_to(Node(None, field.type), wanted)]
    if not fields or (wanted is not None and len(fields) > 1):
        raise Unfit
    shape = fields[0].shape if len(fields) == 1 and not fields[0].resource else ""
    if element.max == "*":
        return Items(many=_spread(source, all_of(fields[0])), shape=shape)
    return _once(source, one_of(fields), shape)


def _once(source: Items, read: One, shape: str) -> Items:
    many, one = source.many, source.one

    def each(this: Json) -> list[Json]:
        return [found for owner in many(this) if (found := read(owner)) is not None]

    def only(this: Json) -> Json:
        owner = one(this) if one is not None else None
        return None if owner is None else read(owner)

    if one is itself:
        return Items(many=each, one=read, shape=shape)
    return Items(many=each, one=None if one is None else only, shape=shape)


def _spread(source: Items, read: Many) -> Many:
    many, one = source.many, source.one

    def each(this: Json) -> list[Json]:
        return [found for owner in many(this) for found in read(owner)]

    def below(this: Json) -> list[Json]:
        owner = one(this) if one is not None else None
        return [] if owner is None else read(owner)

    if one is itself:
        return read
    return each if one is None else below


def _of_type(term: syntax.Call, shape: str) -> Items:
    choice, name = term.source, term.args[0]
    if (
        not isinstance(choice, syntax.Member)
        or not isinstance(name, syntax.Member)
        or name.source is not None
    ):
        raise Unfit
    return _below(items_of(choice.source, shape), choice.name, wanted_types(name.name))


def _where(term: syntax.Call, shape: str) -> Items:
    source = items_of(term.source, shape)
    many, holds = source.many, run_of(term.args[0], source.shape)
    return Items(many=lambda this: [each for each in many(this) if holds(each) is True], shape=source.shape)


def _combine(term: syntax.Call, shape: str) -> Items:
    source, other = items_of(term.source, shape), items_of(term.args[0], shape)
    if source.shape != other.shape:
        raise Unfit
    one, two = source.many, other.many
    return Items(many=lambda this: one(this) + two(this), shape=source.shape)


def _lower(term: syntax.Call, shape: str) -> Items:
    only = text_of(term.source, shape)

    def read(this: Json) -> Json:
        found = only(this)
        return None if found is None else found.lower()

    return Items(
        many=lambda this: [] if (found := read(this)) is None else [found], one=read, shape="System.String"
    )


TERMS |= {syntax.Special: _special, syntax.Member: _member}
CALLS |= {
    ("ofType", 1): _of_type,
    ("where", 1): _where,
    ("combine", 1): _combine,
    ("lower", 0): _lower,
}
