"""Facts of a searchset Bundle, read from whatever a server sent; nothing here judges or raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from conformance.definitions import r4
from conformance.references import identity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.capability import Capability
    from conformance.checks.scene import Scene
    from conformance.model import Json

# R4 search.html#3.1.1.1: parameters that shape the answer and select nothing.
RESULT_PARAMETERS = frozenset(
    {
        "_sort",
        "_count",
        "_include",
        "_revinclude",
        "_summary",
        "_total",
        "_elements",
        "_contained",
        "_containedType",
        "_score",
        "_format",
        "_pretty",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a Bundle; `reference` is `Type/id` where the entry says it."""

    index: int
    resource: Json
    reference: str = ""
    full_url: str = ""
    mode: str = ""

    @property
    def type(self) -> str:
        """Return the resource type, as the resource says it."""
        return _text(self.resource, "resourceType")

    @property
    def at(self) -> str:
        """Return where the entry stands, as a FHIRPath location."""
        return f"Bundle.entry[{self.index}]"


def entries(bundle: Json, base: str = "") -> list[Entry]:
    """Return the entries of a Bundle that came from the server at `base`."""
    return [
        Entry(
            index=index,
            resource=entry.get("resource"),
            reference=reference_of(entry.get("resource"))
            or identity(_text(entry, "fullUrl"), base).reference,
            full_url=_text(entry, "fullUrl"),
            mode=_text(entry.get("search"), "mode"),
        )
        for index, entry in enumerate(_items(bundle, "entry"))
        if isinstance(entry, dict)
    ]


def matches(bundle: Json, type_: str, base: str = "") -> list[Entry]:
    """Return the entries that are matches of a search for a type ("": any type).

    R4-RES-07: an absent mode means match, but for an OperationOutcome or another type than was searched.
    """
    return [entry for entry in entries(bundle, base) if is_match(entry, type_)]


def is_match(entry: Entry, type_: str) -> bool:
    """Tell whether an entry counts as a match."""
    if entry.mode:
        return entry.mode == "match"
    return entry.type != "OperationOutcome" and (not type_ or entry.type == type_)


def reference_of(resource: Json) -> str:
    """Return `Type/id` of a resource that says both, or nothing."""
    type_, id_ = _text(resource, "resourceType"), _text(resource, "id")
    return f"{type_}/{id_}" if type_ and id_ else ""


def links(bundle: Json, relation: str) -> list[str]:
    """Return the URLs of a Bundle's links of one relation."""
    return [_text(link, "url") for link in _items(bundle, "link") if _text(link, "relation") == relation]


def first_page(scene: Scene) -> Json:
    """Return the Bundle whose self link tells what the server used."""
    return next(iter(scene.pages), scene.body)


def searches_other(link: str, type_: str) -> str:
    """Return the resource type that a link searches for, where it says one and that is another."""
    path = link.partition("?")[0].partition("#")[0].rstrip("/").removesuffix("/_search")
    said = path.rpartition("/")[2]
    return said if type_ and said != type_ and said in r4.resource_types() else ""


def self_parameters(bundle: Json) -> tuple[tuple[str, str], ...] | None:
    """Return the decoded parameters of the self link, or None where there is no self link."""
    found = links(bundle, "self")
    if not found:
        return None
    try:
        return tuple(parse_qsl(urlsplit(found[0]).query, keep_blank_values=True))
    except ValueError:
        return None


def code(name: str) -> str:
    """Return the parameter's code: its name without modifier and chain."""
    return name.split(":", 1)[0].split(".", 1)[0]


def chained(name: str) -> bool:
    """Tell whether a parameter looks through a reference, which no claim of the plain parameter covers."""
    return "." in name or name.startswith("_has:")


def used(name: str, bundle: Json, claims: Capability, type_: str) -> bool:
    """Tell whether the server says that it used a parameter: in its self link, or by its claims.

    R4-RES-01. R4-SRCH-13: `_id` needs no claim. A claim says nothing of chains: they are the server's choice.
    """
    said = self_parameters(bundle) or ()
    if any(code(other) == code(name) and (chained(other) or not chained(name)) for other, _ in said):
        return True
    return not chained(name) and (code(name) == "_id" or claims.parameter(type_, code(name)))


def unused(query: Sequence[tuple[str, str]], bundle: Json, claims: Capability, type_: str) -> list[str]:
    """Return the selecting parameters of a query that the server does not say it used."""
    names = dict.fromkeys(name for name, _ in query if code(name) not in RESULT_PARAMETERS)
    return [name for name in names if not used(name, bundle, claims, type_)]


def codings(resource: Json, *names: str) -> set[tuple[str, str]]:
    """Return the codings of the named lists of meta as pairs of system and code (R4-META-05)."""
    return {coding for name in names for coding in coding_list(resource, name)}


def coding_list(resource: Json, name: str) -> list[tuple[str, str]]:
    """Return the codings of one list of meta in their order, with repetitions."""
    meta = resource.get("meta") if isinstance(resource, dict) else None
    return [
        (_text(coding, "system"), _text(coding, "code"))
        for coding in _items(meta, name)
        if isinstance(coding, dict)
    ]


def _items(value: Json, key: str) -> list[Json]:
    items = value.get(key) if isinstance(value, dict) else None
    return items if isinstance(items, list) else []


def _text(value: Json, key: str) -> str:
    text = value.get(key) if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""
