"""Search parameters of type reference (search.html#reference, references.html#literal)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.definitions import r4
from conformance.server.search.escape import unescape
from conformance.server.search.kinds import tokens
from conformance.server.search.world import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.fhirpath import Node
    from conformance.model import Json

MODIFIERS = frozenset({"missing", "identifier"})
_RESTFUL = re.compile(
    r"(?:(?P<base>https?://[^?#]+)/)?(?P<type>[A-Z]\w+)/(?P<id>[A-Za-z0-9.-]{1,64})"
    r"(?:/_history/(?P<version>[A-Za-z0-9.-]{1,64}))?"
)
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a reference names: `key` is `Type/id` on this server, else the text without its version."""

    key: str = ""
    type: str = ""
    id: str = ""
    version: str = ""
    identifier: tuple[tokens.Token, ...] = ()


def read(text: str, base: str) -> Link:
    """Return what a literal reference or canonical names, seen from the server at `base`."""
    found = _RESTFUL.fullmatch(text)
    if found is None:
        url, _, version = text.partition("|")
        return Link(key=url, version=version)
    own = found["base"] is None or _bare(found["base"]) == _bare(base)
    short = f"{found['type']}/{found['id']}"
    return Link(
        key=short if own else f"{found['base']}/{short}",
        type=found["type"],
        id=found["id"] if own else "",
        version=found["version"] or "",
    )


def _bare(base: str) -> str:
    # R4-HTTP-04: http and https name the same server.
    return base.partition("://")[2].rstrip("/")


def take(node: Node, base: str) -> Iterator[Link]:
    """Yield what one element refers to."""
    if isinstance(node.value, str):
        yield read(node.value, base)
    elif isinstance(node.value, dict) and node.type == "Reference":
        yield _reference(node.value, base)


def _reference(value: dict[str, Json], base: str) -> Link:
    literal = read(value.get("reference") or "", base)
    known = value.get("identifier")
    return Link(
        key=literal.key,
        type=literal.type or value.get("type", ""),
        id=literal.id,
        version=literal.version,
        identifier=(tokens.identifier(known),) if known else (),
    )


def matcher(search: str, modifier: str, base: str) -> Callable[[Link], bool]:
    """Return the test that a search value stands for; any other modifier is a resource type."""
    if modifier == "identifier":
        same = tokens.matcher(search, "", base)
        return lambda link: any(same(token) for token in link.identifier)
    wanted = unescape(search)
    if _ID.fullmatch(wanted):
        return _with_id(wanted, modifier)
    literal = read(wanted, base)
    if modifier and literal.type != modifier:
        raise Refused(f"'{search}' does not name a resource of type {modifier}.", code="value")
    return _same(literal)


def _with_id(id_: str, type_: str) -> Callable[[Link], bool]:
    if type_:
        key = f"{type_}/{id_}"
        return lambda link: link.key == key
    # An id that two types share may be refused (R4-SRCH-02); here it finds both, as in most servers.
    # What is not a Type/id can be a canonical or a urn of one word, so the whole text counts as well.
    return lambda link: id_ in (link.id, link.key)


def _same(wanted: Link) -> Callable[[Link], bool]:
    # Without a version every version is meant: R4 is silent, later texts say so.
    if wanted.version:
        return lambda link: (link.key, link.version) == (wanted.key, wanted.version)
    return lambda link: link.key == wanted.key and bool(link.key)


def is_type(modifier: str) -> bool:
    """Tell whether a modifier is the name of a resource type."""
    return modifier in r4.resource_types()


def key(value: Link) -> str:
    """Return the key by which the value sorts."""
    return value.key
