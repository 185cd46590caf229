"""The answers of WADO-RS: what each form offers, and its bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from conformance.server.imaging import multipart, part10, pictures
from conformance.server.imaging.accept import Offer
from conformance.server.imaging.drawing import grey
from conformance.server.imaging.multipart import Part
from conformance.server.imaging.studies import CT
from conformance.server.messages import Refusal, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.server.imaging.side import Side
    from conformance.server.imaging.studies import Located

_SYNTAX = part10.EXPLICIT_LITTLE_ENDIAN
_MULTIPART = "multipart/related"
_FILES = (Offer(type=_MULTIPART, parts="application/dicom", syntax=_SYNTAX),)
_PIXELS = (Offer(type=_MULTIPART, parts="application/octet-stream", syntax=_SYNTAX),)
_METADATA = (Offer(type="application/dicom+json"), Offer(type="application/json"))
_PICTURE = (Offer(type="image/jpeg"), Offer(type="image/png"))
_PICTURES = tuple(Offer(type=_MULTIPART, parts=one.type) for one in _PICTURE)
_OFFERS: Mapping[str, Sequence[Offer]] = {
    "study": _FILES,
    "series": _FILES,
    "instance": _FILES,
    "metadata": _METADATA,
    "frames": _PIXELS,
    "bulkdata": _PIXELS,
    "rendered": _PICTURE,
}
_DRAW = {"image/jpeg": pictures.jpeg, "image/png": pictures.png}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who answers, what the client accepts, and the base of the addresses in the answer."""

    side: Side
    accept: str
    base: str

    def address(self, one: Located) -> str:
        """Return the address of an instance."""
        return f"{self.base}/studies/{one.study.uid}/series/{one.series.uid}/instances/{one.image.uid}"


def answer(asked: Asked, door: str, images: Sequence[Located], *, frames: Sequence[int]) -> Reply:
    """Return images in the form that the door gives, of those that the client accepts."""
    offers = _OFFERS[door]
    if door == "rendered" and len(images) > 1:
        # Several pictures are several parts (PS3.18, 10.4.1.1.5); a client that takes one gets the first.
        offers = (*_PICTURES, *_PICTURE)
    offer = asked.side.behaviour.choose(asked.accept, offers)
    if offer is None:
        there = ", ".join(f'{one.type}; type="{one.parts}"' if one.parts else one.type for one in offers)
        raise Refusal(HTTPStatus.NOT_ACCEPTABLE, "not-supported", f"There is {there}.")
    if door == "metadata":
        return _said(asked, offer, _metadata(asked, images))
    if door == "rendered":
        return _rendered(asked, offer, images, frames)
    if door in {"frames", "bulkdata"}:
        return _parts(asked, offer, _raw(asked, images[0], frames))
    return _parts(asked, offer, [_file(asked, one, door) for one in images])


def _said(asked: Asked, offer: Offer, content: bytes) -> Reply:
    headers = {"content-type": asked.side.behaviour.label(offer.type)}
    return Reply(status=HTTPStatus.OK, headers=headers, content=content)


def _parts(asked: Asked, offer: Offer, parts: Sequence[Part]) -> Reply:
    between = multipart.boundary(parts)
    type_ = multipart.content_type(asked.side.behaviour.label(offer.parts), between)
    return Reply(
        status=HTTPStatus.OK, headers={"content-type": type_}, content=multipart.body(parts, between)
    )


def _file(asked: Asked, one: Located, door: str) -> Part:
    stated = asked.side.behaviour.describe(part10.attributes(one), door)
    content = asked.side.behaviour.finish(part10.file(stated, b"".join(part10.frames(one))))
    return Part(
        type=f"application/dicom; transfer-syntax={_SYNTAX}", location=asked.address(one), content=content
    )


def _metadata(asked: Asked, images: Sequence[Located]) -> bytes:
    describe = asked.side.behaviour.describe
    told = [
        part10.as_json(
            describe(part10.attributes(one), "metadata"),
            f"{asked.address(one)}/bulkdata/{part10.PIXEL_DATA}",
        )
        for one in images
    ]
    return json.dumps(told, separators=(",", ":")).encode()


def _raw(asked: Asked, one: Located, frames: Sequence[int]) -> list[Part]:
    """Return the frames asked for, each a part; without numbers, all pixels as one."""
    there = part10.frames(one)
    type_ = f"application/octet-stream; transfer-syntax={_SYNTAX}"
    if not frames:
        location = f"{asked.address(one)}/bulkdata/{part10.PIXEL_DATA}"
        return [Part(type=type_, location=location, content=b"".join(there))]
    return [
        Part(
            type=type_,
            location=f"{asked.address(one)}/frames/{number}",
            content=there[_place(asked, number, len(there))],
        )
        for number in frames
    ]


def _place(asked: Asked, number: int, there: int) -> int:
    """Return the place of a frame among all that there are; the first has the number 1."""
    sent = asked.side.behaviour.frame(number)
    if not 1 <= number <= there:
        raise asked.side.behaviour.unknown("frame")
    return (sent - 1) % there


def _rendered(asked: Asked, offer: Offer, images: Sequence[Located], frames: Sequence[int]) -> Reply:
    type_ = offer.parts or offer.type
    if not offer.parts:
        return _said(asked, offer, _picture(asked, images[0], type_, frames))
    parts = [
        Part(type=type_, location=f"{asked.address(one)}/rendered", content=_picture(asked, one, type_, ()))
        for one in images
    ]
    return _parts(asked, offer, parts)


def _picture(asked: Asked, one: Located, type_: str, frames: Sequence[int]) -> bytes:
    drawings = part10.drawings(one)
    number = frames[0] if frames else 1
    drawn = drawings[_place(asked, number, len(drawings))]
    return _DRAW[type_](grey(drawn) if one.image.sop_class == CT else drawn)
