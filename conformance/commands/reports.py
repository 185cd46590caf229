"""Writing the reports that were asked for; no command of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from conformance.problem import Place, Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conformance.events import Run
    from conformance.model import Json


def chosen(text: str) -> list[str]:
    """Return the formats that a list names; raises Problem for one that there is not."""
    from conformance.render import FOLDERS, FORMATS  # noqa: PLC0415 - kept out of the start

    known = sorted({*FORMATS, *FOLDERS})
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f"known: {', '.join(known)}"
            raise Problem("usage", f"--formats: there is no format '{name}'", hint=hint)
    return names


def forget(folder: Path) -> None:
    """Remove the reports of an earlier run, so that none of them is taken for this one's."""
    from conformance.render import FOLDERS, FORMATS  # noqa: PLC0415 - kept out of the start

    for filename, _ in FORMATS.values():
        (folder / filename).unlink(missing_ok=True)
    for kind in FOLDERS.values():
        _clear(folder / kind.name, kind.patterns)


def _clear(folder: Path, patterns: Sequence[str]) -> None:
    for pattern in patterns:
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)


def write(run: Run, told: Mapping[str, Json], folder: Path, names: Sequence[str], stream: TextIO) -> None:
    """Write the reports into a folder and show the console text."""
    from conformance.render.console import show  # noqa: PLC0415 - kept out of the start

    for name in names:
        try:
            _write(run, told, folder, name)
        except OSError as error:
            message = f"the report cannot be written: {error.strerror}"
            raise Problem("report-dir", message, place=Place(error.filename or str(folder))) from None
    show(run, told, stream, reports=str(folder))


def _write(run: Run, told: Mapping[str, Json], folder: Path, name: str) -> None:
    from conformance.render import FOLDERS, FORMATS  # noqa: PLC0415 - kept out of the start

    folder.mkdir(parents=True, exist_ok=True)
    if name in FORMATS:
        filename, draw = FORMATS[name]
        (folder / filename).write_text(draw(run, told), encoding="utf-8")
        return
    kind = FOLDERS[name]
    inside = folder / kind.name
    _clear(inside, kind.patterns)
    inside.mkdir(exist_ok=True)
    for filename, text in kind.files(run, told):
        (inside / filename).write_text(text, encoding="utf-8")
