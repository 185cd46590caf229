"""Reference parameters (R4 search.html#reference): the same resource whatever its spelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.references import Identity, identity
from conformance.search.answers import Verdict, any_of, choice, must, must_not
from conformance.search.asked import Asked, Found
from conformance.search.shape import obj, objects
from conformance.search.shape import text as text_of
from conformance.search.spelling import plain
from conformance.search.tokens import match as token

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.search.world import World

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_CANONICAL = frozenset({"canonical", "uri", "url"})
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)
_VERSION = "R4 does not say whether a search acts on the version of a reference"
_SCHEME = "the two URLs differ in their scheme alone"


def match(found: Found, item: str, asked: Asked) -> Verdict:
    """Compare one reference with `[id]`, `[type]/[id]`, `#[id]` or a URL."""
    text = plain(item)
    if text is None:
        return choice("the value has an illegal escape")
    if found.type in _CANONICAL:
        return _canonical(str(found.value), text)
    if found.type != "Reference":
        return choice(f"R4 does not say how a reference search matches {found.type}")
    literal = text_of(obj(found.value).get("reference"))
    # A logical reference (identifier or display alone) answers to `:identifier` only.
    return _literal(literal, text, asked) if literal else must_not()


def _literal(literal: str, text: str, asked: Asked) -> Verdict:
    stored = identity(literal, asked.world.base)
    if is_bare(text):
        return _bare(stored, text, asked)
    wanted = identity(text, asked.world.base)
    if literal.startswith("#") or text.startswith("#"):
        return _contained(literal, text)
    if reason := _undefined(literal, text, wanted):
        return choice(reason)
    if wanted.reference != stored.reference:
        return choice(_SCHEME) if _without_scheme(wanted) == _without_scheme(stored) else must_not()
    if wanted.version or stored.version:
        return choice(_VERSION)
    return _same(literal, text, asked.world)


def _undefined(literal: str, text: str, wanted: Identity) -> str:
    """Return why R4 does not define the comparison, or nothing."""
    if not (wanted.type or _ABSOLUTE.match(text)):
        return f"'{text}' is neither an id nor [type]/[id] nor a URL"
    return "" if literal == text else _unresolved(literal)


def _unresolved(literal: str) -> str:
    """Return why a stored reference may have become another one, or nothing (R4-TRX-05, R4-TRX-06)."""
    if literal.startswith("urn:") or ("?" in literal and not _ABSOLUTE.match(literal)):
        return f"{literal} may have been resolved in a transaction"
    return ""


def _same(literal: str, text: str, world: World) -> Verdict:
    """Judge two spellings of one identity: only the scheme may still differ."""
    schemes = {one.partition("://")[0] if "://" in one else "" for one in (literal, text)} - {""}
    own = world.base.partition("://")[0]
    relative = "://" not in literal or "://" not in text
    if len(schemes | ({own} if relative else set())) > 1:
        return choice(_SCHEME)
    if identity(text, world.base).type or text.startswith(("http://", "https://")):
        return must()
    return choice("R4 does not say whether a search finds a reference that is no http URL")


def is_bare(text: str) -> bool:
    """Tell whether a reference value is an id without its type."""
    return _ID.fullmatch(text) is not None


def _bare(stored: Identity, text: str, asked: Asked) -> Verdict:
    """Compare an id alone: it speaks of this server's resources and of the parameter's targets."""
    if stored.reference == f"#{text}":
        return choice("R4 does not say whether a bare id finds a contained resource")
    if reason := _unresolved(stored.reference):
        return choice(reason)
    if not stored.local or stored.id != text:
        return must_not()
    if stored.version:
        return choice(_VERSION)
    if asked.parameter.targets and stored.type not in asked.parameter.targets:
        return choice(f"{stored.type} is no target of '{asked.parameter.code}'")
    return must()


def _contained(literal: str, text: str) -> Verdict:
    if literal.rpartition("/")[2].lstrip("#") != text.rpartition("/")[2].lstrip("#"):
        return must_not()
    return choice("R4 does not say how a search names a contained resource")


def _without_scheme(named: Identity) -> str:
    return named.reference.partition("://")[2] or named.reference


def _canonical(stored: str, text: str) -> Verdict:
    if stored == text:
        return must()
    if stored.partition("|")[0] == text.partition("|")[0] or not _ABSOLUTE.match(text):
        return choice("how versions and local ids of canonical URLs match is the server's choice")
    return must_not()


def typed(found: Found, item: str, asked: Asked) -> Verdict:
    """Compare with a `:[type]` modifier: the value is the bare id."""
    type_ = asked.modifier
    text = plain(item)
    if asked.parameter.targets and type_ not in asked.parameter.targets:
        return choice(f"{type_} is no target of '{asked.parameter.code}'")
    if text is None or not is_bare(text):
        return choice(f"':{type_}' takes a bare id")
    return match(found, f"{type_}/{text}", asked)


def by_identifier(found: Found, item: str, asked: Asked) -> Verdict:
    """Compare Reference.identifier; whether the target's own identifiers count, R4's texts do not agree."""
    if found.type != "Reference" or not found.value:
        return choice(f"':identifier' asks of references, not of {found.type}")
    stored, literal = found.value.get("identifier"), text_of(found.value.get("reference"))
    verdict = any_of(_identifiers(stored, item, asked))
    if verdict == must_not() and literal and _target_may_have_it(literal, item, asked):
        return choice("R4's texts disagree on whether the target's own identifier counts")
    return verdict


def _identifiers(stored: Json, item: str, asked: Asked) -> list[Verdict]:
    listed = objects(stored if isinstance(stored, list) else [stored])
    found = [Found(type="Identifier", value=value, path="identifier") for value in listed]
    return [token(one, item, asked) for one in found]


def _target_may_have_it(literal: str, item: str, asked: Asked) -> bool:
    target = asked.world.find(literal)
    if target is None:
        return True
    return any(one != must_not() for one in _identifiers(target.get("identifier"), item, asked))
