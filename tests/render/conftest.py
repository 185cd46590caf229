from pathlib import Path

import pytest
from render_events import RULES

from conformance.render import story


@pytest.fixture(autouse=True)
def few_rules(monkeypatch):
    monkeypatch.setattr(story, "requirements", lambda: RULES)


GOLDEN = Path(__file__).parent.parent / "golden"


@pytest.fixture
def golden():
    """Compare a text with the file that pins it; to change what is pinned, change the file."""

    def compare(name, text):
        assert text == (GOLDEN / name).read_text(encoding="utf-8")

    return compare
