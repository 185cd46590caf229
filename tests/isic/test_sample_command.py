"""`dermconf sample`: rows of ISIC metadata become valid annotations; what is wrong with a table is told."""

import io
import json

import pytest
from click.testing import CliRunner

from conformance import guides, jsontext
from conformance.commands.sample import command
from conformance.isic import cells, mapping
from conformance.problem import Problem

HEAD = (
    "isic_id,patient_id,lesion_id,age_approx,sex,anatom_site_general,anatom_site_1,anatom_site_2,"
    "benign_malignant,diagnosis_1,diagnosis_2,diagnosis_3,diagnosis_confirm_type,image_type"
)
MELANOMA = (
    "ISIC_9000001,IP_1,IL_1,55,female,lower extremity,Lower extremity,Thigh,malignant,Malignant,"
    "Malignant melanocytic proliferations (Melanoma),Melanoma Invasive,histopathology,dermoscopic"
)
AGAIN = (
    "ISIC_9000002,,IL_1,85+,,,,,malignant,Malignant,Malignant melanocytic proliferations (Melanoma),"
    '"Melanoma in situ",single contributor clinical assessment,clinical: close-up'
)
KERATOSIS = "ISIC_9000003,IP_2,,,,,,,benign,Benign,Benign epidermal proliferations,Seborrheic keratosis,,"
NOTHING = "ISIC_9000004" + "," * 13
CLASSES = "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK"
TABLES = {
    "metadata": [HEAD, MELANOMA, AGAIN, KERATOSIS, NOTHING],
    "2018": ["image,MEL,NV,BCC,AKIEC,BKL,DF,VASC", "ISIC_9200001,0,0,0,1,0,0,0"],
    "2019": [
        CLASSES,
        *(f"ISIC_910000{n}," + ",".join("1.0" if n == m else "0.0" for m in range(9)) for n in range(9)),
    ],
}


def table(tmp_path, lines):
    path = tmp_path / "table.csv"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return path


def sample(path, *arguments):
    told = CliRunner().invoke(command, ["--isic", str(path), *map(str, arguments)], catch_exceptions=True)
    if told.exception and not isinstance(told.exception, SystemExit):
        raise told.exception
    return told


def made(tmp_path, lines):
    told = sample(table(tmp_path, lines))
    return [jsontext.loads(line) for line in told.stdout.splitlines()], told.stderr


def annotations(resources):
    return {one["identifier"][0]["value"]: one for one in resources if "derivedFrom" in one}


@pytest.mark.parametrize("name", TABLES)
def test_what_is_made_is_valid_and_refers_to_what_is_made_before_it(name, tmp_path):
    resources, _ = made(tmp_path, TABLES[name])
    known = set()
    for resource in resources:
        errors = [one for one in guides.shipped().issues(resource) if one.severity == "error"]
        assert errors == [], resource
        for reference in json.dumps(resource).split('"reference": "')[1:]:
            assert reference.partition('"')[0] in known
        known.add(f"{resource['resourceType']}/{resource['id']}")


def test_an_annotation_has_the_code_and_the_label_of_isic(tmp_path):
    resources, _ = made(tmp_path, TABLES["metadata"])
    finding = annotations(resources)["ISIC_9000001"]["component"][0]["valueCodeableConcept"]
    label = "Malignant:Malignant melanocytic proliferations (Melanoma):Melanoma Invasive"
    assert finding["coding"] == [
        {"system": "http://snomed.info/sct", "code": "372244006"},
        {"system": mapping.DIAGNOSES, "code": label},
    ]
    assert finding["text"] == label


def test_a_class_is_kept_with_the_version_of_its_set(tmp_path):
    resources, told = made(tmp_path, TABLES["2018"])
    finding = annotations(resources)["ISIC_9200001"]["component"][0]["valueCodeableConcept"]
    assert finding["coding"] == [{"system": mapping.CLASSES, "version": "2018", "code": "AKIEC"}]
    assert "1 row: 0 with a code of SNOMED CT, 0 unknown, 1 without a code\n" in told
    assert "no code, label kept: AKIEC (1)" in told


def test_unknown_has_a_reason_and_no_finding(tmp_path):
    resources, told = made(tmp_path, TABLES["2019"])
    finding = annotations(resources)["ISIC_9100008"]["component"][0]
    assert "valueCodeableConcept" not in finding
    assert [one["code"] for one in finding["dataAbsentReason"]["coding"]] == ["unknown", "UNK"]
    assert "9 rows: 5 with a code of SNOMED CT, 1 unknown, 3 without a code" in told


