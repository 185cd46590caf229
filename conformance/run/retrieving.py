"""Plays `retrieve`: from UIDs to the URL of pixels (PS3.18, WADO-RS), or to what an attachment leads to."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from conformance.model import Request
from conformance.read.language import UIDS
from conformance.run import endpoints
from conformance.run.ends import Ended
from conformance.talk.addresses import came_from, joined, names_user, origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.model import Json, Step
    from conformance.run.steps import Acting
    from conformance.talk.client import Client

_OK = 200
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
    """Send what the step means once."""
    what = str(step.subject)
    found = _attachment(acting, args) if what == "attachment" else _pixels(acting, what, args)
    headers = {"Accept": str(args.get("accept", _ACCEPTED.get(what, _DICOM)))}
    headers |= {str(name): str(value) for name, value in (args.get("headers") or {}).items()}
    request = Request(method="GET", url=found["url"], headers=headers, credentials=str(args.get("with", "")))
    told = {key: value for key, value in found.items() if key != "url"}
    acting.send(step, request, round_, endpoint=told or None)


def within_reach(client: Client, url: str) -> None:
    """Raise Ended for an address on a host that the target's settings do not name."""
    if not client.reaches(url):
        raise Ended(f"{_out_of_reach(url)}: nothing was sent there")


def _out_of_reach(url: str) -> str:
    there = origin(url)
    if there:
        return f"{_short(there[1])}:{there[2]} is no host of the target's settings (imaging, wado)"
    if names_user(url):
        return f"'{_short(url)}' names a user, which no address in a message may (RFC 9110, 4.2.4)"
    return f"'{_short(url)}' is no http address that a request can be sent to"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _attachment(acting: Acting, args: Mapping[str, Json]) -> dict[str, str]:
    """Return where an attachment is: a relative address is so to the FHIR base, or to what told it."""
    of = str(args["of"])
    if "found-by" in args:
        scene = acting.stage.steps.get(str(args["found-by"]))
        told = came_from(scene.exchanges[-1]) if scene and scene.exchanges else acting.stage.where
        return {"url": joined(told, of)}
    return {"url": of if "://" in of else f"{acting.stage.where}/{of.lstrip('/')}"}


def _pixels(acting: Acting, what: str, args: Mapping[str, Json]) -> dict[str, str]:
    named = [endpoints.bare(part) for part in str(args["of"]).split("/")]
    least, most = UIDS[what]
    if not all(named) or not least <= len(named) <= most:
        raise Ended(f"'{args['of']}' does not name what `retrieve: {what}` takes")
    uids, frames = named[:_LEVELS], named[_LEVELS:]
    address, how = _endpoint(acting, args, uids)
    within_reach(acting.teller.client, address)
    url = endpoints.url(address, uids)
    below = [_FRAMES, *frames] if frames else []
    last = [what] if what in _BEHIND - {_FRAMES} else []
    return {"url": endpoints.appended(url, *below, *last), "address": address, "how": how}


def _endpoint(acting: Acting, args: Mapping[str, Json], uids: list[str]) -> tuple[str, str]:
    """Return the address under which pixels are, and how it was found."""
    if "found-by" in args:
        scene = acting.stage.steps.get(str(args["found-by"]))
        body, base = (scene.body, scene.base) if scene else (None, "")
        study = endpoints.study(body, uids[0])
        if study is None:
            raise Ended(f"step '{args['found-by']}' found no study {uids[0]}")
        there = list(_addresses(acting, args, endpoints.endpoints(body, study, "".join(uids[1:2])), base))
        reached = (pair for pair in there if acting.teller.client.reaches(pair[0]))
        chosen = next(reached, there[0] if there else None)
        if chosen:
            return chosen
    configured = acting.stage.bases.get("wado", "")
    if not configured:
        raise Ended(f"study {uids[0]} names no endpoint of WADO-RS, and the target's settings name none")
    return configured, "settings"


def _addresses(
    acting: Acting, args: Mapping[str, Json], found: Iterable[endpoints.Found], base: str
) -> Iterator[tuple[str, str]]:
    """Yield the address of each endpoint of WADO-RS, and how it was found, until one is reached."""
    for each in islice(found, _MOST_ENDPOINTS):
        address = each.address or _read(acting, each.reference, base, args)
        if address:
            yield address, each.how
        if acting.teller.client.reaches(address):
            return


def _read(acting: Acting, reference: str, base: str, args: Mapping[str, Json]) -> str:
    """Return the address of an endpoint that has to be read first, from the base that named it."""
    if not reference or ("://" in reference and not acting.teller.client.reaches(reference)):
        return ""
    url = reference if "://" in reference else f"{base}/{reference}"
    sent = acting.read(url, whose=str(args.get("with", "")))
    there = sent.exchange.answer.status == _OK
    return endpoints.Found(how="", resource=sent.body).address if there else ""
