"""The end of cleaning up: what would not go or was not found is tried once more, and listed if it stays."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from conformance.run import cleaning
from conformance.run.tracing import traced

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.run.cleaning import Rest
    from conformance.run.telling import Teller
    from conformance.run.tracing import Lost

    Places = Sequence[tuple[Teller, str]]
    Searched = Sequence[tuple[Teller, Lost]]

# A search may lawfully be late (fairness F23): what a lost answer stored is looked for this long.
PATIENCE = 5.0
_PAUSE = 1.0


def finish(rests: Iterable[tuple[Teller, Rest]], patience: float | None) -> Rest:
    """Delete and look for what several scenarios left; return and list what stays.

    `patience` is how long the server may take until what it stored is found, PATIENCE if that is not known.
    """
    every = list(rests)
    refused = [(teller, reference) for teller, rest in every for reference in rest.stay]
    missing = [(teller, one) for teller, rest in every for one in rest.lost]
    found, lost = _found(missing, PATIENCE if patience is None else patience)
    stay, why = _deleted([*found, *refused])
    for teller, reference in stay:
        cleaning.left(teller, reference, why)
    for teller, one in lost:
        told = f"a {one.type} was sent; whether it was stored is not known"
        teller.tell("leftover", reference="", tag=one.tag, why=told)
    return cleaning.Rest(
        stay=tuple(reference for _, reference in stay),
        lost=tuple(one for _, one in lost),
        doubtful=tuple(reference for _, rest in every for reference in rest.doubtful),
    )


def _found(lost: Searched, patience: float) -> tuple[Places, Searched]:
    """Look for what was lost until it is found or time is up; a server that falls silent is not asked on."""
    until = time.monotonic() + patience
    found: list[tuple[Teller, str]] = []
    while lost:
        missing: list[tuple[Teller, Lost]] = []
        for teller, one in lost:
            hits = traced(teller, one, closing=True)
            if hits is None:
                return found, lost
            found += [(teller, f"{one.type}/{body['id']}") for body in hits]
            missing += [] if hits else [(teller, one)]
        lost = missing
        if not lost or time.monotonic() + _PAUSE > until:
            break
        time.sleep(_PAUSE)
    return found, lost


def _deleted(stay: Places) -> tuple[Places, str]:
    """Delete in rounds as long as a round deletes something; return what stays, and why."""
    while stay:
        kept: list[tuple[Teller, str]] = []
        for number, (teller, reference) in enumerate(stay):
            status = cleaning.delete(teller, reference)
            if status is None:
                return [*kept, *stay[number:]], "the server does not answer, or asks for patience"
            kept += [] if cleaning.gone(status) else [(teller, reference)]
        if len(kept) == len(stay):
            return kept, "the server refuses to delete it"
        stay = kept
    return (), ""
