"""The studies that there are: of whom, of which series and images, and how each says where its images are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from conformance.server.imaging.people import PATIENT_A, PATIENT_B, PATIENT_C, SLOW_PATIENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PHOTOGRAPH = "1.2.840.10008.5.1.4.1.1.77.1.4"  # VL Photographic Image Storage
COLOUR_FRAMES = "1.2.840.10008.5.1.4.1.1.7.4"  # Multi-frame True Color Secondary Capture Image Storage
CT = "1.2.840.10008.5.1.4.1.1.2"  # CT Image Storage


class Pointing(StrEnum):
    """How a study says where its images are."""

    SHARED = "an Endpoint resource of its own, for all studies"
    CONTAINED = "an Endpoint contained in the study, and named by its series, too"
    GRANTED = "a capability URL, made for whoever asks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One SOP instance."""

    uid: str
    number: int
    sop_class: str
    frames: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series; what is `withheld` no backend client may see."""

    uid: str
    number: int
    modality: str
    images: tuple[Image, ...]
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One study; `day` is when it was taken and entered, in February 2026."""

    id: str
    uid: str
    patient: str
    description: str
    day: int
    series: tuple[Series, ...]
    pointing: Pointing = Pointing.SHARED

    @property
    def withheld(self) -> bool:
        """Tell whether a part of it is withheld from backend clients."""
        return any(series.withheld for series in self.series)

    def located(self) -> Iterator[Located]:
        """Yield every image with where it belongs."""
        for series in self.series:
            for image in series.images:
                yield Located(study=self, series=series, image=image)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """An image, and the series and study that it belongs to."""

    study: Study
    series: Series
    image: Image


def uid(name: str) -> str:
    """Return the UID of a name, the same every time (PS3.5, B.2: 2.25 and an integer of 128 bits)."""
    return f"2.25.{int.from_bytes(hashlib.sha256(name.encode()).digest()[:15])}"


def _series(study: str, number: int, modality: str, *sops: tuple[str, int], withheld: bool = False) -> Series:
    name = f"{study}/{number}"
    images = tuple(
        Image(uid=uid(f"{name}/{place}"), number=place, sop_class=sop, frames=frames)
        for place, (sop, frames) in enumerate(sops, 1)
    )
    return Series(uid=uid(name), number=number, modality=modality, images=images, withheld=withheld)


@cache
def studies() -> Mapping[str, Study]:
    """Return all studies by their Study Instance UID."""
    return {study.uid: study for study in _studies()}


def _studies() -> Iterator[Study]:
    photo = (PHOTOGRAPH, 1)
    yield Study(
        id="imaging-study-a",
        uid=uid("imaging-study-a"),
        patient=PATIENT_A,
        description="Photographs of the left forearm",
        day=2,
        series=(_series("imaging-study-a", 1, "XC", photo, photo),),
    )
    yield Study(
        id="imaging-study-ct",
        uid=uid("imaging-study-ct"),
        patient=PATIENT_A,
        description="CT of the left forearm",
        day=4,
        series=(_series("imaging-study-ct", 1, "CT", *[(CT, 1)] * 3),),
        pointing=Pointing.CONTAINED,
    )
    yield Study(
        id="imaging-study-frames",
        uid=uid("imaging-study-frames"),
        patient=PATIENT_A,
        description="Dermoscopic sequence of the left forearm",
        day=6,
        series=(_series("imaging-study-frames", 1, "XC", (COLOUR_FRAMES, 3)),),
        pointing=Pointing.GRANTED,
    )
    yield Study(
        id="imaging-study-restricted",
        uid=uid("imaging-study-restricted"),
        patient=PATIENT_A,
        description="Photographs of the face, a part of them withheld",
        day=8,
        series=(
            _series("imaging-study-restricted", 1, "XC", photo),
            _series("imaging-study-restricted", 2, "XC", photo, withheld=True),
        ),
    )
    for id_, patient, day in (
        ("imaging-study-b", PATIENT_B, 3),
        ("imaging-study-c", PATIENT_C, 5),
        ("imaging-study-slow", SLOW_PATIENT, 7),
    ):
        yield Study(
            id=id_,
            uid=uid(id_),
            patient=patient,
            description="Photograph of the right hand",
            day=day,
            series=(_series(id_, 1, "XC", photo),),
        )


def named(id_: str) -> Study:
    """Return the study with this id; raises KeyError where there is none."""
    return studies()[uid(id_)]
