"""R6 as far as it is known here: ImagingSelection as it was balloted, told by what differs from R5.

No package of R6 could be had where this was written. What is said of its elements was taken from HL7's own
examples and invariant tests of R6 (github.com/HL7/fhir, source/imagingselection) and from the types that the
page of its ShEx imports (hl7.org/fhir/6.0.0-ballot4/imagingselection.shex.html). `modality` is left out: the
examples of a later ballot have it, and how often it may stand there could not be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Row = list[Any]

SELECTION = "ImagingSelection"
# Resource types that a scenario of R6 needs beside it; what is said of them is what R5 says.
RESOURCES = (
    "Binary",
    "Bundle",
    "CapabilityStatement",
    SELECTION,
    "OperationOutcome",
    "Parameters",
    "Patient",
)
# R5 has one `subset` of text for all of these.
_NUMBERS = (
    "frameNumber",
    "referencedContentItemIdentifier",
    "segmentNumber",
    "regionOfInterest",
    "waveFormChannel",
)
_INSIDE, _AT_ROOT = "instance.imageRegion3D", "imageRegion3D"
# No longer a target: the ShEx imports neither.
_GONE: Mapping[str, str] = {"subject": "Location", "basedOn": "AppointmentResponse"}


def elements(r5: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows of every type that is kept, out of R5's."""
    kept = {
        name: definition
        for name, definition in r5.items()
        if definition["kind"] != "resource" or definition["abstract"] or name in RESOURCES
    }
    return {**kept, SELECTION: {**r5[SELECTION], "elements": _rows(r5[SELECTION]["elements"])}}


def parameters(r5: Mapping[str, list[Row]], kept: Iterable[str]) -> dict[str, list[Row]]:
    """Return the search parameters of the types that are kept, out of R5's."""
    found = {name: r5[name] for name in kept if name in r5}
    return {**found, SELECTION: [_parameter(row) for row in r5[SELECTION]]}


def _rows(r5: Iterable[Row]) -> list[Row]:
    rows = list(r5)
    regions = [row for row in rows if row[0].startswith(_INSIDE)]
    others = [row for row in rows if row not in regions]
    return [
        *(changed for row in others for changed in _changed(row)),
        *([row[0].replace(_INSIDE, _AT_ROOT, 1), *row[1:]] for row in regions),
    ]


def _changed(row: Row) -> Iterator[Row]:
    path, types, targets, *rest = row
    if path == "instance.subset":
        yield from ([f"instance.{name}", ["positiveInt"], [], *rest] for name in _NUMBERS)
    elif path == "instance.sopClass":
        yield [path, ["oid"], targets, *rest]
    else:
        yield [path, types, [each for each in targets if each != _GONE.get(path)], *rest]


def _parameter(row: Row) -> Row:
    id_, code, kind, expression, targets, components = row
    # 5.0.0 reads `code` from the status, by mistake; that R6 does not is our assumption.
    meant = f"{SELECTION}.code" if code == "code" else expression
    return [id_, code, kind, meant, [each for each in targets if each not in _GONE.values()], components]
