"""Judges the structure of a scenario: keys, shapes, one verb a step, one kind a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.problem import Problem, did_you_mean
from conformance.read import language, topkeys
from conformance.read.shape import complaints, shown, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.checks.scene import Kind
    from conformance.model import Json
    from conformance.yamlfile import Tree

_TOP = language.record(topkeys.TOP, *topkeys.TOP_REQUIRED, title="a map of the scenario's keys")


def scenario(tree: Tree, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    """Return every fault in the structure of a scenario whose `cases` are unfolded."""
    yield from complaints(tree, _TOP, "the scenario")
    steps = tree.child("steps")
    if steps is not None and isinstance(steps.value, tuple):
        for number, step in enumerate(steps.value, 1):
            yield from _step(step, f"step {number}", kinds, entry=False)


def _step(tree: Tree, what: str, kinds: Mapping[str, Kind], *, entry: bool) -> Iterator[Problem]:
    if not isinstance(tree.value, dict):
        yield Problem("shape", f"{what} takes a map with one verb; actual: {shown(tree)}", place=tree.place)
        return
    verbs = [key for key in tree.value if key in language.VERBS]
    if len(verbs) == 1:
        yield from _beside(tree, verbs[0], what, kinds, entry=entry)
    else:
        yield _not_one_verb(tree, verbs, what)


def _not_one_verb(tree: Tree, verbs: list[str], what: str) -> Problem:
    if verbs:
        message = f"{what} has {len(verbs)} verbs: {', '.join(verbs)}"
        return Problem("verb", message, place=tree.value[verbs[1]].key, hint="one verb a step")
    for key, part in tree.value.items():
        if key not in language.STEP_KEYS:
            hint = did_you_mean(key, language.VERBS) or f"the verbs are {', '.join(language.VERBS)}"
            return Problem("verb", f"unknown verb '{key}' in {what}", place=part.key, hint=hint)
    hint = f"the verbs are {', '.join(language.VERBS)}"
    return Problem("verb", f"{what} has no verb", place=tree.place, hint=hint)


def _beside(tree: Tree, verb: str, what: str, kinds: Mapping[str, Kind], *, entry: bool) -> Iterator[Problem]:
    rule = language.VERBS[verb]
    subject = tree.value[verb]
    what = f"{what} '{verb}'"
    if entry and not rule.entry:
        yield Problem("verb", f"{what} has no place in a transaction or batch", place=subject.key)
        return
    yield from complaints(subject, rule.subject, f"'{verb}'")
    if verb in {"transaction", "batch"} and isinstance(subject.value, tuple):
        for number, part in enumerate(subject.value, 1):
            yield from _step(part, f"{what}, entry {number}", kinds, entry=True)
    yield from _keys(tree, verb, rule.entry_keys if entry else rule.keys, what)
    yield from (
        Problem("missing-key", f"{what} needs '{key}'", place=tree.place)
        for key in rule.required
        if key not in tree.value
    )
    yield from _checks(tree.child("expect"), kinds)


def _keys(tree: Tree, verb: str, allowed: tuple[str, ...], what: str) -> Iterator[Problem]:
    for key, part in tree.value.items():
        if key == verb:
            continue
        if key in allowed:
            yield from complaints(part, language.STEP_KEYS[key], f"'{key}'")
        elif key in language.STEP_KEYS:
            verbs = [name for name, rule in language.VERBS.items() if key in rule.keys]
            hint = (
                f"it takes {', '.join(allowed)}"
                if verb in verbs
                else f"'{key}' stands beside {', '.join(verbs)}"
            )
            yield Problem("unknown-key", f"'{key}' has no place in {what}", place=part.key, hint=hint)
        else:
            yield unknown(key, part, dict.fromkeys(allowed), what)


def _checks(expect: Tree | None, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    if expect is not None and isinstance(expect.value, tuple):
        for tree in expect.value:
            yield from check(tree, kinds)


def check(tree: Tree, kinds: Mapping[str, Kind]) -> Iterator[Problem]:
    """Return every fault in the structure of one check."""
    if not isinstance(tree.value, dict):
        yield Problem("shape", f"a check takes a map with one kind; actual: {shown(tree)}", place=tree.place)
        return
    named = [key for key in tree.value if key in kinds]
    if len(named) == 1:
        yield from _beside_kind(tree, kinds[named[0]])
    else:
        yield _not_one_kind(tree, named, kinds)


def _not_one_kind(tree: Tree, named: list[str], kinds: Mapping[str, Kind]) -> Problem:
    if named:
        message = f"a check has {len(named)} kinds: {', '.join(named)}"
        return Problem("kind", message, place=tree.value[named[1]].key, hint="one kind a check")
    beside = {*language.CHECK_KEYS, *(key for kind in kinds.values() for key in kind.beside)}
    for key, part in tree.value.items():
        if key not in beside:
            hint = did_you_mean(key, kinds) or f"the kinds are {', '.join(kinds)}"
            return Problem("kind", f"unknown kind of check '{key}'", place=part.key, hint=hint)
    hint = f"the kinds are {', '.join(kinds)}"
    return Problem("kind", "a check names no kind", place=tree.place, hint=hint)


def _beside_kind(tree: Tree, kind: Kind) -> Iterator[Problem]:
    known = known_keys(kind)
    for key, part in tree.value.items():
        if key == kind.name:
            yield from complaints(part, kind.schema, f"'{key}'")
        elif key in known:
            yield from complaints(part, known[key], f"'{key}'")
        else:
            yield unknown(key, part, {kind.name: None, **known}, f"a check '{kind.name}'")


def known_keys(kind: Kind) -> Mapping[str, Json]:
    """Return the keys that may stand beside a kind, each with its shape."""
    return {**kind.beside, **language.CHECK_KEYS}
