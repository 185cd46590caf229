"""From the syntax tree to closures; names, types and functions are checked on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from conformance.fhirpath import functions, paths, syntax
from conformance.fhirpath.arithmetic import negated
from conformance.fhirpath.lexer import refuse
from conformance.fhirpath.node import Node
from conformance.fhirpath.operators import LOGIC, OPERATORS, logic
from conformance.fhirpath.registry import FUNCTIONS, UNKNOWN, Function, Shapes, together
from conformance.fhirpath.types import cast_shapes, wanted_types
from conformance.fhirpath.values import boolean, truth, whole
from conformance.fhirpath.variables import variable
from conformance.problem import Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.fhirpath.node import Nodes
    from conformance.fhirpath.scope import Scope

    Run = Callable[[Nodes, Scope], Nodes]

_ROUNDS = 8  # how often repeat() may meet new shapes before they count as unknown
_BOOLEAN: Shapes = frozenset({"System.Boolean"})
_NUMBER: Shapes = frozenset({"System.Integer"})
_TYPE_FUNCTIONS = {"is", "as", "ofType"}
# What FHIR R4 adds and a path alone cannot answer.
_UNSUPPORTED = {
    "memberOf": "a terminology",
    "subsumes": "a terminology",
    "subsumedBy": "a terminology",
    "conformsTo": "profiles",
    "elementDefinition": "profiles",
    "slice": "profiles",
    "checkModifiers": "profiles",
}
_COMPARISONS = {"=", "!=", "~", "!~", "<", "<=", ">", ">=", "in", "contains", "xor"}


@dataclass(frozen=True, slots=True)
class Typed:
    """A closure, and the shapes of what it returns."""

    run: Run
    shapes: Shapes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a term stands: the whole expression, the shapes of its focus and of `$this`."""

    expression: str
    focus: Shapes
    this: Shapes

    def refuse(self, at: int, message: str, hint: str = "") -> NoReturn:
        """Raise the Problem of one term."""
        refuse(self.expression, at, message, hint)

    def inside(self, shapes: Shapes) -> Place:
        """Return the place of an argument that is evaluated for each item."""
        return Place(self.expression, shapes, shapes)

    @property
    def argument(self) -> Place:
        """Return the place of an argument that is evaluated once, on `$this`."""
        return replace(self, focus=self.this)


def compiled(term: syntax.Term, place: Place) -> Typed:
    """Return the closure of a term."""
    return _COMPILERS[type(term)](term, place)


def _literal(term: syntax.Literal, _place: Place) -> Typed:
    node = [Node(term.value, term.type)]
    return Typed(lambda _items, _scope: node, frozenset({term.type}))


def _empty(_term: syntax.Empty, _place: Place) -> Typed:
    nothing: Nodes = []
    return Typed(lambda _items, _scope: nothing, frozenset())


def _special(term: syntax.Special, place: Place) -> Typed:
    if term.name == "$this":
        return Typed(lambda _items, scope: scope.this, place.this)
    if term.name == "$total":
        return Typed(lambda _items, scope: scope.total, UNKNOWN)

    def index(_items: Nodes, scope: Scope) -> Nodes:
        return [] if scope.index is None else [Node(scope.index, "System.Integer")]

    return Typed(index, _NUMBER)


def _variable(term: syntax.Variable, _place: Place) -> Typed:
    return Typed(lambda _items, scope: variable(term.name, scope), UNKNOWN)


def _source(term: syntax.Member | syntax.Call, place: Place) -> Typed:
    """Return what a member or a call stands on: its source, else the focus."""
    if term.source is not None:
        return compiled(term.source, place)
    return Typed(lambda items, _scope: items, place.focus)


def _member(term: syntax.Member, place: Place) -> Typed:
    source = _source(term, place)
    if term.source is None and paths.is_start(term.name, source.shapes):
        shapes = paths.start_shapes(term.name, source.shapes)
        if shapes == frozenset():
            stated = ", ".join(sorted(source.shapes or ()))
            place.refuse(term.at, f"this starts from {stated}, never from {term.name}")
        return Typed(paths.start(term.name), shapes)
    shapes, fault, hint = paths.below(source.shapes, term.name)
    if fault:
        place.refuse(term.at, fault, hint)
    step = paths.step(term.name)
    if term.source is None:
        return Typed(step, shapes)
    before = source.run
    return Typed(lambda items, scope: step(before(items, scope), scope), shapes)


def _index(term: syntax.Index, place: Place) -> Typed:
    source, position = compiled(term.source, place), compiled(term.index, place.argument)

    def run(items: Nodes, scope: Scope) -> Nodes:
        found = source.run(items, scope)
        at = whole(position.run(scope.this, scope), "an index")
        return [] if at is None or at < 0 else found[at : at + 1]

    return Typed(run, source.shapes)


def _sign(term: syntax.Sign, place: Place) -> Typed:
    operand = compiled(term.operand, place)
    return Typed(lambda items, scope: negated(operand.run(items, scope), term.operator), operand.shapes)


def _binary(term: syntax.Binary, place: Place) -> Typed:
    left, right = compiled(term.left, place), compiled(term.right, place)
    if term.operator in LOGIC:
        return Typed(_logic(term.operator, left.run, right.run), _BOOLEAN)
    operate = OPERATORS[term.operator]
    one, other = left.run, right.run
    return Typed(
        lambda items, scope: operate(one(items, scope), other(items, scope)),
        _result(term.operator, left.shapes, right.shapes),
    )


def _result(operator: str, left: Shapes, right: Shapes) -> Shapes:
    if operator in _COMPARISONS:
        return _BOOLEAN
    return together(left, right) if operator == "|" else UNKNOWN


