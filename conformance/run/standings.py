"""By which guides a run is judged: told in its header, and asked for when the run is judged again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalogue.own import recalled
from conformance.problem import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conformance.confirming.given import Given
    from conformance.events import Run
    from conformance.guides import Guides
    from conformance.model import Json, Requirement

_SILENT = "silent"
# The publisher's package could not be had: the shipped rules were read off its pages.
_PAGES = {"name": "annotatemd.dermatology-annotation", "version": "0.1.0", "read": "pages of 2026-04-04"}


def told(given: Given | None) -> dict[str, Json]:
    """Return what a header says of the definitions that judge: pages, packages, and what those come to."""
    if given is None:
        return {"ig": [_PAGES]}
    packages = [{"name": p.name, "version": p.version, "sha256": p.sha256} for p in given.packages]
    spoken = {name: s.value for name, s in given.standings.items() if s != _SILENT}
    return {"ig": [_PAGES, *packages], "standings": dict(sorted(spoken.items()))}


def regraded(run: Run) -> Mapping[str, Requirement]:
    """Return the requirements that a recorded run was judged by, as its packages left them.

    The record alone is needed: it holds also the rules of a user's own catalogue.
    """
    catalogue = recalled(run.header.get("own", ()))
    standings = run.header.get("standings")
    if not standings:
        return catalogue
    from conformance.confirming.reading import graded  # noqa: PLC0415 - few runs have a package

    return graded(catalogue, standings)


def again(run: Run, record: Path, paths: Sequence[Path]) -> Guides | None:
    """Return the definitions that a recorded run was judged by, None for the shipped ones.

    Raises Problem unless `paths` are the packages of that run, byte for byte.
    """
    wanted = [each for each in run.header.get("ig", ()) if each.get("sha256")]
    named = ", ".join(f"{each['name']} {each['version']} (sha256 {each['sha256'][:12]}…)" for each in wanted)
    if wanted and not paths:
        raise _otherwise(record, f"this run was judged by {named}", "name the same package with --ig")
    if paths and not wanted:
        raise _otherwise(record, "this run was judged without a package", "leave --ig out")
    if not paths:
        return None
    from conformance.confirming.given import read  # noqa: PLC0415 - few runs have a package

    given = read(paths, recalled(run.header.get("own", ())))
    if [each.sha256 for each in given.packages] != [each["sha256"] for each in wanted]:
        found = ", ".join(f"{p.name} {p.version} (sha256 {p.sha256[:12]}…)" for p in given.packages)
        raise _otherwise(
            record, f"this run was judged by {named}, and not by {found}", "name those with --ig"
        )
    return given.guides


def _otherwise(record: Path, message: str, hint: str) -> Problem:
    return Problem("other-package", message, place=Place(str(record)), hint=hint)
