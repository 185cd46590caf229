"""What each of our rules would look like in a package that says it by structure instead of FHIRPath.

The shipped dermatology guide says by constraints what its publisher may say by cardinalities, bindings,
slices and patterns: this table holds the other spelling, so that the two can be compared. Each form is chosen
so that a package that keeps it demands all that our rule demands. A rule without a form can be recognised by
its expression alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

IG = "https://annotatemd.com/fhir/ig"
SNOMED = "http://snomed.info/sct"
_TYPE = f"{IG}/CodeSystem/annotation-type"
_METHOD = f"{IG}/CodeSystem/annotation-method"
_IMAGING = ("http://terminology.hl7.org/CodeSystem/observation-category", "imaging")
_ANNOTATION = (_TYPE, "dermatology-annotation")
_AIAST = ("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "AIAST")
_FINDING = (SNOMED, "106076001")
_IMAGES = frozenset({"ImagingStudy", "DocumentReference", "Media"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way to state a rule; `kind` names the comparison in `facets`, the rest is what it needs."""

    kind: str
    at: str
    codings: tuple[tuple[str, str], ...] = ()
    codes: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    name: str = ""
    text: str = ""
    strength: str = ""
    number: int = 1


def _present(at: str) -> tuple[Form, ...]:
    return (Form(kind="present", at=at),)


def _labelled(at: str, *codings: tuple[str, str]) -> tuple[Form, ...]:
    return tuple(Form(kind="labelled", at=at, codings=(each,)) for each in codings)


def _images() -> tuple[Form, ...]:
    return (Form(kind="targets", at="Observation.derivedFrom", types=_IMAGES),)


def _statuses(*codes: str) -> tuple[Form, ...]:
    return (Form(kind="among", at="Observation.status", codes=frozenset(codes)),)


def _no_status(code: str) -> tuple[Form, ...]:
    return (Form(kind="never", at="Observation.status", codes=frozenset({code})),)


def _finding(kind: str, *codings: tuple[str, str], text: str = "") -> tuple[Form, ...]:
    return (Form(kind=kind, at="Observation.component", name="skinFinding", codings=codings, text=text),)


_ANNOTATION_FORMS: Mapping[str, tuple[Form, ...]] = {
    "derm-ann-01": _labelled("Observation.category", _IMAGING),
    "derm-ann-02": _labelled("Observation.category", _ANNOTATION),
    "derm-ann-04": _present("Observation.derivedFrom"),
    "derm-ann-05a": _images(),
    "derm-ann-05b": _images(),
    "derm-ann-07": _present("Observation.method"),
    "derm-ann-08a": _finding("slice-value"),
    "derm-ann-08b": _finding("slice", _FINDING),
    "derm-ann-15": _statuses("final", "amended", "preliminary", "entered-in-error"),
    "derm-ann-23": _no_status("entered-in-error"),
    "derm-trm-02": _finding("slice-system", _FINDING, text=SNOMED),
    "derm-trm-03": (Form(kind="system", at="Observation.bodySite", text=SNOMED),),
}
_PREDICTION_FORMS: Mapping[str, tuple[Form, ...]] = {
    "derm-aip-01": _labelled("Observation.meta.security", _AIAST),
    "derm-aip-02": (Form(kind="coded", at="Observation.method", codings=((_METHOD, "ai-inference"),)),),
    "derm-aip-02-present": _present("Observation.method"),
    "derm-aip-03": _no_status("final"),
    "derm-aip-05": _statuses("preliminary", "cancelled", "entered-in-error"),
    "derm-aip-07a": _images(),
    "derm-aip-07b": _images(),
    "derm-aip-08": _present("Observation.device"),
    "derm-aip-09": _finding("slice-value"),
    "derm-aip-11-time": (
        Form(
            kind="unit",
            at="Observation.component",
            name="inferenceTimeMs",
            codings=((_TYPE, "inference-time-ms"),),
            text="ms",
        ),
    ),
    "derm-aip-12": _labelled("Observation.category", _IMAGING, _ANNOTATION),
    "derm-aip-14": _present("Observation.derivedFrom"),
    "derm-trm-02": _finding("slice-system", _FINDING, text=SNOMED),
    "derm-trm-03": (Form(kind="system", at="Observation.bodySite", text=SNOMED),),
}
# By the canonical URL of the profile, and the key of the constraint.
FORMS: Mapping[str, Mapping[str, tuple[Form, ...]]] = MappingProxyType(
    {
        f"{IG}/StructureDefinition/dermatology-image-annotation": _ANNOTATION_FORMS,
        f"{IG}/StructureDefinition/ai-prediction": _PREDICTION_FORMS,
    }
)
