"""The rules of our own profiles: each constraint, binding or element that carries a requirement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.confirming.forms import FORMS, Form
from conformance.confirming.view import name_of, plain, value_of
from conformance.definitions.shape import objects, part, text, texts
from conformance.jsontext import dumps
from conformance.profiles.rules import EVIDENCE, REQUIREMENT
from conformance.profiles.tree import extension_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.guides import Guides
    from conformance.model import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of ours: its key in the profile, its element, what it stands for, and how it may be said."""

    profile: str
    key: str
    at: str
    requirement: str
    evidence: str
    forms: tuple[Form, ...] = ()
    expression: str = ""


def rules(definition: Json, guides: Guides) -> Iterator[Rule]:
    """Yield the rules that a profile of ours states itself."""
    profile = text(definition, "url")
    for element in objects(part(definition, "differential"), "element"):
        id_ = name_of(element)
        for key, holder, forms, expression in _holders(element, id_, profile, guides):
            requirement = extension_value(holder, REQUIREMENT)
            if requirement:
                yield Rule(
                    profile=profile,
                    key=key,
                    at=id_,
                    requirement=requirement,
                    evidence=extension_value(holder, EVIDENCE),
                    forms=forms,
                    expression=expression,
                )


def _holders(
    element: Json, id_: str, profile: str, guides: Guides
) -> Iterator[tuple[str, Json, tuple[Form, ...], str]]:
    """Yield what may carry a requirement: its key, itself, its forms, and its expression."""
    yield id_, element, tuple(_forms(element, id_, guides)), ""
    binding = part(element, "binding")
    yield f"{id_} binding", binding, (_bound(binding, id_),), ""
    by_key: Mapping[str, tuple[Form, ...]] = FORMS.get(profile, {})
    for each in objects(element, "constraint"):
        yield text(each, "key"), each, by_key.get(text(each, "key"), ()), text(each, "expression")


def _bound(binding: Json, id_: str) -> Form:
    return Form(kind="bound", at=id_, text=text(binding, "valueSet"), strength=text(binding, "strength"))


def _forms(element: Json, id_: str, guides: Guides) -> Iterator[Form]:
    """Yield what an element of a differential demands."""
    if element.get("min"):
        yield Form(kind="present", at=id_, number=element["min"])
    if text(element, "max").isdigit():
        yield Form(kind="at-most", at=id_, number=int(element["max"]))
    value = value_of(element)
    codings = tuple(_codings(value))
    if codings:
        yield Form(kind="coded", at=id_, codings=codings)
    elif value is not None:
        yield Form(kind="value", at=id_, text=dumps(value))
    targets = {plain(each) for type_ in objects(element, "type") for each in texts(type_, "targetProfile")}
    if targets:
        yield Form(kind="targets", at=id_, types=frozenset(map(guides.type_of, targets)))


def _codings(value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for each in [value, *objects(value, "coding")]:
            if text(each, "code"):
                yield text(each, "system"), text(each, "code")
