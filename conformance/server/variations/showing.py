"""A server that shows every resource otherwise than it is stored, wherever it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.messages import Reply, Request

_LISTS = frozenset({"searchset", "history"})
_ASIDE = frozenset({"", "Bundle", "CapabilityStatement", "OperationOutcome"})


class Showing(Behaviour):
    """What `shown` makes of a resource is what reads, writes, searches and histories answer with."""

    def shown(self, resource: Json) -> Json:
        """Return a resource as the client sees it."""
        return resource

    def say(self, request: Request, reply: Reply) -> Reply:
        """Return the answer with its resources as they are shown; the entries of a batch come one by one."""
        said = super().say(request, reply)
        if views.kind(said.resource) not in _ASIDE:
            return replace(said, resource=self.shown(said.resource))
        listed = views.kind(said.resource) == "Bundle" and said.resource.get("type") in _LISTS
        return views.with_entries(said, self._entry) if listed and said.resource.get("entry") else said

    def _entry(self, entry: Json) -> Json:
        resource = entry.get("resource")
        return entry if views.kind(resource) in _ASIDE else {**entry, "resource": self.shown(resource)}
