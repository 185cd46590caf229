"""Chained parameters and `_has` (R4 search.html#chaining, #has): what other resources say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.references import identity
from conformance.search import references
from conformance.search.answers import Answer, Verdict, all_of, any_of, choice, must_not
from conformance.search.asked import Asked, Found
from conformance.search.describe import described
from conformance.search.shape import objects, text
from conformance.search.spelling import Name, name
from conformance.search.values import values

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.definitions.r4 import SearchParameter
    from conformance.model import Json
    from conformance.search.world import World

    # How a term is answered: type, name, value, resource, world.
    Term = Callable[[str, str, str, Json, World], Verdict]

_NEGATIVE = frozenset({"not", "missing", "not-in"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chain:
    """What is asked of the resource at the other end."""

    type: str
    rest: str
    value: str
    asked: Asked
    term: Term

    def ask(self, target: Json) -> Verdict:
        return self.term(self.type, self.rest, self.value, target, self.asked.world)


def chained(spelt: Name, value: str, asked: Asked, term: Term) -> Verdict:
    """Answer a chain such as `subject:Patient.name=peter`."""
    parameter = asked.parameter
    if parameter.type != "reference":
        return choice(f"'{parameter.code}' is no reference, so nothing can be chained to it")
    types = candidates(parameter, spelt)
    if len(types) != 1:
        return choice(f"'{spelt.rest}' is known to {len(types)} of the types that '{spelt.code}' refers to")
    found = values(parameter, asked.resource, asked.world)
    if found is None:
        return choice(f"the oracle cannot evaluate '{parameter.code}'")
    if len(found) != 1 and _negative(spelt.rest, value):
        return choice("R4 does not say what a negation asks at the end of none or several references")
    chain = _Chain(type=types[0], rest=spelt.rest, value=value, asked=asked, term=term)
    verdict = any_of(_linked(one, chain) for one in found)
    whole = f"{spelt.rest} {value} there"
    return verdict.because(described(found, spelt.code, str(asked.resource.get("resourceType")), whole))


def candidates(parameter: SearchParameter, spelt: Name) -> list[str]:
    """Return the types a chain may lead to: those that know the parameter at its next link."""
    targets = parameter.targets or tuple(sorted(r4.resource_types()))
    if spelt.modifier:
        return [spelt.modifier] if spelt.modifier in r4.resource_types() else []
    following = name(spelt.rest)
    if following is None:
        return []
    if following.source:
        return list(targets)
    return [target for target in targets if r4.parameter(target, following.code)]


def _negative(rest: str, value: str) -> bool:
    last = name(rest.rpartition(".")[2])
    return last is None or last.modifier in _NEGATIVE or value.startswith("ne")


def _linked(found: Found, chain: _Chain) -> Verdict:
    if found.type != "Reference" or not found.value:
        return choice("how a chain follows a canonical URL is the server's choice")
    literal = text(found.value.get("reference"))
    if literal.startswith("#"):
        return _contained(literal, chain)
    if not literal:
        return must_not(f"{found.path} is a logical reference, which no chain follows")
    return _elsewhere(literal, found, chain)


def _elsewhere(literal: str, found: Found, chain: _Chain) -> Verdict:
    named = identity(literal, chain.asked.world.base)
    if named.type and named.type != chain.type:
        return must_not(f"{found.path} is {literal}, not a reference to {chain.type}")
    target = chain.asked.world.find(literal)
    if target is None or named.version:
        return choice(f"{literal} is not known")
    verdict = chain.ask(target)
    return verdict if found.certain else verdict.at_most_choice(f"the type of {literal} is unknown")


def _contained(literal: str, chain: _Chain) -> Verdict:
    listed = objects(chain.asked.resource.get("contained"))
    inner = next((one for one in listed if f"#{one.get('id')}" == literal), None)
    if inner is None:
        return choice(f"{literal} is not among the contained resources")
    if inner.get("resourceType") != chain.type:
        return must_not(f"{literal} is no {chain.type}")
    return chain.ask(inner).at_most_choice("entering contained resources is the server's choice")


def reverse(type_: str, spelt: Name, value: str, asked: Asked, term: Term) -> Verdict:
    """Answer `_has:Observation:patient:code=x`: whether a known resource refers here and matches."""
    parameter = r4.parameter(spelt.source, spelt.code) if spelt.source in r4.resource_types() else None
    if parameter is None or parameter.type != "reference":
        return choice(f"{spelt.source} has no reference parameter '{spelt.code}'")
    here = f"{type_}/{asked.resource.get('id')}"
    world = asked.world
    verdict = any_of(
        all_of([_refers(parameter, one, here, world), term(spelt.source, spelt.rest, value, one, world)])
        for one in world.of_type(spelt.source)
    )
    if verdict.answer is Answer.NOT and not world.closed:
        return choice(f"a {spelt.source} that we do not know may refer to {here}")
    return verdict.because(f"no {spelt.source} that refers to {here} has {spelt.rest} {value}")


def _refers(parameter: SearchParameter, resource: Json, here: str, world: World) -> Verdict:
    found = values(parameter, resource, world)
    if found is None:
        return choice(f"the oracle cannot evaluate '{parameter.code}'")
    asked = Asked(parameter=parameter, resource=resource, world=world)
    return any_of(references.match(one, here, asked) for one in found)
