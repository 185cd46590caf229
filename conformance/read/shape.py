"""Judges a tree by a piece of JSON Schema, and says what is amiss in the words of a scenario's author."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from conformance.problem import Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.model import Json
    from conformance.yamlfile import Tree

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (tuple,),
    "string": (str,),
    "integer": (int,),
    "number": (int, Decimal),
    "boolean": (bool,),
    "null": (type(None),),
}
_WORDS: Mapping[str, str] = {
    "object": "a map",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_ANNOTATIONS = frozenset({"title", "description", "examples", "default", "$comment"})
_LONGEST = 60


def complaints(tree: Tree, schema: Json, what: str) -> Iterator[Problem]:
    """Return what keeps a tree from having a shape; `what` names the thing in messages."""
    if isinstance(schema, bool):
        if not schema:
            yield Problem("shape", f"{what} has no place here", place=tree.place)
        return
    if "type" in schema and not _is(tree.value, schema["type"]):
        yield _wrong(tree, schema, what)
        return
    for key, rule in schema.items():
        if key in _RULES:
            yield from _RULES[key](tree, rule, schema, what)
        elif key not in _ANNOTATIONS and key not in _READ_ELSEWHERE:
            raise Problem("schema", f"the schema of {what} has '{key}', which is not understood")


def _is(value: Json, types: str | list[str]) -> bool:
    names = [types] if isinstance(types, str) else types
    return any(
        isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))
        for name in names
    )


def shown(tree: Tree) -> str:
    """Return a short picture of a value for messages."""
    if isinstance(tree.value, (dict, tuple)):
        return _WORDS["object" if isinstance(tree.value, dict) else "array"]
    if isinstance(tree.value, str):
        text = tree.value if len(tree.value) <= _LONGEST else f"{tree.value[:_LONGEST]}…"
        return f"'{text}'"
    return _spelt(tree.value)


def described(schema: Json) -> str:
    """Return a shape in a few words."""
    for key, word in _WORDING.items():
        if isinstance(schema, dict) and key in schema:
            return word(schema)
    return "something else"


def _branches(schema: Json) -> str:
    return " or ".join(dict.fromkeys(described(part) for part in schema["anyOf"]))


def _types(schema: Json) -> str:
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    return " or ".join(_WORDS[name] for name in types) + _bounds(schema)


def _bounds(schema: Json) -> str:
    bounds = [
        f" {word} {schema[key]}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in schema
    ]
    return "".join(bounds)


def _spelt(value: Json) -> str:
    words = {"True": "true", "False": "false", "None": "null"}
    return words.get(str(value), str(value))


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"one of {', '.join(words)}"


# The first keyword that a schema has says most about it.
_WORDING: Mapping[str, Callable[[Json], str]] = {
    "title": lambda schema: str(schema["title"]),
    "enum": lambda schema: _listed([str(word) for word in schema["enum"]]),
    "const": lambda schema: _spelt(schema["const"]),
    "anyOf": _branches,
    "pattern": lambda schema: f"a text that fits {schema['pattern']}",
    "required": lambda schema: f"a map with {' and '.join(schema['required'])}",
    "type": _types,
}


def _wrong(tree: Tree, schema: Json, what: str) -> Problem:
    hint = ""
    if isinstance(schema, dict) and "enum" in schema and isinstance(tree.value, str):
        hint = did_you_mean(tree.value, map(str, schema["enum"]))
    return Problem(
        "shape", f"{what} takes {described(schema)}; actual: {shown(tree)}", place=tree.place, hint=hint
    )


def _enum(tree: Tree, rule: Json, schema: Json, what: str) -> Iterator[Problem]:
    if tree.json not in rule:
        yield _wrong(tree, schema, what)


def _const(tree: Tree, rule: Json, schema: Json, what: str) -> Iterator[Problem]:
    if tree.json != rule or isinstance(tree.json, bool) != isinstance(rule, bool):
        yield _wrong(tree, schema, what)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _pattern(tree: Tree, rule: Json, schema: Json, what: str) -> Iterator[Problem]:
    if isinstance(tree.value, str) and not _compiled(rule).search(tree.value):
        yield _wrong(tree, schema, what)


def _at_least(size: Callable[[Json], Json | None]) -> Callable[..., Iterator[Problem]]:
    def rule(tree: Tree, least: Json, schema: Json, what: str) -> Iterator[Problem]:
        number = size(tree.value)
        if number is not None and number < least:
            empty = number == 0 and isinstance(tree.value, (str, tuple, dict))
            yield _empty(tree, schema, what) if empty else _wrong(tree, schema, what)

    return rule


def _at_most(size: Callable[[Json], Json | None]) -> Callable[..., Iterator[Problem]]:
    def rule(tree: Tree, most: Json, schema: Json, what: str) -> Iterator[Problem]:
        number = size(tree.value)
        if number is not None and number > most:
            yield _wrong(tree, schema, what)

    return rule


def _empty(tree: Tree, schema: Json, what: str) -> Problem:
    return Problem("shape", f"{what} is empty; it takes {described(schema)}", place=tree.place)


def _itself(value: Json) -> Json | None:
    return value if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None


def _length_of(*types: type[str | tuple[Tree, ...] | dict[str, Tree]]) -> Callable[[Json], int | None]:
    def length(value: Json) -> int | None:
        return len(value) if isinstance(value, types) else None

    return length


def _unique(tree: Tree, rule: Json, _schema: Json, what: str) -> Iterator[Problem]:
    if not rule or not isinstance(tree.value, tuple):
        return
    seen: list[Json] = []
    for part in tree.value:
        if part.json in seen:
            yield Problem("shape", f"{what} has {shown(part)} twice", place=part.place)
        seen.append(part.json)


def _items(tree: Tree, rule: Json, _schema: Json, what: str) -> Iterator[Problem]:
    if isinstance(tree.value, tuple):
        for part in tree.value:
            yield from complaints(part, rule, f"an entry of {what}")


def _required(tree: Tree, rule: Json, _schema: Json, what: str) -> Iterator[Problem]:
    if isinstance(tree.value, dict):
        for key in rule:
            if key not in tree.value:
                yield Problem("missing-key", f"{what} needs '{key}'", place=tree.place)


def _property_names(tree: Tree, rule: Json, _schema: Json, what: str) -> Iterator[Problem]:
    if isinstance(tree.value, dict):
        for key, part in tree.value.items():
            yield from complaints(_as_text(key, part), rule, f"a key of {what}")


def _as_text(key: str, part: Tree) -> Tree:
    return type(part)(key, part.key)


def _additional(tree: Tree, rule: Json, schema: Json, what: str) -> Iterator[Problem]:
    if not isinstance(tree.value, dict):
        return
    known = schema.get("properties", {})
    for key, part in tree.value.items():
        if key in known:
            continue
        if rule is False:
            yield unknown(key, part, known, what)
        else:
            yield from complaints(part, rule, f"'{key}'")


def unknown(key: str, part: Tree, known: Mapping[str, Json], what: str) -> Problem:
    """Return the complaint about a key that nobody knows."""
    hint = did_you_mean(key, known) or f"{what} takes {', '.join(known)}"
    return Problem("unknown-key", f"unknown key '{key}' in {what}", place=part.key, hint=hint)


def _properties(tree: Tree, rule: Json, _schema: Json, what: str) -> Iterator[Problem]:
    if isinstance(tree.value, dict):
        for key, part in tree.value.items():
            if key in rule:
                yield from complaints(part, rule[key], f"'{key}'" if what else key)


def _any_of(tree: Tree, rule: Json, schema: Json, what: str) -> Iterator[Problem]:
    """Report the branch of the value's own type, so that the real fault is named."""
    named = {"title": schema["title"]} if "title" in schema else {}
    tried = [(branch, list(complaints(tree, named | branch, what))) for branch in rule]
    if all(found for _branch, found in tried):
        own = [found for branch, found in tried if "type" in branch and _is(tree.value, branch["type"])]
        yield from own[0] if len(own) == 1 else [_wrong(tree, schema, what)]


def _all_of(tree: Tree, rule: Json, _schema: Json, what: str) -> Iterator[Problem]:
    for branch in rule:
        yield from complaints(tree, branch, what)


def _if(tree: Tree, rule: Json, schema: Json, what: str) -> Iterator[Problem]:
    branch = "else" if any(complaints(tree, rule, what)) else "then"
    if branch in schema:
        yield from complaints(tree, schema[branch], what)


_RULES: Mapping[str, Callable[[Tree, Json, Json, str], Iterator[Problem]]] = {
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "minimum": _at_least(_itself),
    "maximum": _at_most(_itself),
    "minLength": _at_least(_length_of(str)),
    "maxLength": _at_most(_length_of(str)),
    "minItems": _at_least(_length_of(tuple)),
    "maxItems": _at_most(_length_of(tuple)),
    "minProperties": _at_least(_length_of(dict)),
    "maxProperties": _at_most(_length_of(dict)),
    "uniqueItems": _unique,
    "items": _items,
    "required": _required,
    "propertyNames": _property_names,
    "properties": _properties,
    "additionalProperties": _additional,
    "anyOf": _any_of,
    "allOf": _all_of,
    "if": _if,
}
_READ_ELSEWHERE = frozenset({"type", "then", "else"})
