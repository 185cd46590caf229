"""What R4 says of the scenario's own resources and this step's query: the search oracle, asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks.searchset import code, first_page, matches, self_parameters
from conformance.checks.subjects import cut

if TYPE_CHECKING:
    from conformance.checks.scene import Scene
    from conformance.model import Json, Resource
    from conformance.search import Verdict, World


_STAMP = "_lastUpdated"


def body_of(resource: Resource) -> Json:
    """Return what a resource is known to hold: as seen last, else as sent, with its identity."""
    seen = isinstance(resource.received, dict) and not cut(resource.received)
    body = resource.received if seen else resource.sent
    if not isinstance(body, dict):
        return None
    return body | {"resourceType": resource.type, "id": resource.id}


def verdict(resource: Resource, scene: Scene) -> Verdict:
    """Return whether a resource must, must not or may be among the matches of the step's query."""
    from conformance import search  # noqa: PLC0415 - the oracle loads when a check first needs it

    if resource.deleted:  # R4-SRCH-17
        return search.Verdict(answer=search.Answer.NOT, reason=f"{resource.reference} was deleted")
    bodies = _bodies(resource, stamped=any(code(name) == _STAMP for name, _ in scene.query))
    if not bodies:
        return search.Verdict(answer=search.Answer.CHOICE, reason=f"no body of {resource.reference} is known")
    world = _world(scene)
    verdicts = [search.answer(scene.type, scene.query, body, world) for body in bodies]
    if len({each.answer for each in verdicts}) == 1:
        return verdicts[-1]
    # What the server altered it is failed for by the rule that it broke, not by every search as well.
    reason = f"what the server returns of {resource.reference} differs from what was sent"
    return search.Verdict(answer=search.Answer.CHOICE, reason=reason)


def _bodies(resource: Resource, *, stamped: bool) -> list[Json]:
    """Return every body of a resource that is known, with its identity: as sent, and as seen last.

    When it was updated, only the server says (R4-META-03a): what is `stamped` is the body as seen.
    """
    seen = resource.received if not cut(resource.received) else None
    identity = {"resourceType": resource.type, "id": resource.id}
    if stamped:
        shown = seen if isinstance(seen, dict) else {}
        meta = shown.get("meta")
        return [shown | identity] if isinstance(meta, dict) and "lastUpdated" in meta else []
    return [body | identity for body in (resource.sent, seen) if isinstance(body, dict)]


def _world(scene: Scene) -> World:
    from conformance import search  # noqa: PLC0415 - see above

    bodies = {
        reference: body_of(resource) for reference, resource in scene.own.items() if not resource.deleted
    }
    known = {reference: body for reference, body in bodies.items() if body is not None}
    return search.World(base=scene.base, resources=known)


def precedes(first: Resource, second: Resource, sort: str, scene: Scene) -> bool:
    """Tell whether every reading of `_sort` puts the first resource before the second."""
    from conformance import search  # noqa: PLC0415 - see above

    bodies = (body_of(first), body_of(second))
    if None in bodies:
        return False
    return (0, 1) in search.order(scene.type, sort, bodies, _world(scene))


def may_stay_away(resource: Resource, scene: Scene) -> str:
    """Return why a resource that the scenario expects to be included may stay away, or nothing.

    R4-RES-10: a server is held to the includes that it lists, or, where it tells no list, to its self link.
    """
    asked = [(name, value) for name, value in scene.query if _brings(name, value, resource.type)]
    if not asked:
        return f"the step asks for no include that brings {resource.reference}"
    honoured = [(name, value) for name, value in asked if _honours(name, value, scene)]
    if not honoured:
        listed = ", ".join(f"'{name}={value}'" for name, value in asked)
        return f"the server does not list {listed}, and need not honour it"
    return "" if resource.reference in _must_come(honoured, scene) else f"R4 leaves {resource.reference} open"


def _brings(name: str, value: str, type_: str) -> bool:
    """Tell whether an include asks for resources of a type at all."""
    source, _, rest = value.partition(":")
    if code(name) == "_revinclude":
        return source in {type_, "*"}
    target = rest.partition(":")[2]
    return code(name) == "_include" and target in {"", type_}


def _honours(name: str, value: str, scene: Scene) -> bool:
    key = "searchRevInclude" if code(name) == "_revinclude" else "searchInclude"
    if scene.claims.readable:
        source, _, rest = value.partition(":")
        # R4 gives `*` a meaning in the place of a parameter's name; it does not say that a bare `*`, listed
        # as a value of `_include`, promises all the others.
        spelt = {value, f"{source}:{rest.partition(':')[0]}", f"{source}:*"}
        return bool(spelt & scene.claims.includes(scene.type, key))
    said = self_parameters(first_page(scene)) or ()
    return any(code(other) == code(name) for other, _ in said)


def _must_come(asked: list[tuple[str, str]], scene: Scene) -> frozenset[str]:
    """Return what every reading of the includes brings along with the matches that came."""
    from conformance import search  # noqa: PLC0415 - see above

    found = matches(scene.body, scene.type, scene.base)
    bodies = [entry.resource for entry in found if isinstance(entry.resource, dict)]
    return search.included(asked, bodies, _world(scene)).must