def test_a_row_without_a_diagnosis_says_so(tmp_path):
    resources, _ = made(tmp_path, TABLES["metadata"])
    reason = annotations(resources)["ISIC_9000004"]["component"][0]["dataAbsentReason"]
    assert reason["text"] == "No diagnosis is given"


def test_images_of_one_lesion_are_of_one_patient_and_make_a_series(tmp_path):
    resources, _ = made(tmp_path, TABLES["metadata"])
    series = [one for one in resources if "hasMember" in one]
    assert [member["reference"][-7:] for member in series[0]["hasMember"]] == ["9000001", "9000002"]
    assert len(series) == 1
    found = annotations(resources)
    assert found["ISIC_9000001"]["subject"] == found["ISIC_9000002"]["subject"] == series[0]["subject"]


def test_what_the_row_says_besides_is_kept(tmp_path):
    found = annotations(made(tmp_path, TABLES["metadata"])[0])
    first, second = found["ISIC_9000001"], found["ISIC_9000002"]
    assert first["note"] == [{"text": "Diagnosis confirmed by: histopathology"}]
    assert first["bodySite"]["coding"][0]["code"] == "68367000"
    assert [one["method"]["coding"][0]["code"] for one in (first, second)] == [
        "expert-annotation",
        "clinician-point-of-care",
    ]
    assert second["component"][2]["valueQuantity"]["comparator"] == ">="


def test_a_diagnosis_that_benign_malignant_contradicts_is_told_and_kept(tmp_path):
    resources, told = made(tmp_path, [HEAD, MELANOMA.replace(",malignant,", ",benign,")])
    assert "table.csv:2:1: benign_malignant says otherwise than the diagnosis; both are kept" in told
    assert annotations(resources)["ISIC_9000001"]["component"][1]["valueString"] == "benign"


def test_a_bundle_is_a_valid_transaction_whose_references_are_its_entries(tmp_path):
    told = sample(table(tmp_path, TABLES["metadata"]), "--bundle")
    bundle = jsontext.loads(told.stdout)
    assert [one for one in guides.shipped().issues(bundle) if one.severity == "error"] == []
    entries = {entry["fullUrl"] for entry in bundle["entry"]}
    named = {part.partition('"')[0] for part in told.stdout.split('"reference":"')[1:]}
    assert len(entries) == len(bundle["entry"])
    assert named
    assert named <= entries


def test_a_folder_gets_a_file_for_each_type_and_nothing_where_a_row_is_wrong(tmp_path):
    good, bad = tmp_path / "good", tmp_path / "bad"
    sample(table(tmp_path, TABLES["metadata"]), "--to", good)
    names = ["DocumentReference.ndjson", "Observation.ndjson", "Patient.ndjson"]
    assert sorted(one.name for one in good.iterdir()) == names
    with pytest.raises(Problem):
        sample(table(tmp_path, [*TABLES["metadata"], "short,row"]), "--to", bad)
    assert list(bad.iterdir()) == []


def test_a_table_may_come_by_standard_input_with_a_mark_and_carriage_returns():
    text = b"\xef\xbb\xbf" + "\r\n".join(TABLES["2018"]).encode() + b"\r\n\r\n"
    told = CliRunner().invoke(command, ["--isic", "-"], input=io.BytesIO(text))
    assert told.exit_code == 0
    assert len(told.stdout.splitlines()) == 3


