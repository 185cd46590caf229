"""Every name that is used is known, of the right kind, there by then, and ours where we write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.problem import NOWHERE, Problem, did_you_mean
from conformance.read.language import ATTRIBUTES, NAME_PATTERN, VERBS
from conformance.read.lint.ground import Name, What
from conformance.read.lookups import LookUp, found
from conformance.yamlfile import Tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from conformance.model import Check, Step
    from conformance.problem import Place
    from conformance.read.lint.ground import Ground

_RESOURCES = frozenset({What.RESOURCE, What.FOUND})
# What only bytes can be asked.
_OF_BYTES = frozenset({"parts", "payload"})
_OF_NO_RESOURCE = frozenset({"create", "search", "capability", "request", "retrieve", "subscribe", "receive"})
_LISTS = ("has", "lacks", "only", "included", "order")
# What the settings of a target know: which values there are, only a run can tell.
_KNOWN = "known"
_ALWAYS = frozenset({"run", "base"})
_SENT = _ALWAYS | {"now"}
_ELSEWHERE: Mapping[str, str] = {
    "n": "'{{ n }}' counts the copies of an entry with `times`; there is none here",
    "now": "'{{ now }}' is the moment at which a step is sent, and nothing is sent here",
}
_NOTHING_IS_THERE_YET = ("scenario", "requirements", "needs")
# Where a check names a step.
_OF_STEPS: Mapping[str, tuple[str, ...]] = {
    "payload": ("same-as", "unlike", "frame-of"),
    "discloses": ("of",),
}
_NOTHING = Tree(None, NOWHERE)


def used(ground: Ground) -> Iterator[Problem]:
    """Return what is amiss with the uses of names in a row."""
    yield from _before_steps(ground)
    for entry, tree, step in ground.entries():
        yield from _subject(ground, entry, tree, step)
    for step, tree in ground.steps():
        yield from _in_step(ground, step, tree)


def _before_steps(ground: Ground) -> Iterator[Problem]:
    tree = ground.row.tree
    for key in _NOTHING_IS_THERE_YET:
        for text, place in texts(tree.child(key) or _NOTHING):
            message = f"only an axis of `cases` can be looked up here; actual: '{text}'"
            yield Problem("look-up", message, place=place)
    for given in ground.scenario.given:
        several = frozenset({"n"}) if given.times > 1 else frozenset()
        yield from _look_ups(ground, tree.find("given", given.name), 0, _ALWAYS | several)
    for each in ground.scenario.discover:
        yield from _look_ups(ground, tree.find("discover", each.name), -1, _ALWAYS)


def _subject(ground: Ground, entry: Step, tree: Tree, step: Step) -> Iterator[Problem]:
    verb, subject, place = entry.verb, entry.subject, tree.at(entry.verb)
    if VERBS[verb].writes and ground.scenario.discover and not ground.scenario.given:
        message = f"'{verb}' writes, and `discover` is for where writing is not allowed"
        yield Problem("write", message, place=place, hint="add a `given` for servers that may be written to")
    if not isinstance(subject, str) or verb in _OF_NO_RESOURCE:
        return
    if verb == "history" and (subject == "system" or subject in r4.resource_types()):
        return
    if verb == "read" and not re.match(NAME_PATTERN, subject):
        return
    yield from _known(ground, subject, place, _request(step, made=VERBS[verb].makes), _RESOURCES)
    name = ground.names.get(subject)
    if name and VERBS[verb].writes and name.what is What.FOUND and ground.scenario.given:
        yield Problem("write", f"'{verb}: {subject}' writes on what is not ours", place=place, hint=_OURS)
    if name and name.times > 1:
        yield _several(name, place)


_OURS = "only what `given` or `create` made may be changed"


def _several(name: Name, place: Place) -> Problem:
    message = f"'{name.name}' stands for {name.times} resources; one is needed here"
    return Problem("name", message, place=place, hint="name one of its own in `given`")


def _in_step(ground: Ground, step: Step, tree: Tree) -> Iterator[Problem]:
    for key, part in tree.value.items():
        # A step's own checks may speak of what it made; inside a transaction every entry is known.
        judged = key == "expect"
        yield from _look_ups(ground, part, _request(step, made=judged), _ALWAYS if judged else _SENT)
    if step.verb == "receive":
        yield from _subscribed(ground, step, tree.at("receive"))
    if "found-by" in step.args:
        by = _request(step, made=False)
        yield from _known(ground, step.args["found-by"], tree.at("found-by"), by, {What.STEP})
    for number, check in enumerate(step.expect):
        place = tree.find("expect", number)
        yield from _check(ground, check, place, _request(step, made=True))
        if check.kind in _OF_BYTES and step.verb != "retrieve":
            message = f"'{check.kind}' looks at what was retrieved, and this step is '{step.verb}'"
            yield Problem("kind", message, place=place.at(check.kind), hint="it stands beside `retrieve`")


def _subscribed(ground: Ground, step: Step, place: Place) -> Iterator[Problem]:
    """Return the complaint about what is received by a step that is none, or subscribes to nothing."""
    named = str(step.subject)
    yield from _known(ground, named, place, _request(step, made=False), {What.STEP})
    before = next((each for each in ground.scenario.steps if each.name == named), None)
    if before is not None and before.verb != "subscribe":
        message = f"step '{named}' is '{before.verb}', and only `subscribe` lets something come"
        yield Problem("name", message, place=place)


def _request(step: Step, *, made: bool) -> int:
    """Return the moment of a step: of its request, or (made) when what it makes is there."""
    return 2 * step.index + (made or bool(step.entries))


def _check(ground: Ground, check: Check, tree: Tree, by: int) -> Iterator[Problem]:
    if check.kind == "results" and isinstance(check.value, dict):
        for key in _LISTS:
            for index, name in enumerate(check.value.get(key, ())):
                yield from _known(ground, name, tree.at("results", key, index), by, _RESOURCES)
    for key in _OF_STEPS.get(check.kind, ()):
        if key in check.value:
            yield from _known(ground, check.value[key], tree.at(check.kind, key), by, {What.STEP})
    if check.kind == "same" and isinstance(check.value, str):
        yield from _known(ground, check.value, tree.at("same"), by, _RESOURCES | {What.STEP})
    if "step" in check.when:
        yield from _known(ground, check.when["step"], tree.at("when", "step"), by - 1, {What.STEP})
    for key, kinds in (("target", _RESOURCES | {What.KEPT}), ("same-patient", _RESOURCES)):
        name = check.predicates.get(key)
        if isinstance(name, str) and re.match(NAME_PATTERN, name):
            yield from _known(ground, name, tree.at(key), by, kinds)


def _known(ground: Ground, text: str, place: Place, by: int, kinds: Collection[What]) -> Iterator[Problem]:
    """Return the complaint about a name that is not there, not there yet, or something else."""
    name = ground.names.get(text)
    if name is None:
        hint = did_you_mean(text, ground.names)
        yield Problem("unknown-name", f"nothing here is named '{text}'", place=place, hint=hint)
    elif name.what not in kinds:
        wanted = " or ".join(kind.value for kind in What if kind in kinds and kind is not What.FOUND)
        yield Problem("name", f"'{text}' is {name.what.value}; {wanted} is needed here", place=place)
    elif name.ready > by:
        yield _too_early(name, place)


def _too_early(name: Name, place: Place) -> Problem:
    when = "is not there before" if name.what is What.RESOURCE else "can be used only after"
    moment = f"{when} step {name.since}" if name.since else "is not there yet when resources are discovered"
    return Problem("forward", f"'{name.name}' {moment}", place=place)


def _look_ups(ground: Ground, tree: Tree, by: int, free: Collection[str]) -> Iterator[Problem]:
    for text, place in texts(tree):
        try:
            looks = list(found(text))
        except Problem as problem:
            yield problem.at(place)
            continue
        for look in looks:
            if look.name not in free or look.attribute:
                yield from _look_up(ground, look, place, by)


def texts(tree: Tree) -> Iterator[tuple[str, Place]]:
    """Return every text of a tree that holds a look-up, keys too, with its place."""
    if isinstance(tree.value, str):
        if "{{" in tree.value:
            yield tree.value, tree.place
    elif isinstance(tree.value, dict):
        for key, part in tree.value.items():
            if "{{" in key:
                yield key, part.key
            yield from texts(part)
    elif isinstance(tree.value, tuple):
        for part in tree.value:
            yield from texts(part)


def _look_up(ground: Ground, look: LookUp, place: Place, by: int) -> Iterator[Problem]:
    if look.name == _KNOWN:
        if not look.attribute:
            message, hint = "'{{ known }}' has to name a value", "such as {{ known.patient }}"
            yield Problem("look-up", message, place=place, hint=hint)
        return
    if look.name in _ELSEWHERE:
        yield Problem("look-up", _ELSEWHERE[look.name], place=place)
        return
    name = ground.names.get(look.name)
    if name is None:
        hint = did_you_mean(look.name, [*ground.names, *_ALWAYS])
        yield Problem("look-up", f"'{{{{ {look} }}}}' finds nothing of that name", place=place, hint=hint)
        return
    yield from _known(ground, look.name, place, by, _RESOURCES | {What.KEPT})
    if name.times > 1:
        yield _several(name, place)
    if look.attribute and (name.what is What.KEPT or look.attribute not in ATTRIBUTES):
        hint = (
            did_you_mean(look.attribute, ATTRIBUTES) if name.what in _RESOURCES else "a kept value is a text"
        )
        message = f"'{{{{ {look} }}}}': {name.what.value} has no attribute '{look.attribute}'"
        yield Problem("look-up", message, place=place, hint=hint or f"attributes are {', '.join(ATTRIBUTES)}")
