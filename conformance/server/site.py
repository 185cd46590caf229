"""One base URL: its store, its behaviour, its search, the images beside it, and the writing of versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.definitions.release import R4
from conformance.server.hub.hub import Hub
from conformance.server.imaging.side import Side

if TYPE_CHECKING:
    from conformance.model import Json
    from conformance.server.behaviour import Behaviour
    from conformance.server.search import Searcher
    from conformance.server.store import Store, Version


class Site:
    """A FHIR base as its handlers see it; it is also the world that search looks at."""

    def __init__(
        self,
        *,
        base: str,
        store: Store,
        behaviour: Behaviour,
        searcher: type[Searcher],
        side: Side | None = None,
        hub: Hub | None = None,
        seeded: bool = False,
        enforcing: bool = False,
        release: str = R4,
    ) -> None:
        self.base = base
        self.store = store
        self.behaviour = behaviour
        self.side = side or Side()
        self.hub = hub or Hub()
        self.seeded = seeded
        self.enforcing = enforcing
        self.release = release
        self._searching = searcher
        self.searcher = searcher(self)

    def move(self, base: str) -> None:
        """Answer under another base URL; what is its own reference depends on it."""
        if base != self.base:
            self.base = base
            self.searcher = self._searching(self)

    def types(self) -> list[str]:
        """Return the types of which there may be resources."""
        return self.store.types()

    def current(self, type: str) -> list[Version]:  # noqa: A002 - FHIR's own word
        """Return the resources of a type that exist now."""
        return self.store.current(type)

    def erased(self, type: str) -> list[Version]:  # noqa: A002 - FHIR's own word
        """Return the last content of the resources of a type that have been deleted."""
        gone: dict[str, Version] = {}
        for version in self.store.history(type):
            newest = self.store.latest(type, version.id)
            if newest is not None and newest.deleted and not version.deleted:
                gone.setdefault(version.id, version)
        return list(gone.values())

    def get(self, type: str, id: str) -> Version | None:  # noqa: A002 - FHIR's own words
        """Return one resource, or nothing where it is unknown or deleted."""
        found = self.store.latest(type, id)
        return None if found is None or found.deleted else found

    def url(self, version: Version) -> str:
        """Return the absolute URL of a resource."""
        return f"{self.base}/{version.reference}"

    def write(self, resource: Json, id_: str, method: str) -> Version:
        """Store a new version of a resource under an id, with the server's own meta."""
        if self.enforcing:
            self._require(resource)
        type_ = resource["resourceType"]
        before = self.store.latest(type_, id_)
        kept = self.behaviour.keep(resource, before)
        instant, version = self.store.tick(), self.behaviour.count_version(before)
        stamped = {"versionId": version, "lastUpdated": instant}
        meta = self.behaviour.stamp(kept.get("meta", {}), stamped, before)
        content = {name: value for name, value in kept.items() if name not in {"resourceType", "id", "meta"}}
        body = {"resourceType": type_, "id": id_, "meta": meta, **content}
        return self.store.add(
            type_=type_, id_=id_, version=version, instant=instant, method=method, body=body
        )

    def _require(self, resource: Json) -> None:
        """Refuse what breaks a profile that it claims."""
        from conformance.server import validation  # noqa: PLC0415 - a site that enforces nothing needs no engine

        validation.require(self, resource)

    def erase(self, version: Version) -> None:
        """Store the deletion of a resource."""
        if self.behaviour.erases(version):
            self.store.add(
                type_=version.type,
                id_=version.id,
                version=self.behaviour.count_version(version),
                instant=self.store.tick(),
                method="DELETE",
                body=None,
            )
