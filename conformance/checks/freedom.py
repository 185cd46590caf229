"""What a server may do to a resource without changing what it says, as tables (fairness F12 to F18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from conformance.checks.shapes import Member
    from conformance.model import Json

RUN = "urn:dermconf"  # the system of the tag and the identifier that mark what a run created

# Free both ways: what the server manages, and what is made for people's eyes.
_IGNORED = frozenset(
    {
        ("Meta", "versionId"),
        ("Meta", "lastUpdated"),
        ("Meta", "source"),
        ("Coding", "display"),
        ("Reference", "display"),
    }
)
# Free to be added, not to be changed.
_ADDED = frozenset(
    {
        ("Coding", "version"),
        ("Coding", "userSelected"),
        ("Reference", "type"),
        ("Reference", "identifier"),
    }
)
_UNORDERED_TYPES = frozenset({"Coding", "Identifier"})
# ElementDefinition.orderMeaning says where an order means something: in none of these.
_UNORDERED_NAMES = frozenset({"category", "component", "derivedFrom", "performer", "hasMember"})


def ignored(shape: str, key: str, member: Member | None) -> bool:
    """Tell whether a member says nothing that has to be kept; narrative may be generated anew."""
    if member is not None and member.type == "Narrative":
        return True
    return (shape, key.removeprefix("_")) in _IGNORED


def may_be_added(shape: str, key: str, member: Member) -> bool:
    """Tell whether a server may add a member that was not sent: extensions, ids of elements, labels."""
    if member.type in {"Extension", "Meta"} and key != "modifierExtension":
        return True
    of_element = key == "id" and shape[:1].isupper() and member.type != "id"
    return of_element or key.startswith("_") or (shape, key) in _ADDED


def unordered(member: Member) -> bool:
    """Tell whether the order of a list says nothing."""
    return member.type in _UNORDERED_TYPES or member.name in _UNORDERED_NAMES


def prepared(resource: Json) -> Json:
    """Return a resource without its id and without the marks of the run."""
    kept = {key: value for key, value in resource.items() if key != "id"}
    _without_mark(kept, "identifier")
    if isinstance(kept.get("meta"), dict):
        kept["meta"] = dict(kept["meta"])
        _without_mark(kept["meta"], "tag")
    return kept


def _without_mark(holder: dict[str, Json], key: str) -> None:
    items = holder.get(key)
    if not isinstance(items, list):
        return
    left = [item for item in items if not (isinstance(item, dict) and item.get("system") == RUN)]
    holder[key] = left
    if not left:
        del holder[key]


def _coding(item: Json) -> Hashable:
    if not isinstance(item, dict):
        return repr(item)
    return tuple(repr(item.get(key)) for key in ("system", "code"))


def _canonical(item: Json) -> Hashable:
    """F26: a versioned canonical names the same profile."""
    return item.split("|", 1)[0] if isinstance(item, str) else repr(item)


META_SETS: Mapping[str, Callable[[Json], Hashable]] = {
    "security": _coding,
    "tag": _coding,
    "profile": _canonical,
}
