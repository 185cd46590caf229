"""Searches ask for parameters that R4 has, and look for something that must not be found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.problem import Problem, did_you_mean
from conformance.read import queries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from conformance.definitions.r4 import SearchParameter
    from conformance.model import Step
    from conformance.problem import Place
    from conformance.read.lint.ground import Ground
    from conformance.read.parsing import Parsed
    from conformance.yamlfile import Tree

# R4 search.html#modifiers, by type of parameter; `missing` stands everywhere.
_MODIFIERS: Mapping[str, frozenset[str]] = {
    "string": frozenset({"exact", "contains", "text"}),
    "token": frozenset({"text", "not", "above", "below", "in", "not-in", "of-type"}),
    "reference": frozenset({"identifier", "above", "below"}),
    "uri": frozenset({"above", "below"}),
}
# Parameters of search itself, which no type defines.
_SPECIAL = frozenset({"_list", "_has", "_type", "_query", "_filter", "_text", "_content", "_in"})
_ANSWER = "or say why not in `because:`"
_MATCHES = frozenset({"has", "only", "order"})
_INCLUDES = frozenset({"_include", "_revinclude"})


def searched(ground: Ground) -> Iterator[Problem]:
    """Return what is amiss with a row's searches and conditional queries."""
    for step, tree in ground.steps():
        if step.verb == "search":
            yield from _control(step, tree)
            yield from _other_types(ground, step, tree)
        if step.verb != "search" and any("lacks" in _results(check.value) for check in step.expect):
            yield from _lonely(step, tree)
    for entry, tree, _step in ground.entries():
        type_ = entry.subject if entry.verb == "search" else ground.types.get(str(entry.subject), "")
        yield from _where(type_, tree, tree.at(entry.verb))
    for each in ground.scenario.discover:
        yield from _where(each.type, ground.row.tree.find("discover", each.name), each.place)


def _other_types(ground: Ground, step: Step, tree: Tree) -> Iterator[Problem]:
    """Return the complaints about expected matches that are of another type than the one searched."""
    if step.subject not in r4.resource_types():
        return  # has its own complaint, from which this one would follow
    for number, check in enumerate(step.expect):
        lists = check.value.items() if check.kind == "results" else ()
        names = [(key, i, name) for key, listed in lists if key in _MATCHES for i, name in enumerate(listed)]
        for key, index, name in names:
            if ground.types.get(name, step.subject) != step.subject:
                message = f"'{name}' has the type {ground.types[name]}, and this search is for {step.subject}"
                place = tree.at("expect", number, "results", key, index)
                yield Problem("type", message, place=place, hint="what comes along is `included`")


def _results(value: object) -> Collection[str]:
    return value if isinstance(value, dict) else ()


def _keys(step: Step) -> set[str]:
    return {key for check in step.expect if check.kind == "results" for key in _results(check.value)}


def _control(step: Step, tree: Tree) -> Iterator[Problem]:
    if "lacks" not in _keys(step) and "control" not in step.args:
        yield Problem(
            "control",
            "this search looks for nothing that must not be found",
            place=tree.at("search"),
            hint="name it in `results: {lacks: […]}`, or say in `control:` why there is nothing",
        )
    yield from _lonely(step, tree)


def _lonely(step: Step, tree: Tree) -> Iterator[Problem]:
    keys = _keys(step)
    if "lacks" in keys and not keys & {"has", "only", "included"}:
        for number, check in enumerate(step.expect):
            if "lacks" in _results(check.value):
                yield Problem(
                    "control",
                    "`lacks` proves nothing where nothing has to be found",
                    place=tree.at("expect", number, "results", "lacks"),
                    hint="put `has`, `only` or `included` beside it",
                )


def _where(type_: str, tree: Tree, place: Place) -> Iterator[Problem]:
    if not type_:
        return
    if type_ not in r4.resource_types():
        hint = did_you_mean(type_, r4.resource_types())
        yield Problem("unknown-type", f"FHIR R4 has no resource type '{type_}'", place=place, hint=hint)
        return
    where = tree.child("where")
    for key, part in where.value.items() if where else ():
        if "{{" not in key:
            yield from _parameter(type_, key, part)


def _parameter(type_: str, key: str, part: Tree) -> Iterator[Problem]:
    code = key.partition(":")[0]
    if code in _INCLUDES:
        yield from _included(part)
    elif code == "_sort":
        yield from _sorted(type_, part)
    elif code not in queries.RESULT_PARAMETERS and not key.startswith(queries.UNKNOWN_ON_PURPOSE):
        yield from _filter(type_, queries.name(key), part.key)


def _filter(type_: str, name: queries.Name, place: Place) -> Iterator[Problem]:
    types: Collection[str] = (type_,)
    for owner, reference in name.has:
        if owner not in r4.resource_types():
            hint = did_you_mean(owner, r4.resource_types())
            yield Problem("unknown-type", f"FHIR R4 has no resource type '{owner}'", place=place, hint=hint)
            return
        yield from _link((owner,), queries.Part(reference), place, last=False)
        types = (owner,)
    for number, link in enumerate(name.parts):
        problems = list(_link(types, link, place, last=number == len(name.parts) - 1))
        yield from problems
        if problems:
            return
        types = _next(types, link)


