"""What is left to the side that has the images: how metadata spell addresses (fairness F12)."""
# ruff: noqa: D102 - the sentence of a variation's class says what its method does

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.server.imaging.behaviour import Imaging
from conformance.server.variations.registry import allowed

if TYPE_CHECKING:
    from conformance.server.messages import Reply

_BULK = "BulkDataURI"


@allowed("F12")
class RelativeBulkData(Imaging):
    """Metadata say where bulk data are by an address without scheme and host (RFC 3986, section 4.2)."""

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        if door != "metadata" or said.status != HTTPStatus.OK:
            return said
        told = [
            {
                tag: {**item, _BULK: urlsplit(item[_BULK]).path} if _BULK in item else item
                for tag, item in image.items()
            }
            for image in json.loads(said.content or b"[]")
        ]
        return replace(said, content=json.dumps(told).encode())
