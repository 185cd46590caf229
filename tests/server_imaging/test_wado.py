"""WADO-RS: what each form of retrieval gives, to whom, and in which representation."""

import io
import struct
import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pydicom
import pytest
from imaging_client import STUDY_A, parts

from conformance.server.imaging import part10
from conformance.server.imaging.drawing import pixels, squares
from conformance.server.imaging.people import PATIENT_C
from conformance.server.imaging.pictures import jpeg, png
from conformance.server.imaging.studies import CT, named, studies

SERIES_A = named("imaging-study-a").series[0]
IMAGE_A = SERIES_A.images[0]
STUDY = f"/wado/studies/{STUDY_A}"
SERIES = f"{STUDY}/series/{SERIES_A.uid}"
INSTANCE = f"{SERIES}/instances/{IMAGE_A.uid}"
DICOM = 'multipart/related; type="application/dicom"'
FORMS = [
    STUDY,
    SERIES,
    INSTANCE,
    *(f"{level}/{form}" for level in (STUDY, SERIES, INSTANCE) for form in ("metadata", "rendered")),
    f"{INSTANCE}/frames/1",
    f"{INSTANCE}/frames/1/rendered",
    f"{INSTANCE}/bulkdata/7FE00010",
]


def files(answer):
    """Return what pydicom reads in each part of an answer."""
    return [pydicom.dcmread(io.BytesIO(body)) for _, body in parts(answer)]


# Nobody has a token for patient C.
@pytest.mark.parametrize(
    "study",
    [study for study in studies().values() if study.patient != PATIENT_C],
    ids=lambda study: study.id,
)
def test_a_study_is_retrieved_whole_with_its_own_uids_and_patient(images, study):
    token = {"imaging-patient-a": "demo-patient-a"}.get(study.patient, "demo-system")
    answer = images(f"/wado/studies/{study.uid}", token)
    if answer.status_code == 503:
        answer = images(f"/wado/studies/{study.uid}", token)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(f"{DICOM}; boundary=")
    read = files(answer)
    assert [one.SOPInstanceUID for one in read] == [one.image.uid for one in study.located()]
    for found, located in zip(read, study.located(), strict=True):
        stated = part10.attributes(located)
        assert (found.StudyInstanceUID, found.PatientID) == (study.uid, stated["PatientID"])
        assert found.SeriesInstanceUID == located.series.uid
        assert found.file_meta.MediaStorageSOPInstanceUID == located.image.uid
        assert (found.SOPClassUID, found.Modality) == (located.image.sop_class, located.series.modality)
        assert int(found.get("NumberOfFrames", 1)) == located.image.frames
        bytes_ = found.Rows * found.Columns * found.SamplesPerPixel * found.BitsAllocated // 8
        assert len(found.PixelData) == bytes_ * located.image.frames
        assert found.PixelData == b"".join(part10.frames(located))


@pytest.mark.parametrize(("path", "number"), [(STUDY, 2), (SERIES, 2), (INSTANCE, 1)])
def test_each_level_gives_its_instances(images, path, number):
    answer = images(path)
    assert [head.splitlines()[0] for head, _ in parts(answer)] == [
        "Content-Type: application/dicom; transfer-syntax=1.2.840.10008.1.2.1"
    ] * number
    assert len({one.SOPInstanceUID for one in files(answer)}) == number


def test_metadata_tell_what_the_files_tell(images):
    told = images(f"{STUDY}/metadata").json()
    for found, read in zip(told, files(images(STUDY)), strict=True):
        pixel_data = found.pop("7FE00010")
        assert images(pixel_data["BulkDataURI"]).status_code == 200
        del read.PixelData
        assert found == read.to_json_dict()


def test_bulk_data_are_the_pixels(images):
    (found,) = images(f"{INSTANCE}/metadata").json()
    ((_, body),) = parts(images(found["7FE00010"]["BulkDataURI"]))
    assert body == files(images(INSTANCE))[0].PixelData


