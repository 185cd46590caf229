"""What an expression sees while it is evaluated, beside its focus."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.fhirpath.node import Node, Nodes
    from conformance.model import Json

Run = "Callable[[Nodes, Scope], Nodes]"
Resolve = "Callable[[str], dict[str, Json] | None]"


class Scope:
    """Holds `$this`, `$index` and `$total`, and what is the same for the whole evaluation."""

    __slots__ = ("_now", "_root", "context", "index", "resolve", "this", "total", "variables")

    def __init__(
        self,
        this: Nodes,
        context: Node,
        root: Node | None,
        variables: Mapping[str, Json],
        resolve: Callable[[str], dict[str, Json] | None] | None,
    ) -> None:
        self.this = this
        self.index: int | None = None
        self.total: Nodes = []
        self.context = context
        self._root = root
        self.variables = variables
        self.resolve = resolve
        self._now: list[datetime] = []

    @property
    def root(self) -> Node | None:
        """Return the resource that is not contained in another one; it is sought when it is asked for."""
        if self._root is None:
            self._root = self.context.home
        return self._root

    @property
    def now(self) -> datetime:
        """Return one instant for the whole evaluation (FHIRPath 2.0, 'Current date and time functions')."""
        if not self._now:
            self._now.append(datetime.now(UTC).astimezone())
        return self._now[0]

    def at(self, node: Node, index: int, total: Nodes | None = None) -> Scope:
        """Return the scope inside an iteration."""
        inner = Scope([node], self.context, self._root, self.variables, self.resolve)
        inner.index = index
        inner.total = self.total if total is None else total
        inner._now = self._now  # the clock stands still in one evaluation
        return inner
