"""From tokens to the syntax tree, by operator precedence (FHIRPath 2.0, section 'Operator Precedence')."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

from conformance.fhirpath.lexer import Token, refuse, tokens
from conformance.fhirpath.syntax import (
    Binary,
    Call,
    Empty,
    Index,
    Literal,
    Member,
    Sign,
    Special,
    Term,
    TypeTest,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# Higher binds tighter; all are left-associative.
_BINDING = {
    "implies": 1,
    "or": 2,
    "xor": 2,
    "and": 3,
    "in": 4,
    "contains": 4,
    "=": 5,
    "~": 5,
    "!=": 5,
    "!~": 5,
    "<": 6,
    ">": 6,
    "<=": 6,
    ">=": 6,
    "|": 7,
    "is": 8,
    "as": 8,
    "+": 9,
    "-": 9,
    "&": 9,
    "*": 10,
    "/": 10,
    "div": 10,
    "mod": 10,
}
_UNARY = 11
CALENDAR = {
    f"{unit}{plural}": unit
    for unit in ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
    for plural in ("", "s")
}


def parse(expression: str) -> Term:
    """Return the syntax tree of an expression; raises Problem for one that is not FHIRPath."""
    return _Parser(expression).whole()


class _Parser:
    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.tokens = tokens(expression)
        self.next = 0

    def whole(self) -> Term:
        term = self.term(0)
        if self.peek.kind != "end":
            self.refuse(f"'{self.peek.text}' does not belong here")
        return term

    @property
    def peek(self) -> Token:
        return self.tokens[self.next]

    def take(self) -> Token:
        token = self.peek
        self.next += 1
        return token

    def skip(self, sign: str) -> bool:
        """Step over a sign where it stands next."""
        if self.peek.kind == "sign" and self.peek.text == sign:
            self.next += 1
            return True
        return False

    def need(self, sign: str) -> None:
        if not self.skip(sign):
            found = f"'{self.peek.text}'" if self.peek.text else "the end"
            self.refuse(f"expected '{sign}', found {found}")

    def refuse(self, message: str, hint: str = "") -> NoReturn:
        refuse(self.expression, self.peek.at, message, hint)

    def term(self, least: int) -> Term:
        left = self.operand()
        while (binding := self.binding()) > least:
            operator = self.take()
            if operator.text in {"is", "as"}:
                left = TypeTest(operator=operator.text, operand=left, type=self.type_name(), at=operator.at)
            else:
                right = self.term(binding)
                left = Binary(operator=operator.text, left=left, right=right, at=operator.at)
        return left

    def binding(self) -> int:
        return _BINDING.get(self.peek.text, 0) if self.peek.kind in {"sign", "word"} else 0

    def operand(self) -> Term:
        if self.peek.kind == "sign" and self.peek.text in {"+", "-"}:
            sign = self.take()
            return Sign(operator=sign.text, operand=self.term(_UNARY), at=sign.at)
        return self.postfix(self.primary())

    def postfix(self, term: Term) -> Term:
        while True:
            if self.skip("."):
                term = self.invocation(term)
            elif self.skip("["):
                term = Index(source=term, index=self.term(0), at=term.at)
                self.need("]")
            else:
                return term

    def primary(self) -> Term:
        token = self.peek
        if token.kind == "sign":
            return self.bracket()
        if token.kind in {"word", "quoted"}:
            return self.named()
        if token.kind not in _LITERALS:
            self.refuse("something is missing at the end" if token.kind == "end" else "no value begins here")
        self.take()
        return self.quantity(token) if token.kind == "number" else _LITERALS[token.kind](token)

    def bracket(self) -> Term:
        at = self.peek.at
        if self.skip("("):
            term = self.term(0)
            self.need(")")
            return term
        if not self.skip("{"):
            self.refuse(f"no value begins with '{self.peek.text}'")
        self.need("}")
        return Empty(at=at)

    def named(self) -> Term:
        if self.peek.kind == "word" and self.peek.text in {"true", "false"}:
            token = self.take()
            return Literal(value=token.text == "true", type="System.Boolean", at=token.at)
        return self.invocation(None)

    def invocation(self, source: Term | None) -> Term:
        token = self.peek
        if token.kind == "special" and source is None:
            return Special(name=self.take().text, at=token.at)
        if token.kind not in {"word", "quoted"}:
            self.refuse("expected a name")
        self.take()
        if token.kind == "word" and self.skip("("):
            return Call(name=token.text, args=self.arguments(), source=source, at=token.at)
        return Member(name=token.text, source=source, at=token.at)

    def arguments(self) -> tuple[Term, ...]:
        if self.skip(")"):
            return ()
        found = [self.term(0)]
        while self.skip(","):
            found.append(self.term(0))
        self.need(")")
        return tuple(found)

    def type_name(self) -> str:
        parts = [self.word()]
        if self.skip("."):
            parts.append(self.word())
        return ".".join(parts)

    def word(self) -> str:
        if self.peek.kind not in {"word", "quoted"}:
            self.refuse("expected the name of a type")
        return self.take().text

    def quantity(self, number: Token) -> Term:
        """Return a number, or the quantity that it makes with the unit behind it."""
        unit = self.peek
        if unit.kind == "string":
            self.take()
            return _quantity(number, unit.text)
        if unit.kind == "word" and unit.text in CALENDAR:
            self.take()
            return _quantity(number, CALENDAR[unit.text])
        return _number(number)


def _quantity(number: Token, unit: str) -> Term:
    return Literal(value={"value": Decimal(number.text), "unit": unit}, type="System.Quantity", at=number.at)


def _number(token: Token) -> Term:
    if "." in token.text:
        return Literal(value=Decimal(token.text), type="System.Decimal", at=token.at)
    return Literal(value=int(token.text), type="System.Integer", at=token.at)


_LITERALS: dict[str, Callable[[Token], Term]] = {
    "number": _number,
    "string": lambda token: Literal(value=token.text, type="System.String", at=token.at),
    "date": lambda token: Literal(value=token.text[1:], type="System.Date", at=token.at),
    "time": lambda token: Literal(value=token.text[2:], type="System.Time", at=token.at),
    "datetime": lambda token: Literal(value=token.text[1:], type="System.DateTime", at=token.at),
    "variable": lambda token: Variable(name=token.text, at=token.at),
    "special": lambda token: Special(name=token.text, at=token.at),
}
