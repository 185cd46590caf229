"""What nobody could guess is told from names, by its characters alone."""

import secrets
import string
from base64 import b32encode
from uuid import uuid4

import pytest

from conformance.definitions import r4
from conformance.talk.guesses import is_unguessable

KEYS = {
    "16 bytes in base64url": lambda: secrets.token_urlsafe(16),
    "24 bytes in base64url": lambda: secrets.token_urlsafe(24),
    "32 bytes in base64url": lambda: secrets.token_urlsafe(32),
    "few digits": lambda: secrets.token_urlsafe(18).translate(str.maketrans(string.digits, "abcdefghij")),
    "hex": lambda: secrets.token_hex(16),
    "hex in upper case": lambda: secrets.token_hex(16).upper(),
    "a UUID": lambda: str(uuid4()),
    "letters of both cases": lambda: "".join(secrets.choice(string.ascii_letters) for _ in range(24)),
    "letters of one case": lambda: "".join(secrets.choice(string.ascii_lowercase) for _ in range(28)),
    "base32": lambda: b32encode(secrets.token_bytes(16)).decode().rstrip("="),
    "a key behind a name": lambda: f"imaging-study-of-a-patient-{secrets.token_urlsafe(16)}",
}


@pytest.mark.parametrize("kind", KEYS)
def test_nearly_every_key_is_one(kind):
    # Two of 1,000 are none at most; thirty of 2,000 are not seen in a million runs.
    assert sum(not is_unguessable(KEYS[kind]()) for _ in range(2_000)) < 30


@pytest.mark.parametrize(
    "name",
    [
        "studies",
        "study-of-study-images-of-a-study",
        "instances",
        "imaging-study-a",
        "demographics-and-photographs",
        "department-of-dermatology-2026",
        "ambulatory-dermatology-clinic-12",
        "1.2.840.113619.2.55.3.604688119.971.1449",
        "2.25.329800735698586629295641978511506172918",
        "20260101T120000Z-photographs",
        "archive.eu-central-1.hospital.example",
        "imagingStudyOfThePatient",
        "enterprise_archive_of_the_hospital",
        "dicomWebRepositoryOfImages",
        "",
        "a",
    ],
)
def test_a_name_is_no_key(name):
    assert not is_unguessable(name)


def test_names_of_r4_are_no_keys():
    found = [name for name in r4.resource_types() if is_unguessable(name)]
    assert found == []


def test_a_long_part_is_judged_in_one_pass():
    assert not is_unguessable("imaging-study-" * 100_000)
