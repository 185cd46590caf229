"""`dermconf diff`: what changed between recorded runs, of two servers, two versions or two days."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.diff import Change, Difference

_RECORD = "run.jsonl"
_CUT_OFF = 4
_WORDS: Mapping[str, str] = {
    "regression": "WORSE",
    "flaky": "FLAKY",
    "fixed": "FIXED",
    "new": "NEW",
    "removed": "GONE",
    "changed": "OTHER",
}


@click.command()
@click.argument("records", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown", "html"]), default="text")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file, instead of the terminal.")
def command(records: tuple[Path, ...], form: str, output: Path | None) -> int:
    """Say what changed from the first of RECORDS (run.jsonl, or its folder) to the last.

    Runs of one server between them show what goes back and forth. Exit 1 where something got worse, 4 where
    a run was cut off, so that nobody can say that nothing did.
    """
    from conformance import events  # noqa: PLC0415 - kept out of the start
    from conformance.diff import compare  # noqa: PLC0415 - kept out of the start

    if len(records) < 2:  # noqa: PLR2004 - a comparison takes two
        raise Problem(
            "usage", "diff: name two recorded runs or more", hint="dermconf diff old/run.jsonl new/run.jsonl"
        )
    found = compare([events.read(path / _RECORD if path.is_dir() else path) for path in records])
    text = _FORMS[form](found)
    if output is None:
        click.echo(text)
    else:
        try:
            output.write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            raise Problem("usage", f"{output} cannot be written: {error.strerror}") from None
    if found.worse:
        return 1
    return _CUT_OFF if found.cut else 0


def _text(found: Difference) -> str:
    return "\n".join(_lines(found))


def _lines(found: Difference) -> Iterator[str]:
    from conformance.render.text import visible  # noqa: PLC0415 - kept out of the start

    for number, head in enumerate(found.heads, 1):
        yield visible(f"run {number}  {_title(head)}")
    yield from (visible(f"note   {warning}") for warning in found.warnings)
    yield ""
    for change in found.changes:
        yield visible(f"{_WORDS[change.kind]:<6} {change.requirement}  {change.scenario}  {_way(change)}")
        if change.message:
            yield visible(f"       {change.message}")
    yield _sum(found)


def _title(head: Mapping[str, object]) -> str:
    named = " ".join(str(head[key]) for key in ("target", "server") if head[key])
    by = f"dermconf {head['dermconf']}, rules {head['requirements']}"
    return f"{named}, {head['started']}, {by}: {head['verdict']}"


def _way(change: Change) -> str:
    way = " → ".join(change.verdicts if change.kind == "flaky" else (change.before, change.after))
    return f"{way} (the scenario was reworded)" if change.reworded else way


def _sum(found: Difference) -> str:
    kinds = [change.kind for change in found.changes]
    told = [f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)]
    return ", ".join(told) if told else "nothing changed"


def _json(found: Difference) -> str:
    from conformance.jsontext import dumps  # noqa: PLC0415 - kept out of the start

    return dumps(
        {
            "runs": list(found.heads),
            "warnings": list(found.warnings),
            "changes": [asdict(change) for change in found.changes],
        }
    )


def _markdown(found: Difference) -> str:
    heads = [f"{number}. {_code(_title(head))}" for number, head in enumerate(found.heads, 1)]
    notes = [f"- {_code(warning)}" for warning in found.warnings]
    rows = ["| change | rule | scenario | verdict | message |", "| --- | --- | --- | --- | --- |"]
    rows += ["| " + " | ".join(_cells(change)) + " |" for change in found.changes]
    return "\n".join([f"## {_sum(found)}", "", *heads, "", *notes, "", *(rows if found.changes else [])])


def _cells(change: Change) -> tuple[str, ...]:
    message = _code(change.message) if change.message else ""
    return change.kind.value, change.requirement, _code(change.scenario), _way(change), message


def _code(text: str) -> str:
    """Return text as code of one line in a cell, whatever a server put into it."""
    from conformance.render.text import shown  # noqa: PLC0415 - kept out of the start

    bare = shown(text).replace("`", "'").replace("|", "\\|")
    return f"`{bare}`"


def _html(found: Difference) -> str:
    from conformance.render.diffpage import page  # noqa: PLC0415 - kept out of the start

    return page(
        [found.heads[0], found.heads[-1]], [asdict(change) for change in found.changes], cut=found.cut
    )


_FORMS: Mapping[str, Callable[[Difference], str]] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
    "html": _html,
}
