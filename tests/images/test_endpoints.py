"""The endpoint of pixels is found where the study says it is, and its address is understood."""

import pytest
from archive import INSTANCE, SERIES, STUDY, endpoint, searchset, study

from conformance.run.endpoints import appended, endpoints, url
from conformance.run.endpoints import study as study_of

BASE = "https://fhir.example/imaging"
NEAR, FAR = endpoint("https://near.example/wado", "near"), endpoint("https://far.example/wado", "far")
FOUND = [
    ("only at the study", study(by_study=["Endpoint/far"]), [FAR], "far", "study, in the same answer"),
    ("only at the series", study(by_series=["Endpoint/near"]), [NEAR], "near", "series, in the same answer"),
    (
        "at both: the series goes first",
        study(by_study=["Endpoint/far"], by_series=["Endpoint/near"]),
        [FAR, NEAR],
        "near",
        "series, in the same answer",
    ),
    ("contained", study(by_study=["#far"], contained=[FAR]), [], "far", "study, contained"),
    (
        "contained, for the series",
        study(by_series=["#near"], contained=[NEAR]),
        [],
        "near",
        "series, contained",
    ),
    ("absolute", study(by_study=[f"{BASE}/Endpoint/far"]), [FAR], "far", "study, in the same answer"),
    ("one version", study(by_study=["Endpoint/far/_history/3"]), [FAR], "far", "study, in the same answer"),
    (
        "by a URN of this answer",
        study(by_study=["urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"]),
        [("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", FAR)],
        "far",
        "study, in the same answer",
    ),
    (
        "one of another kind goes before",
        study(by_study=["Endpoint/q", "Endpoint/far"]),
        [endpoint("https://q.example", "q", kind="dicom-qido-rs"), FAR],
        "far",
        "study, in the same answer",
    ),
    (
        "one that is off goes before",
        study(by_study=["Endpoint/off", "Endpoint/far"]),
        [endpoint("https://off.example", "off", status="off"), FAR],
        "far",
        "study, in the same answer",
    ),
    (
        "as R5 says it",
        study(by_study=["Endpoint/far"]),
        [{**FAR, "connectionType": [{"coding": [{"code": "dicom-wado-rs"}]}]}],
        "far",
        "study, in the same answer",
    ),
]


@pytest.mark.parametrize(
    ("of", "beside", "wanted", "how"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND]
)
def test_an_endpoint_is_found_where_it_is(of, beside, wanted, how):
    body = searchset(of, *beside, base=BASE)
    found = next(each for each in endpoints(body, study_of(body, STUDY), SERIES) if each.address)
    assert (found.address, found.how) == (f"https://{wanted}.example/wado", how)


def test_the_endpoint_of_another_series_is_none_of_this_one():
    body = searchset(study(by_study=["Endpoint/far"], by_series=["Endpoint/near"]), FAR, NEAR, base=BASE)
    found = [each.address for each in endpoints(body, study_of(body, STUDY), "1.2.3.5")]
    assert found == ["https://far.example/wado"]


def test_what_is_not_beside_the_study_has_to_be_read_and_a_urn_cannot_be():
    body = study(by_study=["Endpoint/far", "https://elsewhere.example/Endpoint/1", "urn:uuid:1"])
    found = [(each.how, each.reference) for each in endpoints(body, study_of(body, STUDY))]
    assert found == [
        ("study, read", "Endpoint/far"),
        ("study, read", "https://elsewhere.example/Endpoint/1"),
    ]


@pytest.mark.parametrize("uid", [STUDY, f"urn:oid:{STUDY}"])
def test_a_study_is_known_by_its_uid_however_fhir_writes_it(uid):
    of = {**study(), "identifier": [{"value": uid}]}
    assert study_of(searchset(study(uid="1.2.9"), of), STUDY) is of
    assert study_of(of, "1.2.9") is None


@pytest.mark.parametrize(
    "odd",
    [
        None,
        7,
        [],
        {"entry": 3},
        {"entry": [None, {"resource": 7}, {"resource": {"resourceType": "ImagingStudy", "identifier": "x"}}]},
    ],
)
def test_an_answer_of_any_shape_holds_no_study(odd):
    assert study_of(odd, STUDY) is None
    assert list(endpoints(odd, odd, SERIES)) == []


@pytest.mark.parametrize(
    "odd", [{"endpoint": 7}, {"endpoint": [7, {}, {"reference": 7}, {"reference": "#"}]}]
)
def test_references_of_any_shape_lead_nowhere(odd):
    assert [each.address for each in endpoints({}, odd)] == []


@pytest.mark.parametrize("odd", [{"address": 7}, {"connectionType": 7}, {"connectionType": {"code": []}}])
def test_an_endpoint_of_any_shape_has_no_address(odd):
    body = searchset(study(by_study=["Endpoint/far"]), {**FAR, **odd}, base=BASE)
    assert [each.address for each in endpoints(body, study_of(body, STUDY))] == [""]


@pytest.mark.parametrize(
    ("address", "uids", "wanted"),
    [
        ("https://h/wado", [STUDY], f"https://h/wado/studies/{STUDY}"),
        ("https://h/wado/", [STUDY], f"https://h/wado/studies/{STUDY}"),
        ("https://h", [STUDY], f"https://h/studies/{STUDY}"),
        (f"https://h/wado/studies/{STUDY}", [STUDY], f"https://h/wado/studies/{STUDY}"),
        (f"https://h/wado/study/{STUDY}/", [STUDY], f"https://h/wado/study/{STUDY}"),
        (
            f"https://h/wado/studies/{STUDY}",
            [STUDY, SERIES, INSTANCE],
            f"https://h/wado/studies/{STUDY}/series/{SERIES}/instances/{INSTANCE}",
        ),
        (
            f"https://h/wado/studies/{STUDY}/series/{SERIES}",
            [STUDY, SERIES, INSTANCE],
            f"https://h/wado/studies/{STUDY}/series/{SERIES}/instances/{INSTANCE}",
        ),
        ("https://h/wado?key=a/b&c=d", [STUDY], f"https://h/wado/studies/{STUDY}?key=a/b&c=d"),
        (f"https://h/{STUDY}.7/wado", [STUDY], f"https://h/{STUDY}.7/wado/studies/{STUDY}"),
        ("https://h/wado#top", [STUDY], f"https://h/wado/studies/{STUDY}"),
        ("https://h/wado", ["1/../2?x#y"], "https://h/wado/studies/1%2F..%2F2%3Fx%23y"),
    ],
)
def test_a_url_is_built_below_either_kind_of_address(address, uids, wanted):
    assert url(address, uids) == wanted


def test_what_stands_behind_comes_before_the_query():
    assert appended("https://h/s?k=1", "frames", "1,3") == "https://h/s/frames/1,3?k=1"
