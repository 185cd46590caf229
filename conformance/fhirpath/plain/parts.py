"""What a short way is made of: readers of items, truths, and the tables that make them from terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from conformance.fhirpath import syntax
from conformance.fhirpath.plain.regular import Irregular, is_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.plain.regular import Many, One
    from conformance.model import Json

    Run = Callable[[Json], bool | None]


class Unfit(Exception):  # noqa: N818 - no error: there is another way
    """The expression is none of the common ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Readers of values of one shape; without a shape they can only be counted.

    `one` is there where the value cannot repeat.
    """

    many: Many
    shape: str
    one: One | None = None

    @property
    def only(self) -> One:
        """Return the reader of the only item; what is wrong with several, the nodes say."""
        many = self.many

        def read(this: Json) -> Json:
            found = many(this)
            if len(found) > 1:
                raise Irregular
            return found[0] if found else None

        return self.one or read


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true, false, or (None) the empty collection."""

    run: Run


# How each kind of term, and each call by name and number of arguments, is compiled.
TERMS: dict[type, Callable[..., Items | Truth]] = {}
CALLS: dict[tuple[str, int], Callable[..., Items | Truth]] = {}


def compiled(term: syntax.Term | None, shape: str) -> Items | Truth:
    """Return a term as readers or a truth; raises Unfit."""
    if term is None:
        return focus(shape)
    if isinstance(term, syntax.Call):
        return CALLS.get((term.name, len(term.args)), unfit)(term, shape)
    return TERMS.get(type(term), unfit)(term, shape)


def items_of(term: syntax.Term | None, shape: str) -> Items:
    """Return a term as readers; raises Unfit."""
    found = compiled(term, shape)
    return found if isinstance(found, Items) else unfit(term, shape)


def run_of(term: syntax.Term | None, shape: str) -> Run:
    """Return a term as a truth; raises Unfit."""
    found = compiled(term, shape)
    return found.run if isinstance(found, Truth) else unfit(term, shape)


def negated(run: Run) -> Truth:
    """Return the opposite of a truth."""
    return Truth(run=lambda this: None if (answer := run(this)) is None else not answer)


def text_of(term: syntax.Term | None, shape: str) -> One:
    """Return the reader of the only text; raises Unfit."""
    found = items_of(term, shape)
    return found.only if is_text(found.shape) else unfit(term, shape)


def unfit(_term: syntax.Term | None, _shape: str) -> NoReturn:
    """Raise Unfit."""
    raise Unfit


def focus(shape: str) -> Items:
    """Return the reader of what an expression starts from."""
    return Items(many=lambda this: [this], one=itself, shape=shape)


def itself(this: Json) -> Json:
    """Return what an expression starts from."""
    return this
