"""What a server may lack: interactions, types, parameters, versions (fairness F5, F6, F14)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.behaviour import Behaviour
from conformance.server.faults import views
from conformance.server.messages import Refusal
from conformance.server.search import Refused, Searcher
from conformance.server.variations.registry import allowed
from conformance.server.variations.showing import Showing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.search import Query


class Lacking(Behaviour):
    """A server that neither claims nor answers some requests."""

    def lacks(self, request: Request) -> bool:
        """Tell whether a request asks for what is not there."""
        raise NotImplementedError

    def claimed(self, resource: Json) -> Json:
        """Return what is claimed of a type."""
        return resource

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), self.claimed)

    def hear(self, request: Request) -> Request:
        if self.lacks(request):
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "not-supported", "That is not possible here.")
        return super().hear(request)


@allowed("F5")
class NoPatch(Lacking):
    """The server neither declares nor offers patch."""

    def lacks(self, request: Request) -> bool:
        return request.method == "PATCH"

    def claimed(self, resource: Json) -> Json:
        return _without(resource, "patch")

    def claim(self, statement: Json) -> Json:
        return views.without(super().claim(statement), "patchFormat")


@allowed("F5")
class NoHistory(Lacking):
    """The server neither declares nor offers old versions, of one resource or of many."""

    def lacks(self, request: Request) -> bool:
        return "_history" in request.path

    def claimed(self, resource: Json) -> Json:
        return {**_without(resource, "vread", "history-instance", "history-type"), "readHistory": False}

    def claim(self, statement: Json) -> Json:
        return _without_system(super().claim(statement), "history-system")


@allowed("F5")
class NoTransactions(Lacking):
    """The server neither declares nor offers transaction and batch."""

    def lacks(self, request: Request) -> bool:
        return request.method == "POST" and not request.path

    def claim(self, statement: Json) -> Json:
        return _without_system(super().claim(statement), "transaction", "batch")


@allowed("F5")
class NoConditionalCreate(Lacking):
    """Nothing is created under a condition: a request that asks for it is refused."""

    def lacks(self, request: Request) -> bool:
        return bool(request.header("if-none-exist"))

    def claimed(self, resource: Json) -> Json:
        return {**resource, "conditionalCreate": False}


@allowed("F5")
class NoMedia(Lacking):
    """There is no type Media here, and no ImagingStudy."""

    _MISSING = frozenset({"Media", "ImagingStudy"})

    def lacks(self, request: Request) -> bool:
        return not self._MISSING.isdisjoint(request.path[:1])

    def claim(self, statement: Json) -> Json:
        made = super().claim(statement)
        kept = [one for one in made["rest"][0]["resource"] if one["type"] not in self._MISSING]
        return {**made, "rest": [{**made["rest"][0], "resource": kept}]}


@allowed("F5", alone=True)
class ReadAndSearchOnly(Lacking):
    """Nothing can be changed here; what is stored can be read and searched."""

    def lacks(self, request: Request) -> bool:
        return request.method not in {"GET", "HEAD"} and request.path[-1:] != ("_search",)

    def claimed(self, resource: Json) -> Json:
        made = _without(resource, "create", "update", "patch", "delete")
        return {**made, "updateCreate": False, "conditionalCreate": False, "conditionalUpdate": False}

    def claim(self, statement: Json) -> Json:
        return _without_system(super().claim(statement), "transaction", "batch")


@allowed("F5", "F22", alone=True)
class NeverUpdated(Lacking):
    """What is stored is never changed and never deleted."""

    def lacks(self, request: Request) -> bool:
        return request.method in {"PUT", "PATCH", "DELETE"}

    def claimed(self, resource: Json) -> Json:
        return {**_without(resource, "update", "patch", "delete"), "updateCreate": False}


@allowed("F14")
class OwnIdsOnly(Lacking):
    """A client cannot choose an id: an update of what is not there is refused with 405."""

    def __init__(self) -> None:
        super().__init__()
        self._known: set[tuple[str, ...]] = set()

    def lacks(self, request: Request) -> bool:
        return views.writes_to(request, "PUT") and request.path not in self._known

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply)
        place = said.headers.get("location", "").partition("/fhir/")[2].split("/")[:2]
        self._known |= {tuple(place)}
        return said

    def claimed(self, resource: Json) -> Json:
        return {**resource, "updateCreate": False}


@allowed("F14")
class NoVersions(Showing):
    """The server has one version of everything, and says so."""

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), _unversioned)

    def shown(self, resource: Json) -> Json:
        resource = super().shown(resource)
        meta = views.without(resource.get("meta", {}), "versionId", "lastUpdated")
        return {**resource, "meta": meta} if meta else views.without(resource, "meta")

    def say(self, request: Request, reply: Reply) -> Reply:
        said = super().say(request, reply).without("etag", "last-modified")
        if "location" not in said.headers:
            return said
        return said.with_headers(location=said.headers["location"].partition("/_history")[0])


@allowed("F6")
class NoChains(Searcher):
    """A search through a reference is refused."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        for name, _ in pairs:
            if "." in name or name.startswith("_has:"):
                raise Refused(f"'{name}' is a chain; there are none here.", code="not-supported")
        return super().split(type, pairs)


@allowed("F6")
class NoTypeModifiers(Searcher):
    """A search by a reference has to name it whole: neither a bare id nor a type as modifier will do."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        for name, value in pairs:
            bare = name.startswith(("derived-from", "focus")) and "/" not in value
            if bare and not name.endswith(":missing"):
                raise Refused(f"'{name}' needs Type/id.", code="not-supported", parameter=name)
        return super().split(type, pairs)


class _Unable(Searcher):
    """Includes and orders are ignored."""

    def split(self, type: str | None, pairs: Sequence[tuple[str, str]]) -> Query:  # noqa: A002
        lacking = {"_include", "_revinclude", "_sort", "_summary", "_elements", "_total"}
        return super().split(type, [pair for pair in pairs if pair[0].partition(":")[0] not in lacking])


@allowed("F6", also=_Unable, alone=True)
class FewParameters(Behaviour):
    """Includes, orders and summaries are neither claimed nor understood, nor are derived-from and method."""

    def claim(self, statement: Json) -> Json:
        return views.with_claims(super().claim(statement), _searching_little)


def _searching_little(resource: Json) -> Json:
    lacking = {"derived-from", "method", "_security", "_profile"}
    kept = [one for one in resource.get("searchParam", ()) if one["name"] not in lacking]
    made = views.without(resource, "searchInclude", "searchRevInclude", "searchParam")
    return {**made, "searchParam": kept}


def _unversioned(resource: Json) -> Json:
    made = _without(resource, "vread", "history-instance", "history-type")
    return {**made, "versioning": "no-version", "readHistory": False}


def _without(resource: Json, *codes: str) -> Json:
    return {**resource, "interaction": [one for one in resource["interaction"] if one["code"] not in codes]}


def _without_system(statement: Json, *codes: str) -> Json:
    return {**statement, "rest": [_without(statement["rest"][0], *codes)]}