def _logic(operator: str, left: Run, right: Run) -> Run:
    settling = LOGIC[operator]

    def run(items: Nodes, scope: Scope) -> Nodes:
        one = truth(left(items, scope), f"'{operator}'")
        if one is settling:
            return boolean(operator != "and")
        return logic(operator, one, truth(right(items, scope), f"'{operator}'"))

    return run


def _type_test(term: syntax.TypeTest, place: Place) -> Typed:
    return _tested(term.operator, term.operand, term.type, place, term.at)


def _tested(operator: str, operand: syntax.Term | None, name: str, place: Place, at: int) -> Typed:
    """Return `is`, `as` or `ofType`, written as an operator or as a function."""
    try:
        wanted = wanted_types(name)
    except Problem as problem:
        place.refuse(at, problem.message.removeprefix("FHIRPath: "), problem.hint)
    if operator == "is" and isinstance(operand, syntax.Call) and operand.name == "resolve":
        source = _source(operand, place)
        return Typed(_after(source.run, functions.fhir.refers_to(wanted)), _BOOLEAN)
    source = compiled(operand, place) if operand else Typed(lambda items, _scope: items, place.focus)
    if operator == "is":
        return Typed(_after(source.run, paths.type_test(wanted)), _BOOLEAN)
    # R4's search parameters cast whole collections of a choice (`Observation.component.value as Quantity`).
    lenient = operator == "ofType" or source.shapes is None or len(source.shapes) != 1
    return Typed(_after(source.run, paths.cast(wanted, lenient=lenient)), cast_shapes(source.shapes, name))


def _after(first: Run, then: Run) -> Run:
    return lambda items, scope: then(first(items, scope), scope)


def _call(term: syntax.Call, place: Place) -> Typed:
    if term.name in _TYPE_FUNCTIONS:
        return _tested(term.name, term.source, _type_argument(term, place), place, term.at)
    if term.name == "sort":
        return _sort(term, place)
    function = _known(term, place)
    source = _source(term, place)
    if term.name == "repeat":
        return _repeat(term, function, source, place)
    inside = place.inside(source.shapes) if function.lazy else place.argument
    args = [compiled(arg, inside) for arg in term.args]
    return _applied(function, source, args)


def _applied(function: Function, source: Typed, args: list[Typed]) -> Typed:
    run, before = function.run, source.run
    runs = [arg.run for arg in args]
    shapes = function.gives(source.shapes, [arg.shapes for arg in args])
    if not runs:
        return Typed(lambda items, scope: run(before(items, scope), scope), shapes)
    if function.lazy:
        return Typed(lambda items, scope: run(before(items, scope), scope, *runs), shapes)

    def once(items: Nodes, scope: Scope) -> Nodes:
        found: Nodes = run(before(items, scope), scope, *[arg(scope.this, scope) for arg in runs])
        return found

    return Typed(once, shapes)


def _known(term: syntax.Call, place: Place) -> Function:
    function = FUNCTIONS.get(term.name)
    if function is None:
        place.refuse(term.at, *_unknown(term.name))
    if not function.least <= len(term.args) <= function.most:
        stated = str(function.least)
        if function.most != function.least:
            stated += f" to {function.most}"
        place.refuse(term.at, f"{term.name}() takes {stated} argument(s), there are {len(term.args)}")
    return function


def _unknown(name: str) -> tuple[str, str]:
    """Return what is wrong with a function that the table does not have, and a hint."""
    if name in _UNSUPPORTED:
        return f"{name}() is not supported: it needs {_UNSUPPORTED[name]}", ""
    return f"there is no function '{name}()'", did_you_mean(name, FUNCTIONS)


def _repeat(term: syntax.Call, function: Function, source: Typed, place: Place) -> Typed:
    """Return repeat(): its argument is applied to its own results, so their shapes count as well."""
    shapes = source.shapes
    for _ in range(_ROUNDS):
        projection = compiled(term.args[0], place.inside(shapes))
        wider = together(shapes, projection.shapes)
        if wider == shapes:
            return Typed(_applied(function, source, [projection]).run, projection.shapes)
        shapes = wider
    return _applied(function, source, [compiled(term.args[0], place.inside(UNKNOWN))])


def _sort(term: syntax.Call, place: Place) -> Typed:
    """Return sort(): a minus before a key turns its order, whatever the key's type."""
    source = _source(term, place)
    inside = place.inside(source.shapes)
    keys = [_sort_key(arg, inside) for arg in term.args]
    return Typed(_after(source.run, functions.utility.sort_by(keys)), source.shapes)


def _sort_key(term: syntax.Term, place: Place) -> tuple[Run, bool]:
    if isinstance(term, syntax.Sign) and term.operator == "-":
        return compiled(term.operand, place).run, True
    return compiled(term, place).run, False


def _type_argument(term: syntax.Call, place: Place) -> str:
    argument = term.args[0] if len(term.args) == 1 else None
    names: list[str] = []
    while isinstance(argument, syntax.Member):
        names.insert(0, argument.name)
        argument = argument.source
    if argument is not None or not names:
        place.refuse(term.at, f"{term.name}() takes the name of one type")
    return ".".join(names)


_COMPILERS: dict[type[syntax.Term], Callable[..., Typed]] = {
    syntax.Literal: _literal,
    syntax.Empty: _empty,
    syntax.Special: _special,
    syntax.Variable: _variable,
    syntax.Member: _member,
    syntax.Index: _index,
    syntax.Sign: _sign,
    syntax.Binary: _binary,
    syntax.TypeTest: _type_test,
    syntax.Call: _call,
}
