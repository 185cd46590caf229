"""Requests and answers as attachments: each a text of its own, redacted as it was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allure_commons.model2 import ATTACHMENT_PATTERN, Attachment
from allure_commons.types import AttachmentType

from conformance.render.evidence import Message, talk
from conformance.render.text import visible_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TEXT = AttachmentType.TEXT
# So many characters of a body are attached; run.jsonl has the whole.
_LONGEST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """One side of an exchange: what it is called, the file that holds it, and its text."""

    title: str
    filename: str
    text: str


def messages(exchange: Mapping[str, Any]) -> Iterator[Attached]:
    """Give the request and every answer to it, each body as long as a reader bears."""
    told = talk(exchange, _LONGEST, {})
    for number, message in enumerate(told.messages):
        first = message.title if number else f"{told.method} {told.url}"
        # One file for one place: of a file that is named twice, Allure 3 shows one place alone.
        name = ATTACHMENT_PATTERN.format(prefix=f"exchange-{told.seq}-{number}", ext=_TEXT.extension)
        yield Attached(title=message.title, filename=name, text=_lines(first, message))


def attachments(exchange: Mapping[str, Any]) -> list[Attachment]:
    """Return how a step names its request and the answers to it."""
    told = messages(exchange)
    return [Attachment(name=each.title, source=each.filename, type=_TEXT.mime_type) for each in told]


def _lines(first: str, message: Message) -> str:
    head = [first, *([message.headers] if message.headers else [])]
    body = message.body
    tail = ["", *(line for line in (body.text, body.note) if line)] if body else []
    return visible_lines("\n".join([*head, *tail])) + "\n"
