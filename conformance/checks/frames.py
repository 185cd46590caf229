"""Whether what was sent for a frame can be one: by its size, where pixels are as they are (PS3.5, 8.1.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.checks import say
from conformance.checks.jsonpath import found as in_json
from conformance.model import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.checks.scene import Scene
    from conformance.model import Json, Outcome

_ROWS, _COLUMNS, _SAMPLES, _BITS, _COLOURS = "00280010", "00280011", "00280002", "00280100", "00280004"
_SYNTAX = re.compile(r";\s*transfer-syntax\s*=\s*\"?([0-9.]+)", re.IGNORECASE)
# PS3.5, section A: those in which pixels are as they are.
_NATIVE = frozenset(f"1.2.840.10008.1.2{end}" for end in ("", ".1", ".1.98", ".2"))
# What is no pixels, whatever was asked for.
_WORDS = frozenset({"json", "text"})
_SAID = re.compile(r"\s*(text/|application/([a-z0-9.+-]*[+])?(json|xml)\b)", re.IGNORECASE)
_LARGEST = 65535


def judged(at: str, other: Json, facts: Mapping[str, Json], scene: Scene) -> Outcome:
    """Return whether each part may be a frame of the image whose metadata a step retrieved."""
    if "parts" not in facts:
        return say.found(held=False, at=at, expected="a part for each frame", actual=facts["format"])
    step = scene.steps.get(str(other))
    sizes = _sizes(step.body if step else None)
    parts = [part for part in facts["parts"] if not part.get("open")]
    outcomes = [_one(at, number, part, sizes, str(other)) for number, part in enumerate(parts, 1)]
    order = (Result.FAILED, Result.UNTESTED, Result.NOT_ASKED, Result.HELD)
    nothing = say.untested("the body has no part to look at", at=at)
    return min(outcomes, key=lambda outcome: order.index(outcome.result), default=nothing)


def _one(at: str, number: int, part: Mapping[str, Json], sizes: list[int], other: str) -> Outcome:
    said = _SYNTAX.search(part["type"])
    native = said is None or said[1] in _NATIVE
    if not part["size"] or _SAID.match(part["type"]) or (part["format"] in _WORDS and not native):
        return _no_pixels(at, number, part)
    if not native or part["type"].strip().lower().startswith(("image/", "video/")):
        return say.found(held=True, at=at, expected="pixels", actual=part["format"])
    if not sizes:
        return say.not_asked(f"step '{other}' does not tell how large a frame is")
    held = part["size"] in sizes
    if not held and said is None and part["format"] not in _WORDS:
        return say.untested(f"part {number} does not tell its transfer syntax", at=at)
    return say.found(
        held,
        at=f"part {number}",
        expected=sizes[0],
        actual=part["size"],
        wanted=f"{sizes[0]} bytes of pixels",
        seen=f"{part['size']} bytes ({part['format']})",
    )


def _no_pixels(at: str, number: int, part: Mapping[str, Json]) -> Outcome:
    message = (
        f"part {number} holds no pixels: {part['type'] or 'no type'}, {part['format']} by its first bytes"
    )
    return say.found(held=False, at=at, expected="pixels", actual=part["format"], failing=message)


def _sizes(body: Json) -> list[int]:
    """Return in how many bytes a frame may lie by the metadata of its image; none where that is not told."""
    rows, columns, samples, bits = (_number(body, tag) for tag in (_ROWS, _COLUMNS, _SAMPLES, _BITS))
    if not rows * columns * samples * bits:
        return []
    colours = str(next(iter(in_json(f"$[0]['{_COLOURS}'].Value[0]", body)), ""))
    # PS3.3, section C.7.6.3.1.2: of two pixels beside each other, the colours are there once.
    shared = [2] if colours.endswith("_422") else []
    exact = [-(-rows * columns * each * bits // 8) for each in (samples, *shared)]
    # PS3.5, section 8.1.1: an odd number of bytes is made even.
    return [size for each in exact for size in (each, each + each % 2)]


def _number(body: Json, tag: str) -> int:
    value = next(iter(in_json(f"$[0]['{tag}'].Value[0]", body)), 0)
    plain = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= _LARGEST
    return int(value) if plain else 0
