"""A multipart body, whole, cut anywhere or hostile, gives facts and no hang."""

import hashlib
import time

import pytest
from archive import dicom, multipart
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.talk.multipart import MOST_HEADERS, boundary_of
from conformance.talk.payload import MOST_PARTS, Payload

RELATED = 'multipart/related; type="application/dicom"; boundary={}'
BETWEEN = RELATED.format("between")
LAWFUL = "'()+_,-./:=?ABCXYZabcxyz0189"
FILE = dicom()


def told(body, content_type=BETWEEN, size=65536, cut=""):
    """Return the facts of a body that comes in pieces of a size."""
    payload = Payload(content_type)
    for at in range(0, len(body), size):
        payload.write(body[at : at + size])
    return payload.facts(cut=cut)


def digests(facts):
    return [part["sha256"] for part in facts["parts"]]


def hashes(*parts):
    return [hashlib.sha256(part).hexdigest() for part in parts]


@given(
    parts=st.lists(st.binary(max_size=300), max_size=5),
    boundary=st.text(LAWFUL, min_size=1, max_size=70),
    end=st.sampled_from(["\r\n", "\n"]),
    around=st.tuples(
        st.sampled_from([b"", b"\r\n", b"This is a multipart body.\r\n", b"--\r\n"]),
        st.sampled_from([b"", b"\r\n", b"and so on"]),
    ),
    size=st.integers(1, 400),
)
def test_what_was_put_in_comes_out_however_it_is_cut_into_pieces(parts, boundary, end, around, size):
    mark = f"--{boundary}".encode()
    parts = [part for part in parts if mark not in part and not part.endswith(b"\r")]
    body = around[0] + multipart(*parts, boundary=boundary, end=end) + around[1]
    facts = told(body, RELATED.format(f'"{boundary}"'), size)
    assert digests(facts) == hashes(*parts)
    assert (facts["count"], facts["complete"], facts["size"]) == (len(parts), True, len(body))
    assert {part["type"] for part in facts["parts"]} <= {"application/dicom"}


@given(at=st.integers(0, 3 * len(FILE)), size=st.sampled_from([1, 7, 131, 65536]))
@settings(deadline=None)
def test_a_body_that_is_cut_anywhere_tells_what_came_and_that_it_is_not_complete(at, size):
    whole = multipart(FILE, FILE)
    body = whole[:at]
    facts = told(body, size=size)
    assert facts["size"] == len(body)
    # The last two bytes of all stand behind the closing boundary.
    assert facts["complete"] is (at >= len(whole) - 2)
    closed = [part for part in facts["parts"] if not part.get("open")]
    assert {part["sha256"] for part in closed} <= set(hashes(FILE))
    assert all(part["dicom"]["study"] == "1.2.3" for part in closed)
    assert all(part.get("open") for part in facts["parts"][len(closed) :])


@given(
    content_type=st.text(st.characters(codec="ascii"), max_size=80).map("multipart/related;".__add__),
    body=st.binary(max_size=2000),
    size=st.integers(1, 300),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_comes_there_are_facts(content_type, body, size):
    facts = told(body, content_type, size)
    assert (facts["size"], facts["format"]) == (len(body), "multipart")
    assert facts["count"] == len(facts["parts"])


@given(
    pieces=st.lists(
        st.sampled_from(
            [
                b"--between",
                b"\r\n",
                b"\n",
                b"--",
                b"between",
                b"\r",
                b"-",
                b" \t",
                b"a: b",
                b"x",
                b"DICM",
                b"\0",
            ]
        ),
        max_size=40,
    ),
    size=st.integers(1, 50),
)
@settings(max_examples=500)
def test_pieces_of_boundaries_are_told_the_same_however_they_come(pieces, size):
    body = b"".join(pieces)
    assert told(body, size=size) == told(body)


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/related; boundary=abc", "abc"),
        ('multipart/related; boundary="a b;c"', "a b;c"),
        (r'multipart/related; boundary="a\"b"', 'a"b'),
        ("multipart/related;BOUNDARY = abc ; type=x", "abc"),
        ('multipart/related; type="application/dicom; boundary=wrong"; boundary=right', "right"),
        ("multipart/related; type=application/dicom;boundary=----=_.*[a](b)+?$^|\\", "----=_.*[a](b)+?$^|\\"),
        ("multipart/related", ""),
        ("multipart/related; boundary=", ""),
        ('multipart/related; boundary=""', ""),
        ("multipart/related; boundary=" + "b" * 10_000, ""),
        ("multipart/related; boundary=ä", ""),
        ("multipart/related; xboundary=abc", ""),
        ("multipart/related; boundary=first; boundary=second", "first"),
    ],
)
def test_a_boundary_is_what_its_parameter_says(content_type, boundary):
    assert boundary_of(content_type) == boundary


