"""What is retrieved is named as PS3.18 has it: so many UIDs, and the numbers of frames; or by an address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.problem import Problem
from conformance.read.language import UIDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.read.lint.ground import Ground

# PS3.5, section 9.1; FHIR may write a UID as a URN. PS3.18, section 10.4.1.1.5: frames are counted from 1.
_UID = re.compile(r"(urn:oid:)?(?=.{1,64}$)[0-9]+(\.[0-9]+)*")
_FRAMES = re.compile(r"[1-9][0-9]*(,[1-9][0-9]*)*")
_LEVELS = ("a study", "a series", "an instance")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HTTP = frozenset({"http", "https"})


def named(ground: Ground) -> Iterator[Problem]:
    """Return what is amiss with the names of what is retrieved, where they hold no look-up."""
    for step, tree in ground.steps():
        of = step.args.get("of")
        if step.verb != "retrieve" or not isinstance(of, str) or "{{" in of:
            continue
        told = _address(of) if step.subject == "attachment" else _uids(step.subject, of.split("/"))
        if told:
            message, hint = told
            yield Problem("of", message, place=tree.find("of").place, hint=hint)


def _address(of: str) -> tuple[str, str] | None:
    scheme = _SCHEME.match(of)
    if scheme is None or scheme[1].lower() in _HTTP:
        return None
    return f"'{of}' is no http or https address", "of: Binary/1, or https://host/fhir/Binary/1"


def _uids(what: str, parts: list[str]) -> tuple[str, str] | None:
    least, most = UIDS[what]
    shape = "/".join(("STUDY", "SERIES", "INSTANCE", "FRAME")[:most])
    hint = f"of: {shape}" + (
        f", or its first {'' if least == 1 else f'{least} '}parts" if least < most else ""
    )
    if not least <= len(parts) <= most:
        wanted = "one part" if most == 1 else f"{most} parts" if least == most else f"{least} to {most} parts"
        return f"`retrieve: {what}` takes {wanted}, joined by '/'; actual: {len(parts)}", hint
    for level, uid in zip(_LEVELS, parts, strict=False):
        if not _UID.fullmatch(uid):
            return (
                f"'{uid}' is no UID of {level}",
                "digits with dots between them, such as 1.2.840.113619.2.55",
            )
    if len(parts) > len(_LEVELS) and not _FRAMES.fullmatch(parts[-1]):
        return f"'{parts[-1]}' is no number of a frame", "frames are counted from 1, several with commas: 1,2"
    return None
