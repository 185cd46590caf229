"""What bytes are is told by themselves."""

import base64
import hashlib
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from archive import dicom
from hypothesis import given
from hypothesis import strategies as st

from conformance.talk import part10
from conformance.talk.payload import Payload, format_of

FILE = dicom()


@pytest.mark.parametrize(
    ("head", "format_"),
    [
        (FILE, "dicom"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"GIF89a", "gif"),
        (b"%PDF-1.7", "pdf"),
        (b"", "empty"),
        (b' {"a": 1}', "json"),
        (b"<html>", "text"),
        ("schön".encode()[:-3], "text"),
        (b"\xc8" * 200, "other"),
        (b"\0\1\2", "other"),
    ],
)
def test_a_format_is_told_by_the_first_bytes(head, format_):
    assert format_of(head[:132]) == format_


def test_a_body_has_its_size_and_hashes():
    payload = Payload("image/jpeg")
    payload.write(b"\xff\xd8\xff")
    payload.write(b"more")
    facts = payload.facts()
    data = b"\xff\xd8\xffmore"
    assert facts == {
        "type": "image/jpeg",
        "size": 7,
        "sha256": hashlib.sha256(data).hexdigest(),
        "sha1": base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode(),
        "format": "jpeg",
        "complete": True,
    }


def test_a_dicom_file_says_what_it_is_up_to_its_pixels():
    assert part10.facts(FILE[:-4]) == part10.facts(FILE)
    assert part10.facts(FILE) == {
        "study": "1.2.3",
        "series": "1.2.3.4",
        "instance": "1.2.3.4.5",
        "patient": "MRN-A",
        "sop-class": "1.2.840.10008.5.1.4.1.1.77.1.4",
        "modality": "XC",
        "rows": "2",
        "columns": "2",
        "transfer-syntax": "1.2.840.10008.1.2.1",
    }


@given(at=st.integers(0, len(FILE)), data=st.binary(max_size=64))
def test_a_damaged_file_gives_texts_or_says_that_it_cannot_be_read(at, data):
    facts = part10.facts(FILE[:at] + data + FILE[at + len(data) :])
    assert all(isinstance(value, str) and len(value) <= 100 for value in facts.values())


def test_sequences_within_each_other_without_end_are_no_trouble():
    nested = b"\x08\x00\x15\x11\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" * 100_000
    assert isinstance(part10.facts(b"\0" * 128 + b"DICM" + nested), dict)


def test_a_deflated_file_is_not_inflated(monkeypatch):
    monkeypatch.setattr(zlib, "decompress", None)
    monkeypatch.setattr(zlib, "decompressobj", None)
    bomb = FILE.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.1.99")
    assert part10.facts(bomb) == {"unread": "it is deflated"}


def test_files_are_read_by_several_threads_at_once_and_nothing_is_said_of_them(capfd):
    odd = FILE.replace(b"1.2.3.4.5", b"1.2.x.4.5")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(part10.facts, [odd, FILE] * 100))
    assert {each["instance"] for each in found} == {"1.2.x.4.5", "1.2.3.4.5"}
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("command", [["--version"], ["lint", "testcases/imaging"], ["validate", "--help"]])
def test_who_receives_no_image_does_not_load_what_reads_them(command):
    told = (
        "import sys\nfrom conformance.cli import main\n"
        f"sys.argv = ['dermconf', *{command!r}]\n"
        "try:\n    main()\nfinally:\n    print('pydicom' in sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "False", done.stderr
