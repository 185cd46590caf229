"""Bytes on their way: whose hosts they come from, and how long and how large they may be."""

import gzip

import pytest
from miniature import Miniature, http

from conformance.model import Request, Target
from conformance.problem import Problem
from conformance.talk import once
from conformance.talk.client import Access, Client
from conformance.talk.way import Way

TARGET = Target(
    base="https://fhir.example/fhir",
    imaging="https://images.example:8443/fhir",
    wado=("https://images.example/wado", "http://10.0.0.7/pacs"),
)


def fetched(answer, **more):
    """Return what came of one request for bytes."""
    with Miniature(lambda _asked: iter([answer])) as server:
        client = Client(Target(base=server.base, timeout=2.0), **more)
        return client.send(Request(method="GET", url=f"{server.base}/Binary/1"), bytes_=True).answer


@pytest.mark.parametrize(
    "url",
    [
        "https://fhir.example/other",
        "https://FHIR.example:443/fhir",
        "https://images.example:8443/x",
        "https://images.example",
        "http://10.0.0.7:80/pacs/studies/1",
    ],
)
def test_an_address_on_a_host_of_the_settings_is_reached_however_it_is_spelt(url):
    assert Client(TARGET).reaches(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://fhir.example/fhir",
        "https://fhir.example:8443/fhir",
        "https://fhir.example.evil.example/fhir",
        "https://fhir.example@evil.example/fhir",
        "https://somebody@fhir.example/fhir",
        "https://evil.example\\@fhir.example/",
        "https://evil.example#@fhir.example/",
        "https://10.0.0.7/pacs",
        "//fhir.example/fhir",
        "ftp://fhir.example/fhir",
        "https://[",
        "https://fhir.example:port/",
        "https://",
        "",
    ],
)
def test_any_other_address_is_not_reached_and_nothing_is_sent_there(url):
    client = Client(TARGET)
    assert not client.reaches(url)
    with pytest.raises(Problem):
        client.send(Request(method="GET", url=url), bytes_=True)


def test_what_is_larger_than_the_bound_is_told_and_ends_there(monkeypatch):
    monkeypatch.setattr(once, "LARGEST_PAYLOAD", 100_000)
    answer = fetched(http(200, b"\0" * 10**6, media="application/octet-stream"))
    assert (answer.truncated, answer.body) == (True, None)
    assert answer.facts["cut"] == "it is larger than 100000 bytes"
    assert not answer.facts["complete"]


def test_a_body_that_is_compressed_is_told_as_what_it_is():
    answer = fetched(
        http(200, gzip.compress(b"\xff\xd8\xff" + b"x" * 100), media="", Content_Encoding="gzip")
    )
    assert (answer.facts["format"], answer.facts["size"]) == ("jpeg", 103)


def test_a_body_that_is_json_is_kept_and_one_of_too_many_values_is_cut():
    few, many = b'{"a": 1}', b"[" + b"1," * once.MOST_VALUES + b"1]"
    answer = fetched(http(200, few, media="application/dicom+json"))
    assert (answer.body, answer.truncated, answer.facts["format"]) == (few.decode(), False, "json")
    answer = fetched(http(200, many, media="application/dicom+json"))
    assert (answer.truncated, len(answer.body) < len(many)) == (True, True)


def test_text_that_is_too_long_is_told_by_what_it_is(monkeypatch):
    monkeypatch.setattr(once, "LARGEST", 1000)
    answer = fetched(http(200, b"words " * 100_000, media="text/plain"))
    assert (answer.body, answer.truncated, answer.facts["size"]) == (None, False, 600_000)


def test_bytes_come_by_way_of_a_proxy():
    with Miniature(lambda _asked: iter([http(200, b"%PDF-1.7", media="application/pdf")])) as proxy:
        client = Client(
            Target(base="http://server.example/fhir"), Access.by_token("t", way=Way(proxy=proxy.host))
        )
        answer = client.send(Request(method="GET", url="http://server.example/x"), bytes_=True).answer
    assert answer.facts["format"] == "pdf"
    assert proxy.asked[0].path == "http://server.example/x"
