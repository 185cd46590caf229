"""Search parameters of type uri: whole and with case (search.html#uri)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.server.search.escape import unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.fhirpath import Node

MODIFIERS = frozenset({"missing", "below", "above"})


def take(node: Node, base: str) -> Iterator[str]:  # noqa: ARG001 - every kind is asked alike
    """Yield the uri of one element."""
    if isinstance(node.value, str):
        yield node.value


def matcher(search: str, modifier: str, base: str) -> Callable[[str], bool]:  # noqa: ARG001
    """Return the test that a search value stands for."""
    return _MODIFIER[modifier](unescape(search))


def _same(wanted: str) -> Callable[[str], bool]:
    # _profile=P finds P|1.0 as well: R4 leaves it open, and a claim of a version is a claim of the profile.
    if "|" in wanted:
        return lambda value: value == wanted
    return lambda value: value.partition("|")[0] == wanted


def _below(wanted: str) -> Callable[[str], bool]:
    # The page: URNs are opaque, so nothing but the URN itself lies above or below.
    return (
        (lambda value: value == wanted)
        if wanted.startswith("urn:")
        else (lambda value: value.startswith(wanted))
    )


def _above(wanted: str) -> Callable[[str], bool]:
    return (lambda value: value == wanted) if wanted.startswith("urn:") else wanted.startswith


_MODIFIER: Mapping[str, Callable[[str], Callable[[str], bool]]] = {
    "": _same,
    "below": _below,
    "above": _above,
}


def key(value: str) -> str:
    """Return the key by which the value sorts."""
    return value
