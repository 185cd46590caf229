"""Requests and answers as attachments: each a text of its own, redacted as it was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allure_commons.model2 import ATTACHMENT_PATTERN, Attachment
from allure_commons.types import AttachmentType

from conformance.render.detail import Message, talk
from conformance.render.text import visible_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TEXT = AttachmentType.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """One side of an exchange: what it is called, the file that holds it, and its text."""

    title: str
    filename: str
    text: str


def messages(exchange: Mapping[str, Any], limit: int) -> Iterator[Attached]:
    """Give the request and every answer to it, each body cut to a limit."""
    told = talk(exchange, limit)
    sides = [("Request", f"{told.method} {told.url}", told.request)]
    sides += [(title, title, answer) for title, answer in told.answers]
    for number, (title, first, message) in enumerate(sides):
        # One file for one place: of a file that is named twice, Allure 3 shows one place alone.
        name = ATTACHMENT_PATTERN.format(prefix=f"exchange-{told.seq}-{number}", ext=_TEXT.extension)
        yield Attached(title=title, filename=name, text=_lines(first, message))


def attachments(exchange: Mapping[str, Any], limit: int) -> list[Attachment]:
    """Return how a step names its request and the answers to it."""
    told = messages(exchange, limit)
    return [Attachment(name=each.title, source=each.filename, type=_TEXT.mime_type) for each in told]


def _lines(first: str, message: Message) -> str:
    head = [first, *(f"{name}: {text}" for name, text in message.headers)]
    body = message.body
    tail = ["", *(line for line in (body.text, body.note) if line)] if body else []
    return visible_lines("\n".join([*head, *tail])) + "\n"
