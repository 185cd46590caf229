"""The run as results that Allure makes its report from: a folder of files, in allure-pytest's own model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attr
from allure_commons.model2 import TEST_CASE_PATTERN

from conformance.render.allure import beside, results
from conformance.render.allure.messages import messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.events import Run


def files(run: Run, summary: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give each file of the folder, its name and its text; the same run gives the same files."""
    yield "environment.properties", beside.environment(run, summary)
    yield "categories.json", json.dumps(beside.CATEGORIES, indent=1) + "\n"
    for result in results.results(run, summary):
        yield TEST_CASE_PATTERN.format(prefix=result.uuid), _text(result)
    for scenario in run.scenarios:
        for exchange in scenario.exchanges:
            for message in messages(exchange):
                yield message.filename, message.text


def _text(result: Any) -> str:
    """Return a result as allure-pytest's own writer spells it: without what is empty."""
    told = attr.asdict(result, filter=lambda _, value: bool(value) or value is False)
    return json.dumps(told, indent=1) + "\n"
