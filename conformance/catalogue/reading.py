"""Reads one catalogue file strictly: texts only, known keys only, each complaint with its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

import yaml

from conformance.model import Evidence, Gate, Level, Party, Requirement, State
from conformance.problem import Place, Problem, Problems, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Word = TypeVar("Word", bound=StrEnum)

# The pure Python loader gives the same nodes, only slower, where PyYAML was built without libyaml.
LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

REQUIRED = ("statement", "level", "evidence", "gate", "binds", "source", "state")
OPTIONAL = ("when", "reason", "hint")
FILE_KEYS = ("spec", "base", "requirements")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A requirement and where it stands."""

    requirement: Requirement
    place: Place


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a mapping: its value and where that stands."""

    value: yaml.Node
    place: Place


def read(file: Path) -> tuple[Entry, ...]:
    """Return the requirements of one file, or all complaints about it."""
    top = _fields(_compose(file), str(file))
    _known(top, FILE_KEYS)
    spec, rows = (_needed(top, key, Place(str(file), 1)) for key in ("spec", "requirements"))
    base = _text(top["base"], "base") if "base" in top else ""
    problems: list[Problem] = []
    entries = []
    for id_, row in _fields(rows.value, str(file)).items():
        try:
            entries.append(_entry(id_, row, _text(spec, "spec"), base))
        except Problem as problem:
            problems.append(problem)
    if problems:
        raise Problems(problems)
    return tuple(entries)


def _compose(file: Path) -> yaml.Node:
    try:
        node: yaml.Node | None = yaml.compose(file.read_text(encoding="utf-8"), LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(str(file), mark.line + 1, mark.column + 1) if mark else Place(str(file))
        raise Problem("catalogue-yaml", error.problem or "this is not YAML", place=place) from None
    if node is None:
        raise Problem("catalogue-empty", "the catalogue file is empty", place=Place(str(file)))
    return node


def _fields(node: yaml.Node, file: str) -> dict[str, Field]:
    place = _place(node, file)
    if not isinstance(node, yaml.MappingNode):
        raise Problem("catalogue-type", "a mapping is expected here", place=place)
    fields: dict[str, Field] = {}
    for key, value in node.value:
        field = Field(value, _place(key, file))
        name = _text(Field(key, field.place), "key")
        if name in fields:
            first = fields[name].place
            raise Problem("catalogue-twice", f"'{name}' already stands at {first}", place=field.place)
        fields[name] = field
    return fields


def _place(node: yaml.Node, file: str) -> Place:
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _text(field: Field, name: str) -> str:
    node = field.value
    if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str":
        return " ".join(node.value.split())
    raise Problem("catalogue-type", f"'{name}' is a text; quote it", place=field.place)


def _needed(fields: Mapping[str, Field], name: str, place: Place) -> Field:
    if name in fields:
        return fields[name]
    raise Problem("catalogue-missing", f"'{name}' is missing", place=place)


def _known(fields: Mapping[str, Field], names: tuple[str, ...]) -> None:
    for name, field in fields.items():
        if name not in names:
            hint = did_you_mean(name, names)
            raise Problem("catalogue-key", f"unknown key '{name}'", place=field.place, hint=hint)


def _entry(id_: str, row: Field, spec: str, base: str) -> Entry:
    fields = _fields(row.value, row.place.file)
    _known(fields, (*REQUIRED, *OPTIONAL))
    needed = {name: _needed(fields, name, row.place) for name in REQUIRED}
    requirement = Requirement(
        id=id_,
        spec=spec,
        statement=_text(needed["statement"], "statement"),
        level=_word(needed["level"], "level", Level),
        evidence=_word(needed["evidence"], "evidence", Evidence),
        gate=_word(needed["gate"], "gate", Gate),
        binds=_word(needed["binds"], "binds", Party),
        source=_source(needed["source"], base),
        state=_word(needed["state"], "state", State),
        **{name: _text(fields[name], name) for name in OPTIONAL if name in fields},
    )
    _consistent(requirement, row.place)
    return Entry(requirement=requirement, place=row.place)


def _word(field: Field, name: str, kind: type[Word]) -> Word:
    text = _text(field, name)
    if text in list(kind):
        return kind(text)
    choice = ", ".join(kind)
    raise Problem("catalogue-word", f"{name} '{text}' is none of: {choice}", place=field.place)


def _source(field: Field, base: str) -> str:
    text = _text(field, "source")
    url = text if text.startswith(("http://", "https://")) else base + text
    if url.startswith(("http://", "https://")):
        return url
    raise Problem(
        "catalogue-source", f"source '{text}' is no URL, and the file has no base", place=field.place
    )


def _consistent(requirement: Requirement, place: Place) -> None:
    # An exclusion without a reason would hide a rule instead of accounting for it.
    if (requirement.state is State.EXCLUDED) != bool(requirement.reason):
        message = f"{requirement.id}: a reason stands where the state is 'excluded', and only there"
        raise Problem("catalogue-reason", message, place=place)
