"""String parameters (R4 search.html#string): texts compared without regard to case and accents."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from conformance.search.answers import Verdict, any_of, choice, must, must_not
from conformance.search.shape import obj, objects
from conformance.search.spelling import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.model import Json
    from conformance.search.asked import Asked, Found

_TEXTS = frozenset({"string", "markdown", "code", "id", "System.String"})
_ILLEGAL = "the value has an illegal escape"
_LOOSE = "servers may match names, punctuation and parts of words more loosely"
_NAME = ("family", "given", "prefix", "suffix", "text")
_ADDRESS = ("line", "city", "district", "state", "country", "postalCode", "text")
# A part of a name or an address, where R4 lets servers match words in the middle.
_PART = re.compile(r"\.(?:name|address)(?:\[\d+\])?\.")

# Letters that have no combining mark to drop, but that a server may reduce all the same.
_LATIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th"})


def folded(text: str) -> str:
    """Return a text without case and combining marks."""
    apart = unicodedata.normalize("NFD", text)
    return "".join(char for char in apart if not unicodedata.combining(char)).lower()


def loose(text: str) -> str:
    """Return a folded text without punctuation and white space, its compatibility forms resolved."""
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(_LATIN)
    return "".join(char for char in apart.casefold() if char.isalnum())


def match(found: Found, item: str, asked: Asked) -> Verdict:  # noqa: ARG001 - one signature for all
    """Compare a text with the default rule: it equals the value or starts with it."""
    return _compared(found, item, str.startswith)


def contains(found: Found, item: str, asked: Asked) -> Verdict:  # noqa: ARG001 - one signature for all
    """Compare a text with `:contains`: the value stands anywhere in it."""
    return _compared(found, item, str.__contains__)


def exact(found: Found, item: str, asked: Asked) -> Verdict:  # noqa: ARG001 - one signature for all
    """Compare a text with `:exact`: the whole of it, with case and accents."""
    texts, value = texts_of(found), plain(item)
    if texts is None or value is None:
        return choice(_ILLEGAL if value is None else _no_text(found))
    if value in texts:
        return must()
    if _canonical(value) in {_canonical(text) for text in texts}:
        return choice("whether canonically equal code points match is the server's choice")
    return must_not()


def text(found: Found, item: str, asked: Asked) -> Verdict:  # noqa: ARG001 - one signature for all
    """Compare a token with `:text`: the texts that stand beside its codes."""
    texts, value = _beside(found), plain(item)
    if texts is None or value is None:
        return choice("':text' asks of concepts, codings and identifiers")
    verdict = any_of(_default(one, value, str.startswith) for one in texts)
    if verdict.answer is not must().answer and (_unnamed(found) or _share_a_word(texts, value)):
        return choice("how far ':text' searches beyond the start of a text is the server's choice")
    return verdict


def _compared(found: Found, item: str, holds: Callable[[str, str], bool]) -> Verdict:
    texts, value = texts_of(found), plain(item)
    if texts is None or value is None:
        return choice(_ILLEGAL if value is None else _no_text(found))
    if loose(value) == "":
        return choice("a value without letters or digits asks for nothing that R4 defines")
    verdict = any_of(_default(one, value, holds) for one in texts)
    if verdict == must_not() and _nameable(found) and _words_within(value, " ".join(texts)):
        return choice(_LOOSE)
    return verdict


def _default(stored: str, value: str, holds: Callable[[str, str], bool]) -> Verdict:
    if holds(folded(stored), folded(value)):
        return must()
    # R4: punctuation and extra white space should be ignored, but need not be.
    return choice(_LOOSE) if holds(loose(stored), loose(value)) else must_not()


def _words_within(value: str, stored: str) -> bool:
    """Tell whether every word of the value stands somewhere in the whole text, in any order."""
    words = [loose(word) for word in re.split(r"[\s\-,.'’]+", value)]  # noqa: RUF001 - an apostrophe of names
    return all(word in loose(stored) for word in words)


def _share_a_word(texts: list[str], value: str) -> bool:
    words = {loose(word) for word in value.split()}
    return any(word and word in loose(one) for word in words for one in texts)


def _nameable(found: Found) -> bool:
    return found.type in _PARTS or _PART.search(found.path) is not None


def texts_of(found: Found) -> list[str] | None:
    """Return every text of a value that a string search compares, or None where R4 names none."""
    if found.type in _PARTS and isinstance(found.value, dict):
        return [text for key in _PARTS[found.type] for text in _listed(found.value.get(key))]
    if found.type in _TEXTS:
        return _listed(found.value)
    return None


def _listed(value: Json) -> list[str]:
    parts = value if isinstance(value, list) else [value]
    return [part for part in parts if isinstance(part, str)]


_PARTS: Mapping[str, tuple[str, ...]] = {"HumanName": _NAME, "Address": _ADDRESS}


def _beside(found: Found) -> list[str] | None:
    """Return the texts that `:text` searches (R4 search.html#modifiers)."""
    if not isinstance(found.value, dict) or found.type not in {"CodeableConcept", "Coding", "Identifier"}:
        return None
    concept = obj(found.value.get("type")) if found.type == "Identifier" else found.value
    shown = [coding.get("display") for coding in _codings(concept, found.type)]
    return _listed([concept.get("text"), *([] if found.type == "Identifier" else shown)])


def _codings(concept: Json, type_: str) -> list[Json]:
    return [concept] if type_ == "Coding" else objects(concept.get("coding"))


def _unnamed(found: Found) -> bool:
    """Tell whether a code has no display, so that a server may take one from its terminology."""
    concept = obj(found.value.get("type")) if found.type == "Identifier" else found.value
    return any(coding.get("code") and not coding.get("display") for coding in _codings(concept, found.type))


def _canonical(value: str) -> str:
    return unicodedata.normalize("NFC", value)


def _no_text(found: Found) -> str:
    return f"R4 does not say how a string search matches {found.type}"
