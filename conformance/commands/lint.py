"""`dermconf lint`: what is amiss with scenario files, by file, line and column."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="lint")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.pass_context
def command(context: click.Context, paths: tuple[Path, ...]) -> None:
    """Judge scenario files without any server (none named: those that are shipped).

    Exit code 0: nothing found (a question alone is nothing); 1: something found; 2: usage.
    """
    from conformance import read  # noqa: PLC0415 - start-up stays fast
    from conformance.problem import Problem, Problems  # noqa: PLC0415
    from conformance.read.validity import invalid  # noqa: PLC0415

    files = mistakes = questions = 0
    try:
        for loaded in read.scenarios(paths):
            files += 1
            problems = loaded.problems or invalid(loaded)
            mistakes += len(problems)
            questions += len(loaded.warnings)
            for problem in problems:
                click.echo(str(problem))
            for question in loaded.warnings:
                click.echo(f"{question}\n      (a question, not a mistake)")
    except (Problem, Problems) as problem:
        click.echo(str(problem))
        context.exit(1)
    click.echo(_sum(files, mistakes, questions))
    if not files:
        context.exit(2)
    if mistakes:
        context.exit(1)


def _sum(files: int, mistakes: int, questions: int) -> str:
    if not files:
        return "no scenario files there"
    parts = [_counted(files, "file"), _counted(mistakes, "mistake"), _counted(questions, "question")]
    return ", ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