@pytest.mark.parametrize("mark", [";", "\t"], ids=["semicolons", "tabs"])
@pytest.mark.parametrize("begin", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a mark"])
def test_a_table_may_have_semicolons_or_tabs_as_spreadsheets_write_them(tmp_path, mark, begin):
    lines = [
        f"image{mark}diagnosis_1{mark}image_type",
        f'ISIC_1{mark}Benign{mark}"a,{mark}b"',
        f"c{mark}d{mark}",
    ]
    told = sample(table(tmp_path, [begin + lines[0].encode(), *lines[1:]]))
    same = sample(table(tmp_path, ["image,diagnosis_1,image_type", f'ISIC_1,Benign,"a,{mark}b"', "c,d,"]))
    assert (told.exit_code, told.stdout) == (0, same.stdout)
    assert len(told.stdout.splitlines()) == 6


def test_a_semicolon_behind_a_comma_separates_nothing(tmp_path):
    resources, _ = made(tmp_path, ["image,diagnosis_1", "a;b,Benign"])
    assert list(annotations(resources)) == ["a;b"]


def test_ids_that_fhir_cannot_hold_are_told_apart(tmp_path):
    resources, _ = made(
        tmp_path, ["isic_id,diagnosis_1", "a b,Benign", "a-b,Benign", "a_b,Benign", f"{'x' * 99},Benign"]
    )
    ids = [one["id"] for one in resources]
    assert len(set(ids)) == len(ids)
    assert all(len(one) <= 64 and " " not in one and "_" not in one for one in ids)


WRONG = {
    "no image": (["diagnosis_1", "Benign"], "1:1: no column names the image"),
    "other separators": (
        ["image|diagnosis_1", "a|b"],
        "the first line is one cell: between cells stand commas, semicolons or tabs",
    ),
    "cells of another separator": (
        ["image;diagnosis_1", "a,b"],
        "2:1: the row has 1 cells, and the table 2 columns",
    ),
    "near": (["isic_ids,diagnosis_1", "a,b"], "did you mean 'isic_ids'?"),
    "no diagnosis": (["isic_id,sex", "a,male"], "1:1: no column names a diagnosis"),
    "mixed sets": (
        ["image,MEL,NV,AKIEC,SCC", "a,1,0,0,0"],
        "1:1: the columns AKIEC, MEL, NV, SCC are the classes of no set",
    ),
    "twice a column": (["image,diagnosis_1,image", "a,b,c"], "1:19: the column 'image' stands twice"),
    "twice an image": (["image,diagnosis_1", "a,b", "a,b"], "3:1: the image a stands on line 2 already"),
    "no name": (["image,diagnosis_1", ",b"], "2:1: the row names no image"),
    "cells": (["image,diagnosis_1", "a,b,c"], "2:5: the row has 3 cells, and the table 2 columns"),
    "score": ([CLASSES, "a,0.7,0,0,0,0,0,0,0,0.3"], "2:3: '0.7' is neither 0 nor 1"),
    "two classes": ([CLASSES, "a,1,0,1,0,0,0,0,0,0"], "2:7: a row is of one class, and this one of MEL, BCC"),
    "no class": ([CLASSES, "a,0,0,0,0,0,0,0,0,0"], "2:3: a row is of one class, and this one of none"),
    "age": (["image,diagnosis_1,age_approx", "a,b,old"], "2:5: 'old' is no age in years"),
    "hole": (["image,diagnosis_1,diagnosis_2", "a,,b"], "2:4: 'b' stands below nothing"),
    "mark": (["image,diagnosis_1", 'a,"b'], "2:3: a quotation mark is not closed"),
    "within": (["image,diagnosis_1", 'a,b"c"'], "2:4: a quotation mark is not closed, or stands within"),
    "control": (["image,diagnosis_1", "a,b\x1b[31m"], "2:4: the cell holds a control character"),
    "latin": (["image,diagnosis_1", b"\xc3\xa4,n\xe6vus"], "2:4: this is not UTF-8"),
    "long": (
        ["image,diagnosis_1", b"a," + b"x" * 1_000_000],
        "2:65537: the line is longer than 65,536 bytes",
    ),
    "empty": ([], "1:1: no column names the image"),
    "no rows": (["image,diagnosis_1"], "the table has no rows"),
    "lesion": (
        ["image,patient_id,lesion_id,diagnosis_1", "a,P,L,b", "c,Q,L,b"],
        "3:1: the lesion L is of this patient here",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_place(name, tmp_path):
    lines, says = WRONG[name]
    with pytest.raises(Problem) as told:
        sample(table(tmp_path, lines))
    assert says in str(told.value)
    assert str(told.value).startswith(str(tmp_path))


def test_a_table_without_end_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(cells, "MOST", 3)
    with pytest.raises(Problem, match=r"4:1: the table has more than 3 lines"):
        sample(table(tmp_path, ["image,diagnosis_1", "a,b", "c,d", "e,f"]))


def test_a_transaction_that_few_servers_would_store_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("conformance.isic.bundles.MOST", 5)
    with pytest.raises(Problem, match="leave out --bundle"):
        sample(table(tmp_path, TABLES["metadata"]), "--bundle")


def test_a_table_or_folder_that_cannot_be_opened_is_told(tmp_path):
    with pytest.raises(Problem, match="cannot be read: No such file"):
        sample(tmp_path / "nothing.csv")
    here = table(tmp_path, TABLES["2018"])
    with pytest.raises(Problem, match="cannot be written to"):
        sample(here, "--to", here)
