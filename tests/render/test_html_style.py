import re

import pytest

from conformance.render.html import TEMPLATES

CSS = (TEMPLATES / "style.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
    for block in re.findall(r":root \{([^}]*)\}", CSS)[:2]
)
WORDS = ("ink", "soft", "link", "fail", "error", "untested", "warn", "pass", "skip", "data")


def channels(colour):
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("word", WORDS)
def test_every_text_colour_can_be_read_on_every_ground(theme, word):
    for ground in ("paper", "card", "well"):
        assert contrast(channels(theme[word]), channels(theme[ground])) >= 4.5, ground


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("word", WORDS[3:])
def test_a_badge_can_be_read_on_its_own_tint(theme, word):
    pairs = zip(channels(theme[word]), channels(theme["card"]), strict=True)
    tint = [0.11 * own + 0.89 * ground for own, ground in pairs]
    assert contrast(channels(theme[word]), tint) >= 4.5


def test_the_themes_colour_the_same_things():
    assert set(LIGHT) == set(DARK)
