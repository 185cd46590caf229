"""The syntax tree of a FHIRPath expression (FHIRPath 2.0, section 'Grammar')."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.model import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Any part of an expression; `at` is where it begins, counted from 0."""

    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Term):
    """A value written in the expression."""

    value: Json
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty(Term):
    """The empty collection, `{}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Term):
    """An element name, below `source` or below the focus."""

    name: str
    source: Term | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Term):
    """A function call, on `source` or on the focus."""

    name: str
    args: tuple[Term, ...] = ()
    source: Term | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Term):
    """One item of a collection, `source[index]`."""

    source: Term
    index: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Special(Term):
    """One of `$this`, `$index` and `$total`."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable(Term):
    """An environment variable, `%name`."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign(Term):
    """A unary plus or minus."""

    operator: str
    operand: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(Term):
    """Two operands and what stands between them."""

    operator: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeTest(Term):
    """`operand is type` or `operand as type`."""

    operator: str
    operand: Term
    type: str