@pytest.mark.parametrize("content_type", ["multipart/related", "multipart/related; boundary=" + "b" * 10_000])
def test_without_a_usable_boundary_no_part_is_told_and_why(content_type):
    facts = told(multipart(FILE), content_type)
    assert facts["wrong"] == "the Content-Type names no boundary that can be used"
    assert (facts["parts"], facts["complete"], facts["sha256"]) == ([], False, hashes(multipart(FILE))[0])


def test_a_boundary_of_characters_that_mean_something_to_a_pattern_is_found():
    odd = "(.*)+?[a]"
    facts = told(multipart(b"one", b"two", boundary=odd), RELATED.format(f'"{odd}"'))
    assert digests(facts) == hashes(b"one", b"two")


def test_a_boundary_within_the_data_is_data_unless_it_stands_alone_on_its_line():
    data = b"x--between\r\n--betweenness\r\n --between\r\n"
    assert digests(told(multipart(data))) == hashes(data)


def test_a_part_that_is_multipart_itself_is_one_part():
    inner = multipart(b"a", b"b", boundary="inner")
    facts = told(multipart(inner, type_="multipart/mixed; boundary=inner"))
    assert (digests(facts), facts["count"]) == (hashes(inner), 1)


def test_parts_without_headers_and_blanks_behind_a_boundary_are_put_up_with():
    body = b"--between \t\r\n\r\none\r\n--between\r\n\r\n\r\n--between--"
    facts = told(body)
    assert digests(facts) == hashes(b"one", b"")
    assert [part["type"] for part in facts["parts"]] == ["", ""]


def test_what_comes_after_the_end_is_no_part():
    assert told(multipart(b"one") + multipart(b"two"))["count"] == 1


@pytest.mark.parametrize("header", [b"a: " + b"b" * 1024 * 1024, b"\r" * 1024 * 1024, b"a" * 1024 * 1024])
def test_a_header_of_a_megabyte_ends_the_reading_and_fails_nobody(header):
    body = multipart(b"one", closed=False) + b"--between\r\n" + header + b"\r\n\r\nx\r\n--between--"
    began = time.monotonic()
    facts = told(body, size=4096)
    assert time.monotonic() - began < 5
    assert facts["cut"] == f"the headers of a part are longer than {MOST_HEADERS} bytes"
    assert digests(facts) == hashes(b"one")


def test_parts_beyond_a_thousand_are_counted():
    facts = told(multipart(*[b"x"] * (MOST_PARTS + 7)))
    assert (facts["count"], len(facts["parts"]), facts["complete"]) == (MOST_PARTS + 7, MOST_PARTS, True)


def test_parts_without_end_end_the_reading():
    body = b"--between\n\n\n" * 150_000
    began = time.monotonic()
    facts = told(body)
    assert time.monotonic() - began < 30
    assert facts["cut"] == "it has more than 100000 parts"


@pytest.mark.parametrize("text", [b"\n--between", b"\r\n--betwee", b"-", b"\r", b"\n\n--between --"])
def test_half_a_boundary_at_the_end_is_data(text):
    facts = told(b"--between\r\n\r\nx" + text)
    assert (facts["complete"], facts["count"]) == (False, 1)
    assert facts["parts"][0]["open"]
