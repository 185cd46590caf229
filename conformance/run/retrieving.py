"""Plays `retrieve`: from UIDs to the URL of pixels (PS3.18, WADO-RS), or to what an attachment leads to."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from conformance.model import Request
from conformance.read.language import UIDS
from conformance.run import endpoints
from conformance.run.ends import Ended
from conformance.talk.addresses import REDIRECTS, came_from, joined, names_user, origin
from conformance.talk.client import MOST_REDIRECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model import Exchange, Json, Step
    from conformance.run.steps import Acting
    from conformance.talk.client import Client

_OK = 200
_GONE = frozenset({404, 410})
_BROKEN = 500
# A study has an endpoint or two.
_MOST_ENDPOINTS = 10
_SHOWN = 100
_DICOM = 'multipart/related; type="application/dicom"; transfer-syntax=*'
# What is accepted where the step does not say otherwise, and what stands behind the UIDs.
_ACCEPTED: Mapping[str, str] = {
    "metadata": "application/dicom+json",
    "frames": 'multipart/related; type="application/octet-stream"',
    "rendered": "image/jpeg",
    "attachment": "*/*",
}
_BEHIND = frozenset({"metadata", "frames", "rendered"})
# The levels of UIDs: study, series, instance.
_LEVELS = 3
_FRAMES = "frames"


def retrieve(acting: Acting, step: Step, args: Mapping[str, Json], round_: int) -> None:
    """Send what the step means; where an endpoint has gone astray, to the next one that the study names."""
    what = str(step.subject)
    headers = {"Accept": str(args.get("accept", _ACCEPTED.get(what, _DICOM)))}
    headers |= {str(name): str(value) for name, value in (args.get("headers") or {}).items()}
    places = _attachment(acting, args) if what == "attachment" else _pixels(acting, what, args)
    place: Mapping[str, str] | None = next(places, None)
    while place is not None:
        within_reach(acting.teller.client, place["url"])
        request = Request(
            method="GET", url=place["url"], headers=headers, credentials=str(args.get("with", ""))
        )
        place = acting.fetch(step, request, round_, _told(place), places)


def _told(place: Mapping[str, str]) -> Mapping[str, Json]:
    return {key: value for key, value in place.items() if key != "url"}


def is_astray(exchange: Exchange) -> bool:
    """Tell whether nothing is where somebody said that there is something: another place may have it."""
    status = exchange.answer.status
    return status is None or status in _GONE or status >= _BROKEN


def require_followed(client: Client, exchange: Exchange) -> None:
    """Raise Ended where an answer leads to where nothing may be sent: that is not the answer."""
    turns = [attempt for attempt in exchange.attempts if attempt.status in REDIRECTS]
    if exchange.answer.status not in REDIRECTS or len(turns) > MOST_REDIRECTS:
        return
    after = joined(came_from(exchange), exchange.answer.headers.get("location", ""))
    if "location" not in exchange.answer.headers or origin(after) is None:
        return
    if not client.reaches(after):
        raise Ended(f"redirected, and {_out_of_reach(after)}: nothing was sent there")
    raise Ended("redirected out of https, or with a secret of ours: that is not followed")


def within_reach(client: Client, url: str) -> None:
    """Raise Ended for an address on a host that the target's settings do not name."""
    if not client.reaches(url):
        raise Ended(f"{_out_of_reach(url)}: nothing was sent there")


def _out_of_reach(url: str) -> str:
    there = origin(url)
    if there:
        return f"{_short(there[1])}:{there[2]} is no host of the target's settings (imaging, wado, hub)"
    if names_user(url):
        return f"'{_short(url)}' names a user, which no address in a message may (RFC 9110, 4.2.4)"
    return f"'{_short(url)}' is no http address that a request can be sent to"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _attachment(acting: Acting, args: Mapping[str, Json]) -> Iterator[dict[str, str]]:
    """Yield where an attachment is: a relative address is so to the FHIR base, or to what told it."""
    # RFC 3986, section 5.2: of what begins with a slash, the base gives no more than the host.
    told = f"{acting.stage.where}/"
    if "found-by" in args:
        scene = acting.stage.steps.get(str(args["found-by"]))
        told = came_from(scene.exchanges[-1]) if scene and scene.exchanges else told
    yield {"url": joined(told, str(args["of"]))}


