"""`dermconf explain`: the page of one requirement, or the pages of all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from conformance.commands.pages import Pages


@click.command(name="explain")
@click.argument("id_", metavar="[ID]", required=False)
@click.option(
    "--ig",
    "packages",
    multiple=True,
    metavar="PACKAGE",
    type=click.Path(path_type=Path),
    help="A guide's package: what it says of the requirement.",
)
@click.option("--all", "all_", is_flag=True, help="Write the page of every requirement, and a list of them.")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where --all writes, such as docs/requirements.",
)
@click.pass_context
def command(
    context: click.Context,
    id_: str | None,
    packages: tuple[Path, ...],
    *,
    all_: bool,
    folder: Path | None,
) -> None:
    """Show what a requirement says, whom it binds, and what tests it."""
    from conformance.commands.pages import Pages  # noqa: PLC0415 - start-up stays fast
    from conformance.problem import Problem  # noqa: PLC0415

    if bool(id_) == all_ or all_ != bool(folder) or (all_ and packages):
        raise click.UsageError("name a requirement, or say --all --to FOLDER", context)
    try:
        told = _every(Pages.shipped(), folder) if folder else _one(Pages.shipped(), id_ or "", packages)
    except Problem as problem:
        click.echo(str(problem), err=True)
        context.exit(2)
    click.echo(told, nl=False)


def _one(pages: Pages, id_: str, packages: tuple[Path, ...]) -> str:
    text = pages.page(id_)
    return text + (f"\nIn the given package: {_standing(id_, packages)}\n" if packages else "")


def _every(pages: Pages, folder: Path) -> str:
    """Write all pages; pages of requirements that are no more are taken away."""
    files = pages.files(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.name not in files:
            old.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return f"{len(files)} pages in {folder}\n"


def _standing(id_: str, packages: tuple[Path, ...]) -> str:
    from conformance import catalogue  # noqa: PLC0415 - start-up stays fast
    from conformance.confirming import given, rows  # noqa: PLC0415

    return rows.about(given.read(packages, catalogue.requirements()), catalogue.requirement(id_).id)
