"""Compares one form of a rule with what a profile's snapshot says: confirmed, contradicted or silent.

*Confirmed* means that the profile demands at least as much, so that whatever breaks our rule breaks it, too.
*Contradicted* means that the profile speaks of the very thing and says otherwise. Everything else is silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from conformance.confirming.view import plain, value_of
from conformance.jsontext import dumps

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from conformance.confirming.forms import Form
    from conformance.confirming.view import Coding, View


class Standing(StrEnum):
    """What a package says of a rule of ours."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was found for one form.

    `uses` names the facts of the package that decided it, as element id and aspect: `min`, `binding`,
    `value`, `type`, `constraint:<key>`, or `slice` for all that makes a slice.
    """

    standing: Standing
    at: str = ""
    ours: str = ""
    theirs: str = ""
    uses: tuple[tuple[str, str], ...] = ()


_STRENGTHS = ("example", "preferred", "extensible", "required")
_BINDING = ("extensible", "required")


def said(form: Form, view: View) -> Said:
    """Return what a profile says of a form."""
    return KINDS[form.kind](form, view)


def _agrees(at: str, aspect: str, ours: str, theirs: str) -> Said:
    return Said(standing=Standing.CONFIRMED, at=at, ours=ours, theirs=theirs, uses=((at, aspect),))


def _differs(at: str, aspect: str, ours: str, theirs: str) -> Said:
    return Said(standing=Standing.CONTRADICTED, at=at, ours=ours, theirs=theirs, uses=((at, aspect),))


def _silent(at: str, ours: str, theirs: str = "") -> Said:
    return Said(standing=Standing.SILENT, at=at, ours=ours, theirs=theirs)


def _present(form: Form, view: View) -> Said:
    ours = f"at least {form.number}"
    demanding = [e for e in (form.at, *view.slices(form.at)) if view.least(e) >= form.number]
    if demanding:
        return _agrees(demanding[0], "min", ours, f"at least {view.least(demanding[0])}")
    if view.barred(form.at):
        return _differs(form.at, "max", ours, "at most 0")
    # A differential that writes the least number out means it; a snapshot repeats what R4 says.
    if isinstance(view.stated.get(form.at, {}).get("min"), int):
        return _differs(form.at, "min", ours, f"at least {view.least(form.at)}")
    return _silent(form.at, ours)


def _labelled(form: Form, view: View) -> Said:
    ours = f"an entry with {_codes(form.codings)}"
    wanted = set(form.codings)
    if view.least(form.at) and wanted <= view.demanded(form.at):
        return _agrees(form.at, "min", ours, f"each with {_codes(view.demanded(form.at))}")
    for each in view.slices(form.at):
        if wanted <= view.demanded(each):
            return _of_slice(each, view, ours, _codes(view.demanded(each)))
    closed = (view.row(form.at).get("slicing") or {}).get("rules") == "closed"
    if closed or view.barred(form.at):
        return _differs(form.at, "slicing", ours, "no other entry than those of its slices")
    return _silent(form.at, ours)


def _of_slice(id_: str, view: View, ours: str, code: str) -> Said:
    """Return what a slice says that is the one we mean."""
    if view.barred(id_):
        return _differs(id_, "slice", ours, f"no entry with {code}")
    if view.least(id_):
        theirs = f"at least {view.least(id_)} with {code}" if code else f"at least {view.least(id_)}"
        return _agrees(id_, "slice", ours, theirs)
    return _silent(id_, ours, f"an entry with {code} is optional" if code else "the slice is optional")


def _slice(form: Form, view: View) -> Said:
    """Compare a slice of components: found by its code, or else by its name."""
    ours = f"a component {form.name}" + (f" with {_codes(form.codings)}" if form.codings else "")
    found = _found_slice(form, view)
    if not found:
        return _silent(form.at, ours)
    demanded = view.demanded(f"{found}.code")
    if form.codings and demanded and not set(form.codings) <= demanded:
        return _differs(f"{found}.code", "value", ours, f"{form.name} has the code {_codes(demanded)}")
    if form.codings and not demanded:
        return _silent(found, ours, "the code of the slice is left open")
    return _of_slice(found, view, ours, _codes(demanded))


def _slice_value(form: Form, view: View) -> Said:
    """Compare a slice that has to be there with a coded value: one without may stand there empty."""
    told = _slice(form, view)
    values = view.below(told.at, "value") if told.standing is Standing.CONFIRMED else []
    if any(view.least(each) and view.types(each) == {"CodeableConcept"} for each in values):
        return told
    if told.standing is Standing.CONFIRMED:
        return _silent(told.at, f"{told.ours} with a coded value", f"{told.theirs}, with or without one")
    return told


def _found_slice(form: Form, view: View) -> str:
    slices = view.slices(form.at)
    by_code = [e for e in slices if form.codings and set(form.codings) <= view.demanded(f"{e}.code")]
    return next(iter(by_code), f"{form.at}:{form.name}" if f"{form.at}:{form.name}" in slices else "")


def _coded(form: Form, view: View) -> Said:
    ours, wanted = _codes(form.codings), set(form.codings)
    demanded = view.demanded(form.at)
    if demanded:
        return (_agrees if wanted <= demanded else _differs)(form.at, "value", ours, _codes(demanded))
    strength, value_set = view.binding(form.at)
    members = view.members(value_set) if strength == "required" else None
    if members is None:
        return _silent(form.at, ours)
    if members <= wanted or not wanted <= members:
        return (_agrees if members <= wanted else _differs)(form.at, "binding", ours, _codes(members))
    return _silent(form.at, ours, f"one of {_codes(members)}")


def _among(form: Form, view: View) -> Said:
    ours = f"one of {_listed(form.codes)}"
    allowed, aspect = _allowed(form.at, view)
    if allowed is None:
        return _silent(form.at, ours)
    return (_agrees if allowed <= form.codes else _differs)(
        form.at, aspect, ours, f"one of {_listed(allowed)}"
    )


def _never(form: Form, view: View) -> Said:
    ours = f"never {_listed(form.codes)}"
    allowed, aspect = _allowed(form.at, view)
    if allowed is None:
        return _silent(form.at, ours)
    return (_agrees if not allowed & form.codes else _differs)(
        form.at, aspect, ours, f"one of {_listed(allowed)}"
    )


def _allowed(at: str, view: View) -> tuple[frozenset[str] | None, str]:
    """Return the codes that a package leaves to an element of type `code`, or None where that is R4's."""
    value = value_of(view.row(at))
    if isinstance(value, str):
        return frozenset({value}), "value"
    strength, value_set = view.binding(at)
    members = view.members(value_set) if strength == "required" else None
    return (None if members is None else frozenset(code for _, code in members)), "binding"


