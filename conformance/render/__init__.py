"""The reports: each is drawn from the recorded run and its summary, and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


FORMATS: Mapping[str, tuple[str, Callable[[Run, Mapping[str, Any]], str]]] = {
    name: (each.filename, each.render)
    for name, each in {
        "badge": Format("badge.svg", "badge"),
        "har": Format("run.har", "har"),
        "html": Format("report.html", "html"),
        "json": Format("summary.json", "summary_json"),
        "junit": Format("junit.xml", "junit"),
        "markdown": Format("summary.md", "markdown"),
        "testreport": Format("testreport.json", "testreport"),
        "text": Format("summary.txt", "console"),
    }.items()
}
