"""Requests and answers as attachments: each a text of its own, redacted as it was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from allure_commons.model2 import ATTACHMENT_PATTERN, Attachment
from allure_commons.types import AttachmentType

from conformance.render.detail import Message, talk
from conformance.render.text import visible_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """One side of an exchange: what it is called, the file that holds it, and its text."""

    title: str
    filename: str
    text: str


def messages(exchange: Mapping[str, Any], limit: int) -> Iterator[Attached]:
    """Give the request and every answer to it, each body cut to a limit."""
    told = talk(exchange, limit)
    yield _attached("Request", _lines(f"{told.method} {told.url}", told.request))
    for title, answer in told.answers:
        yield _attached(title, _lines(title, answer))


def attachments(exchange: Mapping[str, Any], limit: int) -> list[Attachment]:
    """Return how a step names its request and the answers to it."""
    mime = AttachmentType.TEXT.mime_type
    return [
        Attachment(name=each.title, source=each.filename, type=mime) for each in messages(exchange, limit)
    ]


def _attached(title: str, text: str) -> Attached:
    # Named by what is in it: the same answer twice is one file.
    name = sha256(text.encode()).hexdigest()[:32]
    extension = AttachmentType.TEXT.extension
    return Attached(title=title, filename=ATTACHMENT_PATTERN.format(prefix=name, ext=extension), text=text)


def _lines(first: str, message: Message) -> str:
    head = [first, *(f"{name}: {text}" for name, text in message.headers)]
    body = message.body
    tail = ["", *(line for line in (body.text, body.note) if line)] if body else []
    return visible_lines("\n".join([*head, *tail])) + "\n"
