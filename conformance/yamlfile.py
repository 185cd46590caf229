"""YAML as strict as JSON: its types, no key twice, no anchors or tags, and every part knows its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from conformance.problem import NOWHERE, Place, Problem
from conformance.yamlmessages import broken, unquoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from conformance.model import Json

LARGEST = 1_000_000
DEEPEST = 60

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS: Mapping[str, Json] = {"": None, "null": None, "true": True, "false": False}
# What other YAML readers take for something else than text: a person has to say which is meant.
_DOUBTFUL: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?|[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(\..*)?"),
        "is a bare date or time",
        'quote it: "{0}"',
    ),
    (
        re.compile(r"(?i:yes|no|on|off|true|false)"),
        "is neither true nor false",
        "write true or false, or quote it",
    ),
    (re.compile(r"~|(?i:null)"), "is another YAML's null", "write null, or quote it"),
    (
        re.compile(r"\+[0-9.]+|[-+]?\.[0-9]+|-?[0-9]+\.|[-+]?\.(?i:inf|nan)"),
        "is no JSON number",
        "write it as JSON does, such as 0.5, or quote it",
    ),
)
_COLON = re.compile(r"\s*:")


def text_of(file: Path, what: str = "the file") -> str:
    """Return what a YAML file holds; raises Problem where it cannot be read, or has no end."""
    place = Place(str(file))
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except OSError as error:
        raise Problem("unreadable", f"{what} cannot be read: {error.strerror}", place=place) from None
    if len(data) > LARGEST:
        raise Problem("unreadable", f"{what} cannot be read: it is larger than {LARGEST} bytes", place=place)
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Problem("unreadable", f"{what} cannot be read: it is not UTF-8", place=place) from None


@dataclass(frozen=True, slots=True)
class Tree:
    """A JSON value in which every part has its place; `key` is where its key stands, if it has one."""

    value: Any  # str, int, Decimal, bool, None, tuple[Tree, ...] or dict[str, Tree]
    place: Place
    key: Place = NOWHERE

    @property
    def json(self) -> Json:
        """Return the plain JSON value."""
        if isinstance(self.value, dict):
            return {name: part.json for name, part in self.value.items()}
        if isinstance(self.value, tuple):
            return [part.json for part in self.value]
        return self.value

    def at(self, *path: str | int) -> Place:
        """Return the place of the part (of its key, where it has one) that stands nearest to this path."""
        found = self.find(*path)
        return found.key if found.key.line else found.place

    def find(self, *path: str | int) -> Tree:
        """Return the part that stands nearest to this path."""
        part = self
        for step in path:
            below = part.child(step)
            if below is None:
                return part
            part = below
        return part

    def child(self, step: str | int) -> Tree | None:
        """Return the part under a key or an index, if there is one."""
        if isinstance(self.value, dict) and isinstance(step, str):
            return self.value.get(step)
        if isinstance(self.value, tuple) and isinstance(step, int) and step < len(self.value):
            found: Tree = self.value[step]
            return found
        return None


def load(text: str, file: str) -> Tree:
    """Return the one YAML document of a text; raises Problem with its place for anything JSON has not."""
    text = text.removeprefix("\ufeff")
    _bounded(text, file)
    builder = _Builder(text, file)
    try:
        for event in yaml.parse(text, Loader=_PARSER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise broken(error, text, file) from None
    if builder.root is None:
        raise Problem("yaml", "the file is empty", place=Place(file))
    return builder.root


def _bounded(text: str, file: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise Problem("yaml", "the text is not Unicode", place=Place(file)) from None
    if size > LARGEST:
        raise Problem("yaml", f"the file has {size} bytes; at most {LARGEST} are read", place=Place(file))


@dataclass(slots=True)
class _Frame:
    """A map or list that is being read; `name` is the key that waits for its value."""

    mapping: bool
    flow: bool
    place: Place
    members: dict[str, Tree] = field(default_factory=dict)
    items: list[Tree] = field(default_factory=list)
    name: str | None = None
    key: Place = NOWHERE

    @property
    def step(self) -> str:
        if not self.mapping:
            return f"[{len(self.items) + 1}]"
        return f".{self.name}" if self.name else ""

    def add(self, value: Any, place: Place) -> None:
        if self.name is None:
            self.items.append(Tree(value, place))
        else:
            self.members[self.name] = Tree(value, place, self.key)
        self.name = None

    def whole(self) -> dict[str, Tree] | tuple[Tree, ...]:
        return self.members if self.mapping else tuple(self.items)


@dataclass(slots=True)
class _Builder:
    """Builds the tree from the parser's events."""

    text: str
    file: str
    root: Tree | None = None
    documents: int = 0
    stack: list[_Frame] = field(default_factory=list)

    def take(self, event: Any) -> None:
        """Take one event of the parser."""
        handle = _HANDLERS.get(type(event))
        if handle:
            handle(self, event)

    def place(self, mark: Any) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)

    def refuse(self, event: Any, message: str, hint: str = "") -> Problem:
        return Problem("yaml", f"{self.path()}{message}", place=self.place(event.start_mark), hint=hint)

    def path(self) -> str:
        steps = (
            f".{f.name}" if f.mapping else f"[{len(f.items) + 1}]"
            for f in self.stack
            if f.name or not f.mapping
        )
        path = "".join(steps).removeprefix(".")
        return f"{path}: " if path else ""

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self.refuse(event, "a second document in one file", "one scenario a file")

    def alias(self, event: Any) -> None:
        hint = "write it out, or quote a text that begins with '*'"
        raise self.refuse(event, f"the alias '*{event.anchor}' has no place here", hint)

    def plain(self, event: Any) -> None:
        """Refuse what JSON has not: anchors and tags."""
        if event.anchor:
            raise self.refuse(
                event, f"the anchor '&{event.anchor}' has no place here", "quote a text that begins with '&'"
            )
        if event.tag:
            raise self.refuse(
                event, f"the tag '{event.tag}' has no place here", "quote a text that begins with '!'"
            )

    def scalar(self, event: Any) -> None:
        self.plain(event)
        if self.awaits_key():
            self.name_key(event)
        else:
            value = self.typed(event) if not event.style else event.value
            self.put(value, self.place(event.start_mark))

    def typed(self, event: Any) -> Json:
        text: str = event.value
        if text in _WORDS:
            return _WORDS[text]
        if _NUMBER.fullmatch(text):
            return int(text) if _INTEGER.fullmatch(text) and len(text) < 4000 else Decimal(text)  # noqa: PLR2004
        for pattern, message, hint in _DOUBTFUL:
            if pattern.fullmatch(text):
                raise self.refuse(event, f"'{text}' {message}", hint.format(text))
        return text

    def awaits_key(self) -> bool:
        return bool(self.stack) and self.stack[-1].mapping and self.stack[-1].name is None

    def name_key(self, event: Any) -> None:
        frame = self.stack[-1]
        name: str = event.value
        if name == "<<" and not event.style:
            raise self.refuse(event, "maps are not merged here", "write the keys out")
        if name in frame.members:
            first = frame.members[name].key.line
            raise self.refuse(event, f"'{name}' stands twice (first in line {first})")
        if frame.flow and not _COLON.match(self.text, event.end_mark.index):
            raise self.comma(event, frame)
        frame.name, frame.key = name, self.place(event.start_mark)

    def comma(self, event: Any, frame: _Frame) -> Problem:
        """Say what became of a text with an unquoted comma: its end was read as a key without value."""
        name, before = list(frame.members.items())[-1] if frame.members else ("key", None)
        text = before.value if before and isinstance(before.value, str) else "one text"
        whole = f'{{{name}: "{text}, {event.value}"}}'
        hint = f"an unquoted comma ends a value inside {{ }}; quote the text:  {whole}"
        return self.refuse(event, f"'{event.value}' is a key without a value", hint)

    def open(self, event: Any) -> None:
        mapping = isinstance(event, yaml.MappingStartEvent)
        if self.awaits_key():
            raise self.odd_key(event)
        self.plain(event)
        if len(self.stack) >= DEEPEST:
            raise self.refuse(event, f"nested deeper than {DEEPEST} levels")
        self.stack.append(_Frame(mapping, bool(event.flow_style), self.place(event.start_mark)))

    def odd_key(self, event: Any) -> Problem:
        """Tell an unquoted look-up, which YAML reads as a map that is a key, from other odd keys."""
        start = event.start_mark.index
        for shift in (0, 1):
            if self.text.startswith("{{", max(start - shift, 0)):
                at = event.start_mark
                return unquoted(Place(self.file, at.line + 1, at.column + 1 - shift))
        return self.refuse(event, "a key must be a text")

    def close(self, _event: Any) -> None:
        frame = self.stack.pop()
        self.put(frame.whole(), frame.place)

    def put(self, value: Any, place: Place) -> None:
        if self.stack:
            self.stack[-1].add(value, place)
        else:
            self.root = Tree(value, place)


_HANDLERS: Mapping[type, Callable[[_Builder, Any], None]] = {
    yaml.DocumentStartEvent: _Builder.document,
    yaml.AliasEvent: _Builder.alias,
    yaml.ScalarEvent: _Builder.scalar,
    yaml.MappingStartEvent: _Builder.open,
    yaml.SequenceStartEvent: _Builder.open,
    yaml.MappingEndEvent: _Builder.close,
    yaml.SequenceEndEvent: _Builder.close,
}
