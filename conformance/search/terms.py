"""One parameter without chains: its values, its list of items, its modifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.search.ambiguity import ambiguous
from conformance.search.answers import (
    Answer,
    Verdict,
    agreement,
    all_of,
    any_of,
    choice,
    opposite,
)
from conformance.search.asked import Asked
from conformance.search.dates import prefixed
from conformance.search.describe import described
from conformance.search.matchers import matcher
from conformance.search.presence import missing
from conformance.search.spelling import split
from conformance.search.values import values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.definitions.r4 import SearchParameter
    from conformance.model import Json
    from conformance.search.asked import Found, Match
    from conformance.search.world import World

_PREFIXED = frozenset({"date", "number", "quantity"})
_ENOUGH = "R4 does not say whether one of several values is enough for 'ne'"
# A body that was sent, but not read again, says nothing of these (R4-CRE-04, R4-META-09).
_SERVER_SET = frozenset({"_id", "_lastUpdated", "_source"})


def judged(parameter: SearchParameter, modifier: str, value: str, resource: Json, world: World) -> Verdict:
    """Answer whether a resource matches one parameter, with the reason."""
    found = values(parameter, resource, world)
    if found is None:
        return choice(f"the oracle cannot evaluate '{parameter.code}'")
    if not found and parameter.code in _SERVER_SET:
        return choice(f"'{parameter.code}' is set by the server, and this body does not show it")
    asked = Asked(parameter=parameter, resource=resource, world=world, modifier=modifier)
    verdict = _judged(found, value, asked)
    spelt = f":{modifier} {value}" if modifier else value
    return verdict.because(described(found, parameter.code, str(resource.get("resourceType")), spelt))


def _judged(found: Sequence[Found], value: str, asked: Asked) -> Verdict:
    if asked.modifier == "missing" and asked.parameter.type != "composite":
        return missing(found, value, asked.parameter.type)
    match = matcher(asked.parameter, asked.modifier)
    if match is None:
        spelt = f"':{asked.modifier}' of " if asked.modifier else ""
        return choice(f"the oracle does not judge {spelt}'{asked.parameter.code}'")
    items = split(value, ",")
    if reason := _open_list(items, asked.parameter):
        return choice(reason)
    verdicts = [_item(match, item, found, asked) for item in items]
    return _none_of(verdicts) if asked.modifier == "not" else any_of(verdicts)


def _open_list(items: Sequence[str], parameter: SearchParameter) -> str:
    """Return why a list of values is the server's choice, or nothing."""
    if len(items) == 1:
        return ""
    if parameter.type == "composite":
        return "R4's definitions do not allow a list for composites, its page does"
    if parameter.type in _PREFIXED and any(prefixed(item)[0] for item in items):
        return "R4 does not say whether each value of a list has its own prefix"
    return ""


def _item(match: Match, item: str, found: Sequence[Found], asked: Asked) -> Verdict:
    if item == "":
        return choice("R4 does not say what an empty value among others asks")
    verdicts = [_certain(match(one, item, asked), one) for one in found if one.value is not None]
    if asked.parameter.type in _PREFIXED and item.startswith("ne"):
        return _not_equal(verdicts)
    verdict = any_of(verdicts)
    rivals = ambiguous(item, asked) if verdict.answer is Answer.MUST else ""
    return choice(rivals) if rivals else verdict


def _certain(verdict: Verdict, found: Found) -> Verdict:
    return verdict if found.certain else verdict.at_most_choice(f"the type behind {found.path} is unknown")


def _not_equal(verdicts: Sequence[Verdict]) -> Verdict:
    """Judge `ne`: R4 says nothing of absent elements, nor whether one of several values is enough."""
    if not verdicts:
        return choice("R4 does not say whether 'ne' finds what has no value")
    answer = agreement([any_of(verdicts).answer, all_of(verdicts).answer])
    if answer is not Answer.CHOICE:
        return Verdict(answer=answer)
    unsure = [one for one in verdicts if one.answer is Answer.CHOICE]
    return any_of(unsure) if unsure else choice(_ENOUGH)


def _none_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Judge `:not`: nothing in the set matches; what a list then means, R4 leaves open."""
    verdict = all_of([opposite(one) for one in verdicts])
    if len(verdicts) > 1 and verdict.answer is Answer.NOT:
        return choice("R4 does not say what ':not' means with a list of values")
    return verdict