def test_every_part_says_where_it_is_to_be_had_by_itself(images):
    for head, body in parts(images(STUDY)):
        location = head.partition("Content-Location: ")[2]
        ((_, alone),) = parts(images(location))
        assert alone == body


def test_frames_are_counted_from_one(images):
    (located,) = named("imaging-study-frames").located()
    base = f"/wado/studies/{located.study.uid}/series/{located.series.uid}/instances/{located.image.uid}"
    first, second, third = part10.frames(located)
    assert [body for _, body in parts(images(f"{base}/frames/1"))] == [first]
    assert [body for _, body in parts(images(f"{base}/frames/3,1"))] == [third, first]
    assert len({first, second, third}) == 3


@pytest.mark.parametrize(
    ("accept", "type_", "start"),
    [
        ("image/jpeg", "image/jpeg", b"\xff\xd8\xff"),
        ("image/png", "image/png", b"\x89PNG\r\n"),
        ("image/*", "image/jpeg", b"\xff\xd8\xff"),
        ("image/gif, image/png;q=0.2", "image/png", b"\x89PNG\r\n"),
        ("image/png;q=0.9, image/jpeg;q=0.8", "image/png", b"\x89PNG\r\n"),
        ("*/*", "image/jpeg", b"\xff\xd8\xff"),
    ],
)
def test_a_picture_is_what_it_is_said_to_be(images, accept, type_, start):
    answer = images(f"{INSTANCE}/rendered", Accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, type_)
    assert answer.content.startswith(start)


def test_pictures_of_several_images_are_several_parts(images):
    answer = images(f"{STUDY}/rendered")
    assert answer.headers["content-type"].startswith('multipart/related; type="image/jpeg"')
    assert [body[:3] for _, body in parts(answer)] == [b"\xff\xd8\xff"] * 2
    assert images(f"{STUDY}/rendered", Accept="image/png").headers["content-type"] == "image/png"


def test_a_png_has_the_very_pixels_of_the_file(images):
    content = images(f"{INSTANCE}/rendered", Accept="image/png").content
    length = struct.unpack(">I", content[33:37])[0]
    rows = zlib.decompress(content[41 : 41 + length])
    lines = [rows[at + 1 : at + 193] for at in range(0, len(rows), 193)]
    assert b"".join(lines) == files(images(INSTANCE))[0].PixelData