def _targets(form: Form, view: View) -> Said:
    ours = f"nothing but {_listed(form.types)}"
    types = view.targets(form.at)
    if types is None:
        return _silent(form.at, ours)
    return (_agrees if types <= form.types else _differs)(
        form.at, "type", ours, f"nothing but {_listed(types)}"
    )


def _bound(form: Form, view: View) -> Said:
    ours = f"{form.strength} {form.text}"
    strength, value_set = view.binding(form.at)
    if not strength:
        return _silent(form.at, ours)
    strong = (
        _STRENGTHS.index(strength) >= _STRENGTHS.index(form.strength) if strength in _STRENGTHS else False
    )
    same = plain(value_set) == plain(form.text) or _within(value_set, form.text, view)
    return (_agrees if strong and same else _differs)(form.at, "binding", ours, f"{strength} {value_set}")


def _within(narrow: str, wide: str, view: View) -> bool:
    inner, outer = view.members(narrow), view.members(wide)
    return inner is not None and outer is not None and inner <= outer


def _system(form: Form, view: View) -> Said:
    return _drawn(form.at, form.text, view)


def _slice_system(form: Form, view: View) -> Said:
    found = _found_slice(form, view)
    bound = [each for each in view.below(found, "value") if view.binding(each)[0]] if found else []
    return _drawn(bound[0] if bound else f"{form.at}:{form.name}", form.text, view)


def _drawn(at: str, system: str, view: View) -> Said:
    ours = f"codes of {system}"
    strength, value_set = view.binding(at)
    systems = view.systems(value_set) if strength in _BINDING else frozenset()
    if not systems or "" in systems:
        return _silent(at, ours, f"{strength} {value_set}".strip())
    return (_agrees if systems == {system} else _differs)(at, "binding", ours, f"{strength} {value_set}")


def _unit(form: Form, view: View) -> Said:
    ours = f"the unit {form.text}"
    found = _found_slice(form, view)
    units = [(e, c) for e in (view.below(found, "value") if found else ()) for _, c in view.demanded(e)]
    if not units:
        return _silent(found or form.at, ours)
    at, unit = units[0]
    return (_agrees if unit == form.text else _differs)(at, "value", ours, f"the unit {unit}")


def _value(form: Form, view: View) -> Said:
    """Compare a value that ours fixes or sets as a pattern (`text` is its JSON) with theirs."""
    theirs = value_of(view.row(form.at))
    if theirs is None:
        return _silent(form.at, form.text)
    shown = dumps(theirs)
    return (_agrees if shown == form.text else _differs)(form.at, "value", form.text, shown)


def _at_most(form: Form, view: View) -> Said:
    ours = f"at most {form.number}"
    row = view.row(form.at)
    most, was = str(row.get("max", "*")), str(view.core(form.at).get("max", "*"))
    if not row or most == was:
        return _silent(form.at, ours)
    fits = most.isdigit() and int(most) <= form.number
    return (_agrees if fits else _differs)(form.at, "max", ours, f"at most {most}")


def _codes(codings: Collection[Coding]) -> str:
    return ", ".join(sorted(f"{system}#{code}" for system, code in codings))


def _listed(words: Collection[str]) -> str:
    return ", ".join(sorted(words))


KINDS: Mapping[str, Callable[[Form, View], Said]] = {
    "present": _present,
    "labelled": _labelled,
    "slice": _slice,
    "slice-value": _slice_value,
    "coded": _coded,
    "among": _among,
    "never": _never,
    "targets": _targets,
    "bound": _bound,
    "system": _system,
    "slice-system": _slice_system,
    "unit": _unit,
    "value": _value,
    "at-most": _at_most,
}
