"""A DICOM file that is cut off in its pixels is told, and one that cannot be followed is not."""

from io import BytesIO

import pytest
from archive import dicom, multipart
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
)

from conformance.talk.extent import Extent
from conformance.talk.payload import Payload

SIZE = 1000
FILE = dicom(pixels=bytes(SIZE))
HEAD = len(FILE) - SIZE


def short(data, size=65536):
    extent = Extent()
    for at in range(0, len(data), size):
        extent.write(data[at : at + size])
    return extent.short


def rewritten(syntax, alter=lambda _file: None):
    """Return the file in another transfer syntax."""
    read, file = dcmread(BytesIO(FILE)), Dataset()
    file.update(read)
    file.file_meta = read.file_meta
    file.file_meta.TransferSyntaxUID = syntax
    alter(file)
    written = BytesIO()
    file.save_as(written, enforce_file_format=True)
    return written.getvalue()


def nested(file):
    """Put a sequence of no length before the pixels, with another in it that has pixels of its own."""
    icon = Dataset()
    icon.Rows, icon.PixelData = 1, b"\0\0"
    icon["PixelData"].VR = "OB"
    outer = Dataset()
    outer.IconImageSequence = Sequence([icon])
    outer.is_undefined_length_sequence_item = True
    file.IconImageSequence = Sequence([outer, outer])
    file["IconImageSequence"].is_undefined_length = True


def in_fragments(file):
    file.PixelData = encapsulate([b"\xff\xd8" + bytes(300), b"\xff\xd8" + bytes(300)])
    file["PixelData"].VR = "OB"
    file["PixelData"].is_undefined_length = True


WHOLE = {
    "explicit": FILE,
    "implicit": rewritten(ImplicitVRLittleEndian),
    "big": rewritten(ExplicitVRBigEndian),
    "nested": rewritten(ExplicitVRLittleEndian, nested),
    "nested implicitly": rewritten(ImplicitVRLittleEndian, nested),
    "fragments": rewritten(JPEGBaseline8Bit, in_fragments),
}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("size", [1, 7, 65536])
def test_a_whole_file_is_not_cut_off_whatever_stands_behind_its_pixels(name, size):
    assert short(WHOLE[name], size) == ""
    assert short(WHOLE[name] + b"\0", size) == ""
    assert short(WHOLE[name] + bytes(300), size) == ""


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "fragments"])
@pytest.mark.parametrize("lack", [1, 2, 500, SIZE])
@pytest.mark.parametrize("size", [1, 7, 65536])
def test_a_file_that_ends_in_its_pixels_is_told_with_how_many_came(name, lack, size):
    assert short(WHOLE[name][:-lack], size) == f"its pixels end after {SIZE - lack} of {SIZE} bytes"


@pytest.mark.parametrize("lack", [1, 8, 20, 310, 500])
def test_pixels_in_fragments_end_with_their_delimiter(lack):
    assert short(WHOLE["fragments"][:-lack]) == "its pixels end without their delimiter"


def test_a_file_that_ends_in_a_value_before_its_pixels_is_cut_off():
    at = FILE.index(b"MRN-A")
    assert short(FILE[: at + 2]) == "it ends in the middle of (0010,0020)"


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"no file",
        bytes(500),
        rewritten(DeflatedExplicitVRLittleEndian)[:-20],
        FILE.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.113619.5.2\0\0")[:-20],
        FILE[:HEAD].replace(b"CS", b"??") + bytes(20),
    ],
)
def test_of_what_cannot_be_followed_nothing_is_said(odd):
    assert short(odd) == ""


@given(at=st.integers(132, HEAD), data=st.binary(max_size=64), size=st.integers(1, 300))
def test_a_damaged_file_is_followed_without_trouble(at, data, size):
    assert isinstance(short(FILE[:at] + data + FILE[at + len(data) :], size), str)


def test_of_elements_without_end_no_more_are_followed_than_an_image_has(monkeypatch):
    monkeypatch.setattr("conformance.talk.extent._MOST_ELEMENTS", 100)
    head = WHOLE["fragments"][: WHOLE["fragments"].index(b"\xfe\xff\x00\xe0")]
    assert short(head + b"\xfe\xff\x00\xe0\0\0\0\0" * 50) != ""
    assert short(head + b"\xfe\xff\x00\xe0\0\0\0\0" * 101) == ""


def test_a_part_that_is_cut_off_between_right_boundaries_is_told_and_a_cut_body_is_not():
    cut = FILE[: HEAD + 500]
    payload = Payload('multipart/related; type="application/dicom"; boundary=between')
    payload.write(multipart(FILE, cut))
    whole, half = payload.facts()["parts"]
    assert "short" not in whole
    assert half["short"] == "its pixels end after 500 of 1000 bytes"
    single = Payload("application/dicom")
    single.write(cut)
    assert "short" not in single.facts(cut="closed: in the middle")
