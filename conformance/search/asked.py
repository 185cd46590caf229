"""What a search term asks, and the values of a resource that it is asked of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.definitions.r4 import SearchParameter
    from conformance.model import Json
    from conformance.search.answers import Verdict
    from conformance.search.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One value that a parameter's expression selects; not `certain` where its selection is open itself."""

    type: str
    value: Json
    path: str
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A parameter with its modifier, the resource in question and what surrounds it."""

    parameter: SearchParameter
    resource: Json
    world: World
    modifier: str = ""


if TYPE_CHECKING:
    # How one value of the resource stands to one value of the query (escaped as it was sent).
    Match = Callable[[Found, str, Asked], Verdict]