def _pixels(acting: Acting, what: str, args: Mapping[str, Json]) -> Iterator[dict[str, str]]:
    named = [endpoints.bare(part) for part in str(args["of"]).split("/")]
    least, most = UIDS[what]
    if not all(named) or not least <= len(named) <= most:
        raise Ended(f"'{args['of']}' does not name what `retrieve: {what}` takes")
    uids, frames = named[:_LEVELS], named[_LEVELS:]
    below = [_FRAMES, *frames] if frames else []
    last = [what] if what in _BEHIND - {_FRAMES} else []
    for address, how in _addresses(acting, args, uids):
        within_reach(acting.teller.client, address)
        url = endpoints.appended(endpoints.url(address, uids), *below, *last)
        yield {"url": url, "address": address, "how": how}


def _addresses(acting: Acting, args: Mapping[str, Json], uids: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the addresses under which pixels may be, and how each was found, the best first."""
    if "at" in args:
        yield endpoints.above_studies(str(args["at"])), "step"
        return
    told = _Told(acting, args, uids)
    found = told.addresses() if "found-by" in args else iter(())
    first = next(found, None)
    if first is None:
        yield told.settings(), "settings"
        return
    yield first
    yield from found


@dataclass(frozen=True, slots=True)
class _Told:
    """What an answer told of where a study is, as far as its endpoints were looked at."""

    acting: Acting
    args: Mapping[str, Json]
    uids: list[str]
    amiss: list[str] = field(default_factory=list)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Yield the address of each endpoint of WADO-RS: those that are active and reached first."""
        scene = self.acting.stage.steps.get(str(self.args["found-by"]))
        body, base = (scene.body, scene.base) if scene else (None, "")
        study = endpoints.study(body, self.uids[0])
        if study is None:
            raise Ended(f"step '{self.args['found-by']}' found no study {self.uids[0]}")
        later: list[endpoints.Found] = []
        for named in islice(endpoints.endpoints(body, study, "".join(self.uids[1:2])), _MOST_ENDPOINTS):
            each = self._read(named, base)
            if not each.address:
                continue
            if each.active and self._reached(each):
                yield each.address, each.how
            else:
                later.append(each)
        # R4 valueset-endpoint-status.html: one that is suspended may work, and is not the one to begin with.
        for each in sorted(later, key=lambda one: not self._reached(one)):
            yield each.address, each.how

    def settings(self) -> str:
        """Return the address that the settings name; raises Ended where it may not stand for another."""
        why = f" ({', '.join(self.amiss)})" if self.amiss else ""
        told = f"study {self.uids[0]} names no endpoint of WADO-RS that can be used{why}"
        if self.args.get("fallback") == "none":
            raise Ended(told)
        configured = self.acting.stage.bases.get("wado", "")
        if not configured:
            raise Ended(f"{told}, and the target's settings name none")
        return configured

    def _reached(self, found: endpoints.Found) -> bool:
        return self.acting.teller.client.reaches(found.address)

    def _read(self, found: endpoints.Found, base: str) -> endpoints.Found:
        """Return an endpoint as it is; one that has to be read first is read from the base that named it."""
        reference = found.reference
        if not reference or found.resource is not None:
            return found
        url = reference if "://" in reference else f"{base}/{reference}"
        if not self.acting.teller.client.reaches(url):
            return found
        sent = self.acting.read(url, whose=str(self.args.get("with", "")))
        there = sent.exchange.answer.status == _OK
        self.amiss.extend([] if there else [f"{reference} was answered {sent.exchange.answer.status}"])
        return endpoints.Found(how=found.how, resource=sent.body if there else None)
