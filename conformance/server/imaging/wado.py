"""WADO-RS (PS3.18, 10.4): studies, series, instances, metadata, frames, rendered images and bulk data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.imaging import answering, part10
from conformance.server.imaging.admission import admit, anybody
from conformance.server.imaging.people import SLOW_PATIENT
from conformance.server.imaging.searching import require_time
from conformance.server.imaging.studies import studies
from conformance.server.messages import Refusal, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.server.imaging.addresses import Addresses
    from conformance.server.imaging.admission import Admitted
    from conformance.server.imaging.capability import Capability
    from conformance.server.imaging.side import Side
    from conformance.server.imaging.studies import Located, Study
    from conformance.server.messages import Request

_LEVELS = ("studies", "series", "instances", "frames")
_DOORS = ("study", "series", "instance", "frames")
_GRANTED = "granted"
_UID = re.compile(r"[0-9.]{1,64}")  # PS3.5, 9.1
_NUMBERS = re.compile(r"[0-9]{1,6}(,[0-9]{1,6}){0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a path asks for: the door, the UIDs of its levels, and the numbers of frames."""

    door: str
    uids: tuple[str, ...]
    frames: str = ""


def answer(side: Side, request: Request, at: Addresses) -> tuple[str, Reply]:
    """Return the door that a request knocks at, and what is answered there."""
    request = side.behaviour.ask(request)
    granted, below = _split(request.path)
    wanted = _wanted(below)
    door = wanted.door if wanted else "study"
    try:
        return door, _answered(side, request, at, granted, wanted)
    except Refusal as refused:
        return door, _told(refused)


def _answered(side: Side, request: Request, at: Addresses, granted: str, wanted: Wanted | None) -> Reply:
    if request.method not in {"GET", "HEAD"}:
        headers = {"allow": "GET, HEAD"}
        text = f"{request.method} is not possible here; possible: GET, HEAD."
        raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "not-supported", text, headers=headers)
    capability = side.mint.read(granted) if granted else None
    # Only a generation that has them makes capabilities that stand for the token.
    bearing = capability is not None and not capability.token
    door = wanted.door if wanted else "study"
    admitted = anybody(side) if bearing else admit(side, request, door)
    if wanted is None:
        raise side.behaviour.unknown("resource")
    _require_uids(wanted)
    if granted:
        _require_capability(admitted, capability, wanted)
    study = _study(admitted, wanted)
    if study.patient == SLOW_PATIENT:
        require_time(admitted, *request.path)
    images = _images(admitted, study, wanted)
    return answering.answer(
        answering.Asked(side=side, accept=request.header("accept"), base=f"{at.wado}{_prefix(granted)}"),
        wanted.door,
        images,
        frames=_frames(wanted),
    )


def _split(path: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the capability of a path, where it has one, and the path below it."""
    return (path[1], path[2:]) if path[:1] == (_GRANTED,) and len(path) > 1 else ("", path)


def _prefix(granted: str) -> str:
    return f"/{_GRANTED}/{granted}" if granted else ""


def _wanted(path: tuple[str, ...]) -> Wanted | None:
    """Return what a path below the base asks for, None where it is the path of nothing."""
    form, below = "", path
    if path[-1:] in {("metadata",), ("rendered",)}:
        form, below = path[-1], path[:-1]
    elif path[-2:] == ("bulkdata", part10.PIXEL_DATA):
        form, below = "bulkdata", path[:-2]
    names, values = below[::2], below[1::2]
    deep = len(names)
    if not deep or deep != len(values) or names != _LEVELS[:deep] or deep not in _DEPTHS[form]:
        return None
    frames = values[3] if deep == len(_LEVELS) else ""
    return Wanted(door=form or _DOORS[deep - 1], uids=values[:3], frames=frames)


# How many levels of UIDs and numbers each form may have.
_DEPTHS: Mapping[str, range] = {
    "": range(1, 5),
    "metadata": range(1, 4),
    "rendered": range(1, 5),
    "bulkdata": range(3, 4),
}


def _require_uids(wanted: Wanted) -> None:
    if not all(_UID.fullmatch(uid) for uid in wanted.uids):
        raise Refusal(HTTPStatus.BAD_REQUEST, "value", "A UID has at most 64 digits and dots.")
    if wanted.frames and not _NUMBERS.fullmatch(wanted.frames):
        raise Refusal(HTTPStatus.BAD_REQUEST, "value", "Frames are numbers, separated by commas.")


def _require_capability(admitted: Admitted, capability: Capability | None, wanted: Wanted) -> None:
    behaviour, now = admitted.side.behaviour, admitted.side.clock()
    holds = capability is not None and behaviour.holds(capability, token=admitted.token, now=now)
    if capability is None or not holds or not behaviour.confines(capability, wanted.uids[0]):
        text = "This address is not, or not any more, for this study and this token."
        raise Refusal(HTTPStatus.FORBIDDEN, "forbidden", text)


def _study(admitted: Admitted, wanted: Wanted) -> Study:
    behaviour = admitted.side.behaviour
    study = behaviour.find(studies().get(wanted.uids[0]))
    if study is None:
        raise behaviour.unknown("study")
    if not admitted.sees(study):
        raise Refusal(HTTPStatus.FORBIDDEN, "forbidden", "This token does not allow this study.")
    return study


def _images(admitted: Admitted, study: Study, wanted: Wanted) -> Sequence[Located]:
    _, series, image = (*wanted.uids, "", "")[:3]
    found = [
        one for one in study.located() if series in {"", one.series.uid} and image in {"", one.image.uid}
    ]
    if not found:
        raise admitted.side.behaviour.unknown("series or instance")
    return admitted.side.behaviour.retrieve(found, wanted.door)


def _frames(wanted: Wanted) -> tuple[int, ...]:
    return tuple(int(number) for number in wanted.frames.split(",") if number)


def _told(refused: Refusal) -> Reply:
    """Return a refusal in words: this is no FHIR base."""
    headers = {"content-type": "text/plain; charset=utf-8", **refused.headers}
    return Reply(status=refused.status, headers=headers, content=f"{refused}\n".encode())
