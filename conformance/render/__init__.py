"""The reports: each is drawn from the recorded run and its summary, and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from conformance.events import Run


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of report: the file it is written to, and the module that draws it."""

    filename: str
    module: str

    def render(self, run: Run, summary: Mapping[str, Any]) -> str:
        """Return the report as text; its module is imported only now."""
        module = import_module(f"conformance.render.{self.module}")
        render = cast("Callable[[Run, Mapping[str, Any]], str]", module.render)
        return render(run, summary)


@dataclass(frozen=True, slots=True)
class Folder:
    """One kind of report that is a folder: the module that draws its files, and what they are called."""

    name: str
    module: str
    patterns: tuple[str, ...]

    def files(self, run: Run, summary: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Give the name and the text of each file; the module is imported only now."""
        draw = import_module(f"conformance.render.{self.module}").files
        return cast("Callable[[Run, Mapping[str, Any]], Iterable[tuple[str, str]]]", draw)(run, summary)


FORMATS: Mapping[str, tuple[str, Callable[[Run, Mapping[str, Any]], str]]] = {
    name: (each.filename, each.render)
    for name, each in {
        "badge": Format("badge.svg", "badge"),
        "har": Format("run.har", "har"),
        "html": Format("report.html", "html"),
        "json": Format("summary.json", "summary_json"),
        "junit": Format("junit.xml", "junit"),
        "markdown": Format("summary.md", "markdown"),
        "shields": Format("badge.json", "shields"),
        "testreport": Format("testreport.json", "testreport"),
        "text": Format("summary.txt", "console"),
    }.items()
}

# Allure's report shows what is kept beside the results as well, such as the history of earlier runs.
FOLDERS: Mapping[str, Folder] = {
    "allure": Folder(
        "allure",
        "allure",
        ("*-result.json", "*-attachment.txt", "environment.properties", "categories.json"),
    )
}
