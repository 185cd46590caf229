"""What the settings of a target would say of this server, for runs against it without any settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.model import Party
from conformance.server.imaging import people
from conformance.server.imaging.addresses import Addresses
from conformance.server.imaging.capability import EXPIRED
from conformance.server.imaging.generations import NEWEST
from conformance.server.imaging.studies import named

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from conformance.model import Target

_PATIENTS = {
    "patient-a": people.PATIENT_A,
    "patient-b": people.PATIENT_B,
    "patient-c": people.PATIENT_C,
    "slow-patient": people.SLOW_PATIENT,
}
_STUDIES = {
    "study-a": "imaging-study-a",
    "study-b": "imaging-study-b",
    "study-c": "imaging-study-c",
    "study-ct": "imaging-study-ct",
    "capability-study": "imaging-study-frames",
    "slow-study": "imaging-study-slow",
    "restricted-study": "imaging-study-restricted",
}


def claimed(target: Target, *, specs: Collection[str] = (), generation: str = NEWEST) -> Target:
    """Return a target at a base of this server, with where its images are and what is known of them.

    It is held to what it claims, of the specifications that there are rules of.
    """
    gates = {"smart-imaging": f"smart-imaging@{generation}", "wado": "wado"}
    at = Addresses(target.base.removesuffix("/fhir"))
    return replace(
        target,
        roles=(*target.roles, Party.IMAGE_SOURCE, Party.AUTHORISATION),
        gates=(*target.gates, *(gate for spec, gate in gates.items() if spec in specs)),
        imaging=at.imaging,
        wado=(at.wado,),
        generation=generation,
        hub=at.hub,
        known={**_known(at), **target.known},
        credentials=tuple(people.tokens()),
    )


def _known(at: Addresses) -> Mapping[str, str]:
    """Return the values that scenarios look up by name."""
    study = named("imaging-study-a")
    first = study.series[0]
    return {
        **{name: f"Patient/{id_}" for name, id_ in _PATIENTS.items()},
        **{name: named(id_).uid for name, id_ in _STUDIES.items()},
        "series-a": first.uid,
        "instance-a": first.images[0].uid,
        "mrn-a": people.MRN[people.PATIENT_A],
        "mrn-b": people.MRN[people.PATIENT_B],
        "imaging-study-a": f"{at.imaging}/ImagingStudy/{study.id}",
        "expired-address": f"{at.wado}/granted/{EXPIRED}/studies/{study.uid}",
        "photo-a": f"DocumentReference/{people.PHOTO}",
        "media-a": f"Media/{people.MEDIA}",
        "topic": "dermconf-demo",
    }
