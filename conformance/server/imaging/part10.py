"""Images as DICOM: the attributes that they have, as a file (PS3.10) and as JSON (PS3.18, annex F).

pydicom is loaded when the first image is asked for.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from conformance.server.imaging.drawing import COLUMNS, ROWS, numbers, pixels, squares
from conformance.server.imaging.people import MRN, NAMES
from conformance.server.imaging.studies import COLOUR_FRAMES, CT, uid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydicom.dataset import Dataset

    from conformance.model import Json
    from conformance.server.imaging.studies import Located

EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
PIXEL_DATA = "7FE00010"
_COLOUR = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
_GREY = {"SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2"}
_OF_COLOUR = {**_COLOUR, "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "PixelRepresentation": 0}
_OF_CT = {
    **_GREY,
    "BitsAllocated": 16,
    "BitsStored": 12,
    "HighBit": 11,
    "PixelRepresentation": 0,
    "RescaleIntercept": -1024,
    "RescaleSlope": 1,
    "PixelSpacing": [1, 1],
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "SliceThickness": 5,
}


def attributes(located: Located) -> dict[str, Any]:
    """Return the attributes of an image by their keywords, without its pixels."""
    study, series, image = located.study, located.series, located.image
    family, given = NAMES[study.patient]
    day = f"202602{study.day:02d}"
    made = {
        "SOPClassUID": image.sop_class,
        "SOPInstanceUID": image.uid,
        "StudyDate": day,
        "ContentDate": day,
        "StudyTime": "090000",
        "ContentTime": "090000",
        "AccessionNumber": f"ACC-{study.day:04d}",
        "Modality": series.modality,
        "Manufacturer": "Sample Optics",
        "StudyDescription": study.description,
        "PatientName": f"{family}^{given}",
        "PatientID": MRN[study.patient],
        "PatientBirthDate": "19700101",
        "PatientSex": "O",
        "StudyInstanceUID": study.uid,
        "SeriesInstanceUID": series.uid,
        "StudyID": str(study.day),
        "SeriesNumber": series.number,
        "InstanceNumber": image.number,
        "Rows": ROWS,
        "Columns": COLUMNS,
        "LossyImageCompression": "00",
        "BurnedInAnnotation": "NO",
        **(_OF_CT if image.sop_class == CT else _OF_COLOUR),
    }
    if image.sop_class == CT:
        made["ImagePositionPatient"] = [0, 0, 5 * image.number]
        made["FrameOfReferenceUID"] = uid(f"{series.uid}/frame")
    if image.sop_class == COLOUR_FRAMES:
        made["NumberOfFrames"] = image.frames
        made["ConversionType"] = "SI"
    return made


def frames(located: Located) -> tuple[bytes, ...]:
    """Return the pixels of each frame of an image."""
    encode = numbers if located.image.sop_class == CT else pixels
    return tuple(encode(drawn) for drawn in drawings(located))


def drawings(located: Located) -> tuple[Any, ...]:
    """Return the drawing of each frame of an image."""
    return tuple(squares(f"{located.image.uid}/{number}") for number in range(located.image.frames))


def file(stated: Mapping[str, Any], pixel_data: bytes) -> bytes:
    """Return a file of these attributes and pixels, as Explicit VR Little Endian."""
    from pydicom.dataset import FileMetaDataset  # noqa: PLC0415 - takes a third of a second
    from pydicom.uid import UID  # noqa: PLC0415 - as above

    data = _dataset(stated)
    words = stated["BitsAllocated"] > 8  # noqa: PLR2004 - PS3.5, 8.2: in OB where a value has one byte
    data.add_new(int(PIXEL_DATA, 16), "OW" if words else "OB", pixel_data)
    data.file_meta = FileMetaDataset()
    data.file_meta.MediaStorageSOPClassUID = stated["SOPClassUID"]
    data.file_meta.MediaStorageSOPInstanceUID = stated["SOPInstanceUID"]
    data.file_meta.TransferSyntaxUID = UID(EXPLICIT_LITTLE_ENDIAN)
    data.preamble = b"\0" * 128
    written = io.BytesIO()
    data.save_as(written, enforce_file_format=True)
    return written.getvalue()


def as_json(stated: Mapping[str, Any], pixels_at: str) -> Json:
    """Return the attributes in DICOM's JSON, the pixels as the address where they are."""
    made: dict[str, Json] = _dataset(stated).to_json_dict()
    vr = "OW" if stated["BitsAllocated"] > 8 else "OB"  # noqa: PLR2004 - as above
    return {**made, PIXEL_DATA: {"vr": vr, "BulkDataURI": pixels_at}}


def _dataset(stated: Mapping[str, Any]) -> Dataset:
    from pydicom.dataset import Dataset  # noqa: PLC0415 - takes a third of a second

    data = Dataset()
    for keyword, value in stated.items():
        setattr(data, keyword, value)
    return data
