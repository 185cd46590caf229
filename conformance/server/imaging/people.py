"""The invented patients whose images there are, and the fixed tokens that may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENT_A, PATIENT_B, PATIENT_C = "imaging-patient-a", "imaging-patient-b", "imaging-patient-c"
SLOW_PATIENT = "imaging-patient-slow"
# Their photographs, which a seeded FHIR base holds: a DocumentReference and a Media.
PHOTO, MEDIA = "imaging-photo-a", "imaging-media-a"
# The identifiers by which the archive of images knows them: Patient.identifier and (0010,0020).
MRN: Mapping[str, str] = {
    PATIENT_A: "MRN-1001",
    PATIENT_B: "MRN-1002",
    PATIENT_C: "MRN-1003",
    SLOW_PATIENT: "MRN-1004",
}
NAMES: Mapping[str, tuple[str, str]] = {
    PATIENT_A: ("Aldous-Quist", "Marit"),
    PATIENT_B: ("Berenguer-Holm", "Tobias"),
    PATIENT_C: ("Castellan-Ruud", "Ilse"),
    SLOW_PATIENT: ("Delacroix-Lund", "Piet"),
}

_ALWAYS = 4_102_444_800  # 2100-01-01
_PAST = 1_767_225_600  # 2026-01-01
_APP, _BACKEND = "demo-app", "demo-client"
APP_SCOPE = "launch/patient patient/ImagingStudy.rs patient/DocumentReference.rs patient/Media.rs"
SYSTEM_SCOPE = "system/ImagingStudy.rs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What one grant of access allows.

    `patient` is the launch context of an app; a backend client has none, and `patients` are those that it
    was registered for.
    """

    client: str
    scope: str
    patient: str = ""
    patients: frozenset[str] = frozenset()
    expires: int = _ALWAYS
    revoked: bool = False

    @property
    def system(self) -> bool:
        """Tell whether a backend client holds it, by its registration and without any patient's context."""
        return not self.patient


def app(patient: str, scope: str = APP_SCOPE, *, expires: int = _ALWAYS, revoked: bool = False) -> Access:
    """Return the access of an app that was launched for a patient."""
    return Access(
        client=_APP,
        scope=scope,
        patient=patient,
        patients=frozenset({patient}),
        expires=expires,
        revoked=revoked,
    )


def backend(scope: str = SYSTEM_SCOPE, *, expires: int = _ALWAYS) -> Access:
    """Return the access of the backend client, which is registered for all patients but C."""
    registered = frozenset({PATIENT_A, PATIENT_B, SLOW_PATIENT})
    return Access(client=_BACKEND, scope=scope, patients=registered, expires=expires)


# The names of the credentials of the embedded target; the token of each is `demo-` and the name.
GRANTED: Mapping[str, Access] = {
    "patient-a": app(PATIENT_A),
    "patient-b": app(PATIENT_B),
    "no-patient": Access(client=_APP, scope=APP_SCOPE),
    "no-scope": app(PATIENT_A, "launch/patient patient/Observation.rs"),
    "expired": app(PATIENT_A, expires=_PAST),
    "revoked": app(PATIENT_A, revoked=True),
    "system": backend(),
}
ACCESS: Mapping[str, Access] = {f"demo-{name}": access for name, access in GRANTED.items()}


def tokens() -> Mapping[str, str]:
    """Return the token of each named credential."""
    return {name: f"demo-{name}" for name in GRANTED}
