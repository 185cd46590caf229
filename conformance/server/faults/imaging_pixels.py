"""Faults of what is retrieved: other pixels, other labels, other numbers than were asked for."""
# ruff: noqa: D102 - the sentence of a fault's class says what its method does

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from conformance.server.behaviour import Behaviour
from conformance.server.faults.registry import breaks
from conformance.server.imaging import multipart
from conformance.server.imaging.behaviour import Imaging
from conformance.server.imaging.multipart import Part
from conformance.server.imaging.people import MRN, PATIENT_B
from conformance.server.imaging.studies import studies
from conformance.server.messages import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.server.imaging.accept import Offer
    from conformance.server.imaging.studies import Located, Study
    from conformance.server.messages import Reply

_FILES = frozenset({"study", "series", "instance"})
_BELOW = frozenset({"series", "instance", "metadata", "frames", "rendered"})


class _Described(Imaging):
    """A server whose files or metadata say something else of an image."""

    doors = _FILES
    keyword = ""
    value: Any = ""

    def describe(self, attributes: Mapping[str, Any], door: str) -> Mapping[str, Any]:
        return {**attributes, self.keyword: self.value} if door in self.doors else attributes


@breaks("SIA-WAD-01", seen="https://github.com/ImagingDataCommons/dicomweb-client/issues/82")
class WholeStudyUnoffered(Imaging):
    """A whole study cannot be retrieved, only its instances."""

    def say(self, door: str, reply: Reply) -> Reply:
        return (
            _plain(HTTPStatus.NOT_ACCEPTABLE, reply)
            if door == "study" and reply.status == HTTPStatus.OK
            else reply
        )


@breaks("SIA-WAD-01", seen="https://github.com/ImagingDataCommons/dicomweb-client/issues/3")
class PixelsGone(Imaging):
    """Studies are found, and their pixels are gone."""

    def find(self, study: Study | None) -> Study | None:
        if study is not None:
            raise Refusal(HTTPStatus.GONE, "deleted", "The pixels of this study were removed.")
        return study


@breaks("SIA-WAD-02")
class StudyUidInFileDiffers(_Described):
    """Files say that they are of another study than the one that was asked for."""

    keyword = "StudyInstanceUID"
    value = "2.25.99"


@breaks("SIA-WAD-02")
class ClosingBoundaryLost(Imaging):
    """A multipart body ends without its closing boundary."""

    def say(self, door: str, reply: Reply) -> Reply:
        if door != "study" or not isinstance(reply.content, bytes):
            return reply
        return replace(reply, content=reply.content[: reply.content.rstrip().rfind(b"--", 0, -2) - 4])


@breaks("SIA-WAD-03", seen="https://github.com/ivmartel/dwv/issues/595")
class OnlyStudiesOffered(Imaging):
    """Whole studies are retrieved, and nothing else."""

    def say(self, door: str, reply: Reply) -> Reply:
        return _plain(HTTPStatus.NOT_IMPLEMENTED, reply) if door in _BELOW else reply


@breaks("WADO-05")
class MetadataOfOtherStudy(_Described):
    """Metadata say that they are of another study than the one that was asked for."""

    doors = frozenset({"metadata"})
    keyword = "StudyInstanceUID"
    value = "2.25.99"


@breaks("WADO-06")
class PixelsOfOtherPatient(_Described):
    """Files say that they are of another patient."""

    keyword = "PatientID"
    value = MRN[PATIENT_B]


@breaks("WADO-07")
class OtherInstanceSent(Imaging):
    """Whichever instance is asked for, another one of its study is sent."""

    def retrieve(self, images: Sequence[Located], door: str) -> Sequence[Located]:
        return [list(images[0].study.located())[-1]] if door == "instance" else images


