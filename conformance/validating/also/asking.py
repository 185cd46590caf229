"""The resources that others are asked about, and what is put to each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from conformance import jsontext
from conformance.validating.also.comparing import Comparison, places
from conformance.validating.also.opinion import Opinion, Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from conformance.profiles import Issue
    from conformance.validating.judging import Court, Judged
    from conformance.validating.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One resource to ask about, kept as a file; `profile` is one that was asked for, if it is put to it."""

    path: Path
    type: str
    profile: str = ""


class Validator(Protocol):
    """Somebody who judges resources; the answers come in the order of the questions."""

    @property
    def name(self) -> str:
        """Return what a reader calls this validator."""

    def opinions(self, questions: Sequence[Question]) -> Iterator[Opinion]:
        """Yield what is said of each resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A resource of a file and what we found; no question where the file could not be read."""

    file: str
    line: int
    said: tuple[Said, ...]
    question: Question | None


@dataclass(frozen=True, slots=True)
class Hearing:
    """Keeps what is judged, in a folder, until others are asked about it."""

    folder: Path
    court: Court
    validators: tuple[Validator, ...]
    _kept: list[_Kept] = field(default_factory=list)

    def listening(self, judged: Iterable[Judged]) -> Iterator[Judged]:
        """Yield what is judged as it comes, and keep it; of a Bundle, all at its end."""
        source: Source | None = None
        found: list[Issue] = []
        for each in judged:
            if source is not None and each.source is not source:
                self._keep(source, found)
                found = []
            source = each.source
            found += each.issues
            yield each
        if source is not None:
            self._keep(source, found)

    def comparisons(self) -> Iterator[Comparison]:
        """Yield each resource beside what each validator says of it."""
        questions = [kept.question for kept in self._kept if kept.question is not None]
        for validator in self.validators:
            answers = validator.opinions(questions)
            for kept in self._kept:
                yield _compared(kept, validator.name, next(answers) if kept.question else _UNREAD)

    def _keep(self, source: Source, issues: Sequence[Issue]) -> None:
        question = None if source.problem is not None else self._question(source)
        said = tuple(map(_said, issues))
        self._kept.append(_Kept(file=source.file, line=source.line, said=said, question=question))

    def _question(self, source: Source) -> Question:
        value, profile = self.court.put(source.value)
        path = self.folder / f"{len(self._kept):06}.json"
        path.write_text(jsontext.dumps(value), encoding="utf-8")
        type_ = value.get("resourceType") if isinstance(value, dict) else None
        return Question(path=path, type=type_ if isinstance(type_, str) else "", profile=profile)


# What is amiss with a member as such is said of its owner, and begins with the member's name.
_MEMBER = re.compile(r"'(\w+)' ")
_UNREAD = Opinion(why_not="the file could not be read as a resource", asked=False)


def _said(issue: Issue) -> Said:
    named = _MEMBER.match(issue.message)
    member = named[1] if named else ""
    return Said(severity=issue.severity, at=issue.at, message=issue.message, member=member)


def _compared(kept: _Kept, also: str, opinion: Opinion) -> Comparison:
    compared = Comparison(
        file=kept.file, line=kept.line, also=also, why_not=opinion.why_not, asked=opinion.asked
    )
    if opinion.why_not or kept.question is None:
        return compared
    value = jsontext.loads(kept.question.path.read_text(encoding="utf-8"))
    return replace(compared, places=places(value, kept.said, opinion.findings))
