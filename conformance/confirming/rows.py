"""What a comparison came to, as rows for people and programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from conformance.confirming.facets import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.confirming.facets import Said
    from conformance.confirming.given import Given
    from conformance.confirming.reading import Compared
    from conformance.model import Json

_UNKNOWN = "unknown"


def rows(given: Given) -> Iterator[dict[str, Json]]:
    """Yield a row for each requirement that a rule of ours carries, and for each demand that none knows."""
    for requirement, standing in sorted(given.standings.items()):
        mine = [each for each in given.compared if each.rule.requirement == requirement]
        yield {
            "id": requirement,
            "standing": standing.value,
            "says": says(standing, mine),
            "rules": [_rule(each) for each in mine],
        }
    for profile, demand in given.unknown:
        name = profile.rpartition("/")[2]
        yield {
            "id": f"{name}#{demand.at} {demand.aspect}" if demand.at else profile,
            "standing": _UNKNOWN,
            "says": demand.says,
            "profile": profile,
            "at": demand.at,
            "aspect": demand.aspect,
        }


def says(standing: Standing, compared: Sequence[Compared]) -> str:
    """Return in one line what a package says of a requirement, by the rules that decided."""
    deciding = [each for each in compared if each.standing is standing] or compared
    return "; ".join(dict.fromkeys(filter(None, (_line(one) for each in deciding for one in each.deciding))))


def about(given: Given, requirement: str) -> str:
    """Return the standing of one requirement in one line."""
    standing = given.standings.get(requirement)
    if standing is None:
        return "no rule of its profiles stands for it"
    mine = [each for each in given.compared if each.rule.requirement == requirement]
    told = says(standing, mine)
    return f"{standing}: {told}" if told else standing.value


def total(given: Given) -> str:
    """Return the packages and what they come to, in one line."""
    named = ", ".join(f"{p.name} {p.version} (sha256 {p.sha256[:12]}…)" for p in given.packages)
    counted = Counter(given.standings.values())
    told = ", ".join(f"{counted[standing]} {standing}" for standing in Standing)
    return f"{named}: {told}; {len(given.unknown)} demands that no rule knows"


def _rule(compared: Compared) -> dict[str, Json]:
    return {
        "profile": compared.rule.profile,
        "rule": compared.rule.key,
        "evidence": compared.rule.evidence,
        "standing": compared.standing.value,
        "compared": [
            {"standing": each.standing.value, "at": each.at, "ours": each.ours, "theirs": each.theirs}
            for each in compared.said
        ],
    }


def _line(one: Said) -> str:
    if one.standing is Standing.CONTRADICTED:
        return f"{one.at}: ours '{one.ours}', theirs '{one.theirs}'"
    return f"{one.at}: {one.theirs}" if one.theirs else ""
