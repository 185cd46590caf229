"""Reads one catalogue file strictly: texts only, known keys only, each complaint with its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from conformance import yamlfile
from conformance.model import Evidence, Exclusion, Gate, Level, Party, Requirement, State
from conformance.problem import Place, Problem, Problems, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conformance.yamlfile import Tree

Word = TypeVar("Word", bound=StrEnum)

REQUIRED = ("statement", "level", "evidence", "gate", "binds", "source", "state")
TEXTS = ("when", "reason", "hint", "policy")
OPTIONAL = (*TEXTS, "excluded")
# What a vendor may require of a target, beyond what a specification asks of all.
POLICIES = ("label", "provenance")
FILE_REQUIRED = ("spec", "requirements")
FILE_OPTIONAL = ("base",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A requirement and where it stands."""

    requirement: Requirement
    place: Place


def read(file: Path) -> tuple[Entry, ...]:
    """Return the requirements of one file, or all complaints about it."""
    top = _members(yamlfile.load(yamlfile.text_of(file), str(file)), FILE_REQUIRED, FILE_OPTIONAL)
    spec = _text(top["spec"], "spec")
    base = _text(top["base"], "base") if "base" in top else ""
    problems: list[Problem] = []
    entries = []
    for id_, row in _mapping(top["requirements"]).items():
        try:
            entries.append(_entry(id_, row, spec, base))
        except Problem as problem:
            problems.append(problem)
    if problems:
        raise Problems(problems)
    return tuple(entries)


def _entry(id_: str, row: Tree, spec: str, base: str) -> Entry:
    fields = _members(row, REQUIRED, OPTIONAL)
    requirement = Requirement(
        id=id_,
        spec=spec,
        statement=_text(fields["statement"], "statement"),
        level=_word(fields["level"], "level", Level),
        evidence=_word(fields["evidence"], "evidence", Evidence),
        gate=_word(fields["gate"], "gate", Gate),
        binds=_word(fields["binds"], "binds", Party),
        source=_source(fields["source"], base),
        state=_word(fields["state"], "state", State),
        excluded=_word(fields["excluded"], "excluded", Exclusion) if "excluded" in fields else None,
        **{name: _text(fields[name], name) for name in TEXTS if name in fields},
    )
    _consistent(requirement, row.key)
    return Entry(requirement=requirement, place=row.key)


def _members(part: Tree, required: tuple[str, ...], optional: tuple[str, ...]) -> Mapping[str, Tree]:
    members = _mapping(part)
    for name, member in members.items():
        if name not in (*required, *optional):
            hint = did_you_mean(name, (*required, *optional))
            raise Problem("catalogue-key", f"unknown key '{name}'", place=member.key, hint=hint)
    for name in required:
        if name not in members:
            raise Problem("catalogue-missing", f"'{name}' is missing", place=_place(part))
    return members


def _mapping(part: Tree) -> Mapping[str, Tree]:
    if isinstance(part.value, dict):
        return part.value
    raise Problem("catalogue-type", "a mapping is expected here", place=_place(part))


def _place(part: Tree) -> Place:
    return part.key if part.key.line else part.place


def _text(part: Tree, name: str) -> str:
    if isinstance(part.value, str):
        return part.value
    raise Problem("catalogue-type", f"'{name}' is a text", place=_place(part), hint="quote it")


def _word(part: Tree, name: str, kind: type[Word]) -> Word:
    text = _text(part, name)
    if text in list(kind):
        return kind(text)
    message = f"{name} '{text}' is none of: {', '.join(kind)}"
    raise Problem("catalogue-word", message, place=part.place, hint=did_you_mean(text, kind))


def _source(part: Tree, base: str) -> str:
    text = _text(part, "source")
    url = text if text.startswith(("http://", "https://")) else base + text
    if url.startswith(("http://", "https://")):
        return url
    raise Problem(
        "catalogue-source", f"source '{text}' is no URL, and the file has no base", place=part.place
    )


def _consistent(requirement: Requirement, place: Place) -> None:
    # An exclusion without a reason would hide a rule instead of accounting for it.
    if (requirement.state is State.EXCLUDED) != bool(requirement.reason):
        message = f"{requirement.id}: a reason stands where the state is 'excluded', and only there"
        raise Problem("catalogue-reason", message, place=place)
    if (requirement.state is State.EXCLUDED) != bool(requirement.excluded):
        message = f"{requirement.id}: 'excluded' stands where the state is 'excluded', and only there"
        raise Problem("catalogue-excluded", message, place=place, hint=f"one of: {', '.join(Exclusion)}")
    if requirement.policy and requirement.policy not in POLICIES:
        message = f"{requirement.id}: policy '{requirement.policy}' is none of: {', '.join(POLICIES)}"
        raise Problem("catalogue-word", message, place=place)
