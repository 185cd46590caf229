"""Uri parameters (R4 search.html#uri): whole, precise and case-sensitive."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from conformance.search.answers import Verdict, choice, must, must_not, plainly
from conformance.search.spelling import plain

if TYPE_CHECKING:
    from conformance.search.asked import Asked, Found

_TYPES = frozenset({"uri", "url", "canonical", "oid", "uuid"})
_ILLEGAL = "the value has an illegal escape"
_VERSION = "whether a search acts on the version of a canonical URL is the server's choice"


def match(found: Found, item: str, asked: Asked) -> Verdict:
    """Compare two URIs as they are."""
    value, stored = plain(item), str(found.value or "")
    if found.type not in _TYPES:
        return choice(f"R4 does not say how a uri search matches {found.type}")
    if value is None:
        return choice(_ILLEGAL)
    if stored == value:
        return must()
    if stored.partition("|")[0] == value.partition("|")[0]:
        return choice(_VERSION)
    if unquote(stored) == unquote(value):
        return choice("the two URIs differ in their percent-encoding alone")
    special = _OPEN.get(asked.parameter.code)
    return choice(special[1]) if special and special[0](stored, value) else must_not()


def _part(stored: str, value: str) -> bool:
    return value in stored or stored in value


def _without_fragment(stored: str, value: str) -> bool:
    return stored.partition("#")[0] == value.partition("#")[0]


# R4 calls `_profile` a reference on its page and a uri in its definition.
# Servers that set meta.source themselves append the id of the request as a fragment.
_OPEN = {
    "_profile": (_part, "R4 does not agree with itself on whether _profile is a uri or a reference"),
    "_source": (_without_fragment, "a server may add a fragment to meta.source"),
}


def below(found: Found, item: str, asked: Asked) -> Verdict:
    """Compare with `:below`: the stored URI starts with the value."""
    return _hierarchy(found, item, asked, str(found.value or ""), plain(item) or "")


def above(found: Found, item: str, asked: Asked) -> Verdict:
    """Compare with `:above`: the value starts with the stored URI."""
    return _hierarchy(found, item, asked, plain(item) or "", str(found.value or ""))


def _hierarchy(found: Found, item: str, asked: Asked, longer: str, shorter: str) -> Verdict:
    verdict = match(found, item, asked)
    if verdict.answer is not must_not().answer:
        return verdict
    if longer.startswith("urn:") or shorter.startswith("urn:"):
        return choice("R4 has no ':below' and ':above' for URNs")
    if not longer.startswith(shorter):
        return must_not()
    rest = longer[len(shorter) :]
    whole = shorter.endswith("/") or rest.startswith(("/", "?", "#"))
    return plainly(whole) if whole else choice("the value ends within a segment of the path")