def test_a_jpeg_is_what_a_decoder_has_shown_to_be_the_drawing():
    """Pillow decoded this one, and 49 others, to within one step of the drawing's colours."""
    drawn = squares("a drawing")
    content = jpeg(drawn)
    assert content[:4] == b"\xff\xd8\xff\xe0"
    assert content[-2:] == b"\xff\xd9"
    size = content.index(b"\xff\xc0")
    assert struct.unpack(">HH", content[size + 5 : size + 9]) == (48, 64)
    assert (len(pixels(drawn)), len(png(drawn)) < 300, len(content) < 400) == (9216, True, True)


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("", 401),
        ("garbage", 401),
        ("demo-expired", 401),
        ("demo-revoked", 401),
        ("demo-no-scope", 403),
        ("demo-patient-b", 403),
        ("demo-patient-a", 200),
        ("demo-system", 200),
    ],
)
def test_every_form_asks_for_the_token_and_denies_without_any_image(images, path, who, status):
    answer = images(path, who)
    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert b"DICM" not in answer.content
        assert len(answer.content) < 100
    assert answer.headers.get("www-authenticate", "").startswith("Bearer ") == (
        status == 401 or who == "demo-no-scope"
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/wado/studies/1.2.3.4", 404),
        ("/wado/studies/1.2.3.4/metadata", 404),
        (f"{STUDY}/series/1.2.3", 404),
        (f"{SERIES}/instances/1.2.3", 404),
        (f"{INSTANCE}/frames/0", 404),
        (f"{INSTANCE}/frames/2", 404),
        (f"{INSTANCE}/frames/1,9999", 404),
        (f"{INSTANCE}/frames/x", 400),
        (f"{INSTANCE}/frames/-1", 400),
        (f"{INSTANCE}/frames/1,", 400),
        ("/wado/studies/not-a-uid", 400),
        ("/wado/studies/..%2F..%2Fetc", 400),
        ("/wado/studies/%00", 400),
        (f"/wado/studies/{'1' * 65}", 400),
        ("/wado", 404),
        ("/wado/studies", 404),
        (f"{STUDY}/thumbnail", 404),
        (f"{STUDY}/bulkdata/7FE00010", 404),
        (f"{INSTANCE}/bulkdata/00100010", 404),
        (f"{INSTANCE}/frames/1/metadata", 404),
        ("/wado/granted", 404),
        (f"/wado/granted/x/studies/{STUDY_A}", 403),
        (f"/wado/granted/é.ü/studies/{STUDY_A}", 403),
    ],
)
def test_what_is_not_there_is_refused_in_words(images, path, status):
    answer = images(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        (STUDY, "", 200),
        (STUDY, "*/*", 200),
        (STUDY, "multipart/*", 200),
        (STUDY, "multipart/related", 200),
        (STUDY, "multipart/related; type=application/dicom", 200),
        (STUDY, "multipart/related; type=application/dicom; transfer-syntax=*", 200),
        (STUDY, f"{DICOM}; transfer-syntax=1.2.840.10008.1.2.1", 200),
        (STUDY, f"{DICOM}; transfer-syntax=1.2.840.10008.1.2.4.50", 406),
        (STUDY, f"application/pdf, {DICOM};q=0.1", 200),
        (STUDY, f"{DICOM};q=0", 406),
        (STUDY, "application/dicom", 406),
        (STUDY, "application/pdf", 406),
        (STUDY, "text/x-none", 406),
        (STUDY, ';;,",', 406),
        (f"{STUDY}/metadata", "application/dicom+json", 200),
        (f"{STUDY}/metadata", "application/json", 200),
        (f"{STUDY}/metadata", 'multipart/related; type="application/dicom+xml"', 406),
        (f"{INSTANCE}/frames/1", 'multipart/related; type="application/octet-stream"', 200),
        (f"{INSTANCE}/frames/1", 'multipart/related; type="image/jp2"', 406),
        (f"{INSTANCE}/rendered", "image/gif", 406),
        (f"{INSTANCE}/rendered", "text/plain", 406),
    ],
)
def test_what_a_client_accepts_is_sent_or_406(images, path, accept, status):
    answer = images(path, Accept=accept)
    assert answer.status_code == status
    assert (b"DICM" in answer.content) == (status == 200 and path == STUDY)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_images_are_only_read(images, method):
    answer = images(STUDY, method=method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_head_has_no_body(images):
    answer = images(STUDY, method="HEAD")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_study_of_which_a_part_is_withheld_is_denied_and_never_shortened(images):
    study = named("imaging-study-restricted")
    assert len(files(images(f"/wado/studies/{study.uid}"))) == 2
    for path in (f"/wado/studies/{study.uid}", f"/wado/studies/{study.uid}/series/{study.series[0].uid}"):
        denied = images(path, "demo-system")
        assert (denied.status_code, b"DICM" in denied.content) == (403, False)


def test_the_slow_patient_is_put_off_at_retrieval_too(images):
    path = f"/wado/studies/{named('imaging-study-slow').uid}/metadata"
    first, second = images(path, "demo-system"), images(path, "demo-system")
    assert (first.status_code, first.headers["retry-after"], second.status_code) == (503, "0", 200)
    sent = parsedate_to_datetime(first.headers["date"])
    assert abs((datetime.now(UTC) - sent).total_seconds()) < 60


def test_a_ct_has_numbers_of_twelve_bits_and_a_picture_without_colour(images):
    located = next(iter(named("imaging-study-ct").located()))
    assert located.image.sop_class == CT
    assert max(value for value in struct.unpack("<3072H", part10.frames(located)[0])) < 4096
    path = f"/wado/studies/{located.study.uid}/series/{located.series.uid}/instances/{located.image.uid}"
    assert images(f"{path}/rendered").content[:3] == b"\xff\xd8\xff"
