"""The search parameters of DSTU2 and STU3 that scenarios ask by, as FHIRPath.

DSTU2 states XPath alone, which says the same of these; of STU3 the jar has no search parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Row = list[Any]


def _row(base: str, code: str, kind: str, path: str, *targets: str) -> Row:
    """Return a row as `parameters.json.gz` has them: id, code, type, expression, targets, components."""
    expression = " | ".join(f"{base}.{each}" for each in path.split(" | "))
    return [f"{base}-{code}", code, kind, expression, list(targets), []]


_ANY_SUBJECT = ("Patient", "Group", "Device", "Location")
_AUTHORS = ("Practitioner", "Device", "Organization", "Patient", "RelatedPerson")
_DICOM = (
    ("dicom-class", "uri", "series.instance.sopClass"),
    ("modality", "token", "series.modality"),
    ("bodysite", "token", "series.bodySite"),
    ("started", "date", "started"),
    ("accession", "token", "accession"),
    ("patient", "reference", "patient", "Patient"),
    ("study", "uri", "uid"),
    ("series", "uri", "series.uid"),
    ("uid", "uri", "series.instance.uid"),
)
_OF_PATIENT = ("patient", "reference", "subject", "Patient")
_SUBJECT = ("subject", "reference", "subject", *_ANY_SUBJECT)
_IDENTIFIER = ("identifier", "token", "identifier")
_NAMED = (_IDENTIFIER, ("name", "string", "name"))
_SHARED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "Resource": (
        ("_id", "token", "id"),
        ("_lastUpdated", "date", "meta.lastUpdated"),
        ("_profile", "uri", "meta.profile"),
        ("_security", "token", "meta.security"),
        ("_tag", "token", "meta.tag"),
    ),
    "Patient": (
        *_NAMED,
        ("birthdate", "date", "birthDate"),
        ("family", "string", "name.family"),
        ("gender", "token", "gender"),
        ("given", "string", "name.given"),
    ),
    "Observation": (
        _IDENTIFIER,
        _OF_PATIENT,
        _SUBJECT,
        ("code", "token", "code"),
        ("date", "date", "effective"),
        ("related-target", "reference", "related.target", "Observation", "QuestionnaireResponse"),
        ("related-type", "token", "related.type"),
        ("status", "token", "status"),
    ),
    "DiagnosticReport": (_IDENTIFIER, _OF_PATIENT, _SUBJECT, ("code", "token", "code")),
    "DocumentReference": (
        ("identifier", "token", "masterIdentifier | identifier"),
        _OF_PATIENT,
        ("type", "token", "type"),
    ),
    "Device": (_IDENTIFIER, ("patient", "reference", "patient", "Patient")),
    "List": (_OF_PATIENT, ("item", "reference", "entry.item")),
    "Organization": _NAMED,
    "Practitioner": _NAMED,
}
_KEY_OBJECTS = (
    ("author", "reference", "author", *_AUTHORS),
    ("authoring-time", "date", "authoringTime"),
    ("patient", "reference", "patient", "Patient"),
    ("selected-study", "uri", "study.uid"),
)
# http://hl7.org/fhir/DSTU2/<type>.html and http://hl7.org/fhir/STU3/<type>.html, "Search Parameters".
_STATED: Mapping[str, Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "DSTU2": {
        **_SHARED,
        "Condition": (
            _IDENTIFIER,
            ("clinicalstatus", "token", "clinicalStatus"),
            ("code", "token", "code"),
            ("patient", "reference", "patient", "Patient"),
        ),
        "ImagingObjectSelection": (*_KEY_OBJECTS, ("identifier", "uri", "uid"), ("title", "token", "title")),
        "ImagingStudy": _DICOM,
    },
    "STU3": {
        **_SHARED,
        "Condition": (
            _IDENTIFIER,
            _OF_PATIENT,
            ("clinical-status", "token", "clinicalStatus"),
            ("code", "token", "code"),
            ("subject", "reference", "subject", "Patient", "Group"),
        ),
        "Endpoint": (
            _IDENTIFIER,
            ("connection-type", "token", "connectionType"),
            ("status", "token", "status"),
        ),
        "ImagingManifest": (
            *_KEY_OBJECTS,
            _IDENTIFIER,
            ("endpoint", "reference", "study.endpoint | study.series.endpoint", "Endpoint"),
            ("imaging-study", "reference", "study.imagingStudy", "ImagingStudy"),
        ),
        "ImagingStudy": (
            *_DICOM,
            _IDENTIFIER,
            ("endpoint", "reference", "endpoint | series.endpoint", "Endpoint"),
        ),
    },
}
PARAMETERS: Mapping[str, Mapping[str, list[Row]]] = {
    name: {base: [_row(base, *stated) for stated in rows] for base, rows in stated_of.items()}
    for name, stated_of in _STATED.items()
}