@breaks("WADO-07")
class FilesCutOff(Imaging):
    """A file is sent without the second half of its bytes, between boundaries as they should be."""

    def finish(self, file: bytes) -> bytes:
        return file[: len(file) // 2]


@breaks("WADO-08", seen="https://github.com/DICOMcloud/DICOMcloud/issues/19")
class RenderedIsNone(Imaging):
    """What is rendered is no image by its bytes."""

    def say(self, door: str, reply: Reply) -> Reply:
        if door != "rendered" or reply.status != HTTPStatus.OK or not reply.content:
            return reply
        return replace(reply, content=bytes(4) + reply.content[4:])


@breaks("WADO-08")
class JpegCalledPng(Imaging):
    """A rendered JPEG is called PNG."""

    def label(self, type_: str) -> str:
        return "image/png" if type_ == "image/jpeg" else type_


@breaks("WADO-09a")
class FramesFromZero(Imaging):
    """Frames are counted from zero: the first one is refused."""

    def say(self, door: str, reply: Reply) -> Reply:
        return (
            _plain(HTTPStatus.BAD_REQUEST, reply)
            if door == "frames" and reply.status == HTTPStatus.OK
            else reply
        )


@breaks("WADO-09a")
class FramesOfWords(Imaging):
    """A frame that is there is answered with a part that says that there is none."""

    def say(self, door: str, reply: Reply) -> Reply:
        said = super().say(door, reply)
        if door != "frames" or said.status != HTTPStatus.OK:
            return said
        part = Part(type="application/octet-stream", location="", content=b'{"error": "no such frame"}')
        between = multipart.boundary([part])
        headers = {"content-type": multipart.content_type(part.type, between)}
        return replace(said, headers={**said.headers, **headers}, content=multipart.body([part], between))


@breaks("WADO-09b", seen="https://github.com/dcm4che/dcm4chee-arc-light/issues/2827")
class FramesBeyondTheLast(Imaging):
    """A frame beyond the last breaks the server."""

    def say(self, door: str, reply: Reply) -> Reply:
        if door == "frames" and reply.status == HTTPStatus.NOT_FOUND:
            return _plain(HTTPStatus.INTERNAL_SERVER_ERROR, reply)
        return reply


@breaks("WADO-10")
class UnknownStudyEmpty(Imaging):
    """A study that is not there is answered with nothing, as if there were one."""

    def say(self, door: str, reply: Reply) -> Reply:
        if door == "study" and reply.status == HTTPStatus.NOT_FOUND:
            return replace(reply, status=HTTPStatus.OK, content=b"")
        return reply


@breaks("WADO-10", seen="https://github.com/Chinlinlee/raccoon-dicom/issues/5")
class UnknownStudyBreaks(Imaging):
    """A study that is not there breaks the server."""

    def unknown(self, what: str) -> Refusal:
        return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "exception", f"No {what}.")


@breaks("WADO-11", seen="https://github.com/cornerstonejs/cornerstoneWADOImageLoader/issues/356")
class WrongTypeIsBadRequest(Imaging):
    """A media type that cannot be given is answered with 400."""

    def say(self, door: str, reply: Reply) -> Reply:
        _ = door
        return _plain(HTTPStatus.BAD_REQUEST, reply) if reply.status == HTTPStatus.NOT_ACCEPTABLE else reply


@breaks("WADO-11", seen="https://github.com/UMEssen/DICOM-RST/issues/60")
class WrongTypeSentAnyway(Imaging):
    """Whatever is accepted, the same is sent."""

    def choose(self, accept: str, offers: Sequence[Offer]) -> Offer | None:
        return super().choose(accept, offers) or offers[0]


@breaks("WADO-12")
class PixelsForAnybody(Imaging):
    """Pixels are sent without any credential."""

    def guards(self, door: str) -> bool:
        return door not in {"study", "rendered"}


@breaks("WADO-14", seen="https://github.com/OHIF/Viewers/issues/4256")
class BulkDataElsewhere(Imaging):
    """What metadata name as the place of bulk data leads nowhere."""

    def say(self, door: str, reply: Reply) -> Reply:
        return _plain(HTTPStatus.NOT_FOUND, reply) if door == "bulkdata" else reply


@breaks("WADO-15a")
class AttachmentIsText(Behaviour):
    """A photograph's attachment leads to words."""

    def attach(self, type_: str, content: bytes) -> tuple[str, bytes]:
        _ = content
        return type_, b"The picture is being processed."


@breaks("WADO-15b", seen="https://github.com/smart-on-fhir/smart-launcher/issues/3")
class AttachmentRecompressed(Behaviour):
    """A photograph is sent with other bytes than its attachment describes."""

    def attach(self, type_: str, content: bytes) -> tuple[str, bytes]:
        return type_, content + b"\0"


@breaks("WADO-19")
class PhotographIsOfHeart(_Described):
    """The image of an annotation is an ultrasound image by its modality."""

    doors = frozenset({"metadata"})
    keyword = "Modality"
    value = "US"


@breaks("SIA-WAD-02")
class ImageOfOtherStudy(Imaging):
    """Whichever study is asked for, one of another patient is sent."""

    def find(self, study: Study | None) -> Study | None:
        return study and list(studies().values())[-1]

    def permits(self, access: object, study: Study) -> bool:
        _ = access, study
        return True

    def grants(self, access: object, patient: str) -> bool:
        _ = access, patient
        return True


def _plain(status: HTTPStatus, reply: Reply) -> Reply:
    """Return a refusal in words in the place of an answer."""
    headers = {**reply.headers, "content-type": "text/plain; charset=utf-8"}
    return replace(
        reply, status=status, headers=headers, content=f"{status.phrase}\n".encode(), resource=None
    )
