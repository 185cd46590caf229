"""What a DICOM file (PS3.10) says of itself, up to its pixels."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.model import Json

# PS3.10, section 7.1: a preamble of 128 bytes, and then four letters.
PREAMBLE = 128
MAGIC = b"DICM"
# So much of a file is kept to be read; what stands before the pixels of an image is far less.
HEAD = 2 * 1024 * 1024
# PS3.5, section A.5: what is deflated may be any number of bytes once it is read.
_DEFLATED = (b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.8.1")
_LONGEST = 200
_WANTED: Mapping[str, str] = {
    "study": "StudyInstanceUID",
    "series": "SeriesInstanceUID",
    "instance": "SOPInstanceUID",
    "patient": "PatientID",
    "sop-class": "SOPClassUID",
    "modality": "Modality",
    "frames": "NumberOfFrames",
    "rows": "Rows",
    "columns": "Columns",
    "lossy": "LossyImageCompression",
}


def is_dicom(head: bytes) -> bool:
    """Tell whether bytes begin as a DICOM file does."""
    return head[PREAMBLE : PREAMBLE + len(MAGIC)] == MAGIC


def facts(head: bytes) -> Mapping[str, Json]:
    """Return what the beginning of a file says by name, as texts; `unread` says why nothing could be read."""
    if any(syntax in head for syntax in _DEFLATED):
        return {"unread": "it is deflated"}
    try:
        return dict(_read(head))
    except Exception as error:  # noqa: BLE001 - a hostile file makes the library raise whatever there is
        return {"unread": f"it is no DICOM file that can be read ({type(error).__name__})"}


def _read(head: bytes) -> Iterator[tuple[str, str]]:
    # Takes a tenth of a second, and few runs receive a DICOM file.
    from pydicom import dcmread  # noqa: PLC0415

    with _ONE_AT_A_TIME, _quietly():
        file = dcmread(BytesIO(head), stop_before_pixels=True, specific_tags=list(_WANTED.values()))
        syntax = file.file_meta.get("TransferSyntaxUID") if file.file_meta else None
        found = {name: file.get(keyword) for name, keyword in _WANTED.items()}
    for name, value in {**found, "transfer-syntax": syntax}.items():
        if value is not None and str(value):
            yield name, str(value)[:_LONGEST]


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep the library from telling on standard error what is amiss with somebody else's file."""
    logger = logging.getLogger("pydicom")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logger.addHandler(_NOWHERE)
        logger.propagate = False
        yield


_NOWHERE = logging.NullHandler()
# What is done to be quiet is done for the whole process.
_ONE_AT_A_TIME = Lock()