def _found(types: Collection[str], code: str) -> list[SearchParameter]:
    return [found for type_ in types if (found := r4.parameter(type_, code))]


def _link(types: Collection[str], link: queries.Part, place: Place, *, last: bool) -> Iterator[Problem]:
    if link.code in _SPECIAL:
        return
    found = _found(types, link.code)
    if not found:
        known = [code for type_ in types for code in r4.parameters(type_)]
        on = next(iter(types)) if len(types) == 1 else "any of the types that it leads to"
        message = f"FHIR R4 has no search parameter '{link.code}' for {on}"
        hint = (
            did_you_mean(link.code, known) or f"begin it with '{queries.UNKNOWN_ON_PURPOSE}' if that is meant"
        )
        yield Problem("unknown-parameter", message, place=place, hint=hint)
    elif not last and found[0].type != "reference":
        message = f"'{link.code}' is a {found[0].type} parameter; only a reference can be followed"
        yield Problem("parameter", message, place=place)
    elif link.modifier:
        yield from _modifier(found[0], link, place, last=last)


def _modifier(
    parameter: SearchParameter, link: queries.Part, place: Place, *, last: bool
) -> Iterator[Problem]:
    targets = _targets(parameter)
    allowed = _MODIFIERS.get(parameter.type, frozenset()) | {"missing"} if last else frozenset()
    if link.modifier in allowed or link.modifier in targets:
        return
    if link.modifier.startswith(queries.UNKNOWN_ON_PURPOSE):
        return
    if link.modifier in r4.resource_types() and targets:
        message = f"'{link.code}' does not lead to {link.modifier} in FHIR R4"
        yield Problem("modifier", message, place=place, hint=f"it leads to {', '.join(targets)}")
        return
    message = f"'{link.code}', a {parameter.type} parameter, has no modifier '{link.modifier}' in FHIR R4"
    hint = did_you_mean(link.modifier, [*allowed, *targets])
    yield Problem(
        "modifier", message, place=place, hint=hint or f"it has {', '.join(sorted(allowed or targets))}"
    )


def _targets(parameter: SearchParameter) -> Collection[str]:
    if parameter.type != "reference":
        return ()
    return parameter.targets or r4.resource_types()


def _next(types: Collection[str], link: queries.Part) -> Collection[str]:
    if link.modifier in r4.resource_types():
        return (link.modifier,)
    return [target for found in _found(types, link.code) for target in _targets(found)]


def _sorted(type_: str, part: Tree) -> Iterator[Problem]:
    for code in str(part.value).split(","):
        bare = code.strip().removeprefix("-")
        if (
            "{{" not in bare
            and not _found((type_,), bare)
            and not bare.startswith(queries.UNKNOWN_ON_PURPOSE)
        ):
            hint = did_you_mean(bare, r4.parameters(type_))
            message = f"FHIR R4 has no search parameter '{bare}' for {type_} to sort by"
            yield Problem("unknown-parameter", message, place=part.place, hint=hint)


def _included(part: Tree) -> Iterator[Problem]:
    for one in part.value if isinstance(part.value, tuple) else (part,):
        text = str(one.value)
        source, _, rest = text.partition(":")
        code = rest.partition(":")[0]
        if "{{" in text or "*" in {source, code}:
            continue
        if source not in r4.resource_types() or not code:
            hint = did_you_mean(source, r4.resource_types() - {source}) if code else ""
            message = f"'{text}' is not a resource type and a parameter"
            yield Problem("include", message, place=one.place, hint=hint or "write Type:parameter")
        else:
            yield from _link((source,), queries.Part(code), one.place, last=False)


def asked(row: Parsed) -> Iterator[Problem]:
    """Return what `because` leaves unanswered: why a search names no patient, and why no verb does."""
    for number, step in enumerate(row.scenario.steps):
        if "because" in step.args:
            continue
        if step.verb == "search" and _should_name_patient(step):
            yield Problem(
                "no-patient",
                f"this search of {step.subject} does not name the patient, as many servers demand: why?",
                place=row.at("steps", number, "search"),
                hint=f"send `patient` beside the parameter under test, {_ANSWER}",
            )
        elif step.verb == "request" and _has_verb(step.subject):
            yield Problem(
                "no-verb",
                f"'{step.subject}' is what verbs are for: why does none do?",
                place=row.at("steps", number, "request"),
                hint=f"read, search and capability send a GET, too; use one, {_ANSWER}",
            )


def _has_verb(request: str) -> bool:
    method, _, path = request.partition(" /")
    first = re.split(r"[/?]", path, maxsplit=1)[0]
    return method == "GET" and (first == "metadata" or first in r4.resource_types())


def _should_name_patient(step: Step) -> bool:
    if step.subject not in r4.resource_types() or "patient" not in r4.parameters(step.subject):
        return False
    names = [queries.name(key) for key in step.args.get("where", {})]
    codes = {part.code for name in names for part in name.parts}
    return not codes & {"patient", "_id"}
