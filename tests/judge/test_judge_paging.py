"""Where the next page is, and why it cannot be followed."""

import pytest

from conformance.judge.paging import next_page

BASE = "https://fhir.example/r4"


def page(*urls):
    return {"resourceType": "Bundle", "link": [{"relation": "next", "url": url} for url in urls]}


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (f"{BASE}/Observation?page=2", f"{BASE}/Observation?page=2"),
        (f"{BASE}?_getpages=abc&x=%20%7C", f"{BASE}?_getpages=abc&x=%20%7C"),
        ("Observation?page=2", f"{BASE}/Observation?page=2"),
        ("/r4/Observation?page=2", f"{BASE}/Observation?page=2"),
        # A proxy that ends TLS often leaves http behind; what was encrypted stays so.
        ("http://fhir.example/r4/Observation?page=2", f"{BASE}/Observation?page=2"),
    ],
)
def test_links_are_followed_as_given(url, wanted):
    assert next_page(page(url), BASE, []).url == wanted


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("https://elsewhere.example/r4/Observation?page=2", "leads to another host"),
        ("https://fhir.example@elsewhere.example/r4", "leads to another host"),
        ("https://fhir.example:8443/r4", "leads to another host"),
        ("file:///etc/passwd", "is no address of the web"),
        ("javascript:alert(1)", "is no address of the web"),
        ("http://[::1/fhir", "is no address of the web"),
        ("", "is no address of the web"),
        (" ", "is no address of the web"),
        (f"{BASE}/Observation?page=1", "leads back to a page that was seen"),
    ],
)
def test_what_cannot_be_followed_is_told(url, wrong):
    after = next_page(page(url), BASE, [f"{BASE}/Observation?page=1"])
    assert after.url == ""
    assert wrong in after.wrong


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"link": {}},
        {"link": [None, 5, {"relation": "self", "url": "x"}]},
        {"link": [{"relation": ["next"], "url": "x"}]},
    ],
)
def test_no_link_is_the_end(body):
    after = next_page(body, BASE, [])
    assert (after.url, after.wrong) == ("", "")


def test_a_next_link_that_holds_a_secret_cannot_be_followed_and_is_nobodys_fault():
    page = {"link": [{"relation": "next", "url": "http://h/fhir/Patient?page=2&token=***"}]}
    after = next_page(page, "http://h/fhir", [])
    assert (after.url, after.foreign) == ("", True)
    assert "holds a secret of ours" in after.wrong
