"""What the server decides, point by point: the honest answers, each a method that a fault overrides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from conformance.server.hub.behaviour import Casting
from conformance.server.imaging.behaviour import Imaging
from conformance.server.labels import distinct
from conformance.server.rewriting import rewritten
from conformance.server.search import Searcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.model import Json
    from conformance.server.messages import Reply, Request
    from conformance.server.store import Version


class Behaviour:
    """An honest server; no method changes what it is given, it returns what shall be used instead."""

    atomic = True  # R4-TRX-01: a transaction that fails leaves nothing behind
    isolating = True  # R4-BAT-04: a batch entry that fails leaves the others alone
    reading_last = True  # R4-TRX-03: the reads of a transaction see its writes
    refusing_overlap = True  # R4-TRX-04: a transaction changes no resource twice

    def hear(self, request: Request) -> Request:
        """Return the request as the server understands it."""
        return request

    def say(self, request: Request, reply: Reply) -> Reply:
        """Return the answer as the client sees it; also for each entry of a batch or transaction."""
        _ = request
        return reply

    def keep(self, resource: Json, before: Version | None) -> Json:
        """Return the content that is stored for a resource; `before` is its newest version."""
        _ = before
        return resource

    def show(self, version: Version) -> Json:
        """Return the content that read, vread, history and the answer to a write show."""
        return version.body

    def identify(self, sent: str, free: str) -> str:
        """Return the id of a created resource; the client's is ignored (R4-CRE-03)."""
        _ = sent
        return free

    def count_version(self, before: Version | None) -> str:
        """Return the version id that follows the newest version."""
        return str(int(before.version) + 1) if before else "1"

    def stamp(self, sent: Json, stamped: Json, before: Version | None) -> Json:
        """Return the meta that is stored; the sent version and time are ignored (R4-CRE-04, R4-UPD-03)."""
        _ = before
        kept = {name: value for name, value in sent.items() if name not in stamped}
        return distinct({**stamped, **kept})

    def choose_version(self, asked: Version | None, newest: Version | None) -> Version | None:
        """Return the version that a vread shows."""
        _ = newest
        return asked

    def erases(self, version: Version) -> bool:
        """Tell whether an acknowledged deletion is carried out."""
        _ = version
        return True

    def rewrite(self, resource: Json, links: Mapping[str, str]) -> Json:
        """Return the resource of a transaction with its references to other entries replaced (R4-TRX-05)."""
        return rewritten(resource, links)

    def links_for(self, index: int, links: Mapping[int, Mapping[str, str]]) -> Mapping[str, str]:
        """Return the links that an entry may use, out of those to each entry: all of them (R4-TRX-02)."""
        _ = index
        return {url: reference for found in links.values() for url, reference in found.items()}

    def follows_conditions(self) -> bool:
        """Tell whether conditional references of a transaction are resolved (R4-TRX-06)."""
        return True

    def meant(self, found: Sequence[Version]) -> Version | None:
        """Return what a conditional reference means: the one match, where there is only one (R4-TRX-06)."""
        return found[0] if len(found) == 1 else None

    def narrate(self, patched: Json, before: Json) -> Json:
        """Return a patched resource without the narrative that its data have left behind (R4-PAT-04)."""
        stale = patched != before and patched.get("text") == before.get("text")
        return {name: value for name, value in patched.items() if name != "text"} if stale else patched

    def claim(self, statement: Json) -> Json:
        """Return the CapabilityStatement."""
        return statement

    def attach(self, type_: str, content: bytes) -> tuple[str, bytes]:
        """Return what is sent of a Binary that is read as what it is: its media type and its bytes."""
        return type_, content


class Overridden(NamedTuple):
    """What a base, its images and its hub are made of."""

    behaviour: Behaviour
    searcher: type[Searcher]
    imaging: Imaging
    casting: Casting


def overridden(classes: Iterable[type[Behaviour | Searcher | Imaging | Casting]]) -> Overridden:
    """Return the behaviours and the search that all these classes make together."""
    chosen = list(classes)
    behaviour: type[Behaviour] = type("Overridden", (*_of(Behaviour, chosen), Behaviour), {})
    searcher: type[Searcher] = type("OverriddenSearcher", (*_of(Searcher, chosen), Searcher), {})
    imaging: type[Imaging] = type("OverriddenImaging", (*_of(Imaging, chosen), Imaging), {})
    casting: type[Casting] = type("OverriddenCasting", (*_of(Casting, chosen), Casting), {})
    return Overridden(behaviour(), searcher, imaging(), casting())


def _of(kind: type, chosen: Iterable[type]) -> tuple[type, ...]:
    return tuple(one for one in chosen if issubclass(one, kind))
