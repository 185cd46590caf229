"""What `dermconf validate` says of files, how it says it, and with which exit code."""

import json
import subprocess
import sys

import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome

from conformance import packages

PATIENT = {"resourceType": "Patient", "id": "p", "birthDate": "1980-02-03"}
WRONG = {**PATIENT, "birthDate": "soon"}
FINAL_RULE = "DERM-AIP-03"


def errors(line):
    return [(f["requirement"], f["at"]) for f in line["findings"] if f["severity"] == "error"]


def written(path, value):
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", packages.NAMES)
def test_every_example_of_every_guide_is_valid(validate, name):
    told = validate(packages.folder(name) / "example", "--ig", name)
    assert told.code == 0
    assert "none invalid" in told.out.splitlines()[-1]


def test_what_a_resource_claims_is_judged_and_told_with_rule_place_values_and_hint(validate, final):
    told = validate(final)
    assert told.code == 1
    line = next(n for n, row in enumerate(final.read_text().splitlines(), 1) if row.startswith('  "status"'))
    for part in (
        f"INVALID  {final}  Observation/ExampleAIPrediction (ai-prediction)  1 error",
        f"  ERROR  {FINAL_RULE} (SHALL NOT, explicit)  An AI prediction is never final.",
        f"    at        Observation.status   {final}:{line}\n",
        "    expected  `$this != 'final'`\n",
        "    actual    'final'\n",
        "    hint      Keep the status that the client sent.",
        "1 resource, 1 invalid, 1 error",
    ):
        assert part in told.out


def test_a_line_of_json_has_what_the_command_promises(judged, final):
    (line,) = judged(final)
    assert line.keys() == {"file", "index", "valid", "findings"}
    assert (line["file"], line["index"], line["valid"]) == (str(final), 0, False)
    assert all(f.keys() == {"severity", "code", "at", "message", "requirement"} for f in line["findings"])
    assert errors(line) == [(FINAL_RULE, "Observation.status")]


@pytest.mark.parametrize("status", ["preliminary", "final"])
def test_an_outcome_is_an_operation_outcome(validate, prediction, tmp_path, status):
    told = validate(written(tmp_path / "o.json", {**prediction, "status": status}), "--format", "outcome")
    outcome = OperationOutcome.model_validate_json(told.out)
    told_errors = [issue for issue in outcome.issue if issue.severity == "error"]
    assert (told.code, len(told_errors)) == ((0, 0) if status == "preliminary" else (1, 1))
    for issue in told_errors:
        assert issue.expression == ["Observation.status"]
        assert issue.details.coding[0].code == FINAL_RULE
        assert "o.json:" in issue.diagnostics


def test_a_profile_that_is_asked_for_is_judged_in_place_of_what_is_claimed(judged, final, tmp_path):
    unclaimed = json.loads(final.read_text())
    unclaimed["meta"].pop("profile")
    path = written(tmp_path / "unclaimed.json", unclaimed)
    assert errors(judged(path)[0]) == []
    url = "https://annotatemd.com/fhir/ig/StructureDefinition/ai-prediction"
    for name in ("ai-prediction", "AIPrediction", url, f"{url}|0.1.0"):
        assert errors(judged(path, "--profile", name)[0]) == [(FINAL_RULE, "Observation.status")]
    assert errors(judged(final, "--profile", "Observation")[0]) == []


def test_a_profile_about_another_type_is_not_kept(judged, tmp_path):
    (line,) = judged(written(tmp_path / "p.json", PATIENT), "--profile", "ai-prediction")
    assert errors(line) == [("", "Patient")]


def test_a_folder_is_read_with_all_that_lies_in_it(judged, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / ".hidden").mkdir()
    written(tmp_path / "a.json", PATIENT)
    written(tmp_path / "deep" / "b.json", WRONG)
    written(tmp_path / ".hidden" / "c.json", WRONG)
    written(tmp_path / "package.json", {"name": "p"})
    (tmp_path / "notes.txt").write_text("no resource", encoding="utf-8")
    assert [(line["file"], line["valid"]) for line in judged(tmp_path)] == [
        (str(tmp_path / "a.json"), True),
        (str(tmp_path / "deep" / "b.json"), False),
    ]


@pytest.mark.parametrize("name", ["export.ndjson", "export.jsonl", "export.json"])
def test_ndjson_is_one_resource_a_line(judged, validate, tmp_path, name):
    path = tmp_path / name
    path.write_text("\n".join(map(json.dumps, (PATIENT, WRONG, PATIENT))) + "\n\n", encoding="utf-8")
    assert [(line["index"], line["valid"]) for line in judged(path)] == [(0, True), (1, False), (2, True)]
    assert f"Patient.birthDate   {path}:2\n" in validate(path).out


def test_a_broken_line_of_ndjson_is_told_with_its_place(judged, tmp_path):
    path = tmp_path / "export.ndjson"
    path.write_text(json.dumps(PATIENT) + '\n{"resourceType": }\n', encoding="utf-8")
    _, broken = judged(path)
    assert not broken["valid"]
    assert f"{path}:2:18: " in broken["findings"][0]["message"]


def test_the_order_of_elements_counts_in_xml(judged, tmp_path):
    path = tmp_path / "p.xml"
    path.write_text(
        '<Patient xmlns="http://hl7.org/fhir">\n<active value="true"/>\n<id value="p"/></Patient>'
    )
    (line,) = judged(path)
    assert not line["valid"]
    assert f"{path}:3: <id> stands after" in line["findings"][0]["message"]


BROKEN_LINES = [
    (b'{"resourceType": "Patient", "active": true, "active": false}', "'active' stands twice in one object"),
    (b'{"n": NaN}', "NaN is not JSON"),
    (b'{"n": 1e99999999999999999999}', "a number is beyond all bounds"),
    (b'{"n": ' + b"9" * 6000 + b"}", "a whole number has too many digits"),
    (b'{"n": "\xff"}', "the text is not UTF-8: byte 8 is 0xff"),
]


@pytest.mark.parametrize(("line", "message"), BROKEN_LINES, ids=lambda value: str(value)[:12])
def test_a_line_that_has_no_place_in_it_is_told_by_its_number(judged, tmp_path, line, message):
    path = tmp_path / "export.ndjson"
    path.write_bytes(b"\n".join([json.dumps(PATIENT).encode(), line, json.dumps(PATIENT).encode()]))
    first, broken, last = judged(path)
    assert (first["valid"], broken["valid"], last["valid"]) == (True, False, True)
    told = broken["findings"][0]["message"]
    assert told.startswith(f"{path}:2: ")
    assert told.endswith(message)


def test_what_to_do_about_a_broken_file_stands_on_a_line_of_its_own(validate, tmp_path):
    path = tmp_path / "p.xml"
    path.write_text("<Patient/>", encoding="utf-8")
    assert """    hint      write xmlns="http://hl7.org/fhir"\n""" in validate(path).out


def bundle(*resources):
    entries = [
        {"fullUrl": f"urn:uuid:{n:08}-3df1-4a53-8a53-0e7a4f6b2d01", "resource": r}
        for n, r in enumerate(resources)
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def test_each_entry_of_a_bundle_is_told_apart(judged, final, tmp_path):
    path = written(tmp_path / "b.json", bundle(PATIENT, json.loads(final.read_text()), WRONG))
    told = [(line["index"], errors(line)) for line in judged(path)]
    assert told == [
        (0, []),
        (1, []),
        (2, [(FINAL_RULE, "Bundle.entry[1].resource.status")]),
        (3, [("", "Bundle.entry[2].resource.birthDate")]),
    ]


def test_an_entry_that_is_null_puts_no_finding_to_another(judged, tmp_path):
    whole = bundle(PATIENT, WRONG)
    whole["entry"].insert(0, None)
    told, right, wrong = judged(written(tmp_path / "b.json", whole))
    assert errors(told) == [("", "Bundle")]
    assert errors(right) == []
    assert errors(wrong) == [("", "Bundle.entry[1].resource.birthDate")]


def test_a_profile_is_put_to_the_entries_of_its_type(judged, final, tmp_path):
    unclaimed = json.loads(final.read_text())
    unclaimed["meta"].pop("profile")
    path = written(tmp_path / "b.json", bundle(PATIENT, unclaimed))
    told = [errors(line) for line in judged(path, "--profile", "ai-prediction")]
    assert told == [[], [], [(FINAL_RULE, "Bundle.entry[1].resource.status")]]


def test_a_profile_that_no_entry_is_of_is_put_to_the_bundle(judged, tmp_path):
    first, second = judged(written(tmp_path / "b.json", bundle(PATIENT)), "--profile", "ai-prediction")
    assert errors(first) == [("", "Bundle")]
    assert errors(second) == []


def test_standard_input_is_read(judged, validate):
    (line,) = judged("-", stdin=json.dumps(WRONG).encode())
    assert (line["file"], errors(line)) == ("-", [("", "Patient.birthDate")])
    assert validate("-", stdin=b"\xef\xbb\xbf" + json.dumps(PATIENT).encode()).code == 0


def test_xml_is_judged_like_json(judged, tmp_path):
    path = tmp_path / "p.xml"
    for date, found in (("1980-02-03", []), ("soon", [("", "Patient.birthDate")])):
        text = f'<Patient xmlns="http://hl7.org/fhir"><birthDate value="{date}"/></Patient>'
        path.write_text(text, encoding="utf-8")
        assert errors(judged(path)[0]) == found


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{\n "a": 1,\n}', "3:1"),
        ("", "1:1"),
        ("NaN", ""),
        ('{"resourceType": "Patient"} x', "1:29"),
        ("<Patient", "1:"),
    ],
)
def test_what_is_no_json_and_no_xml_is_invalid_and_told_with_its_place(judged, tmp_path, text, place):
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    (line,) = judged(path)
    assert not line["valid"]
    assert line["findings"][0]["message"].startswith(f"{path}{':' if place else ''}{place}")


def test_weaker_evidence_fails_only_who_asks_for_it(validate, judged, prediction, tmp_path):
    without = {key: value for key, value in prediction.items() if key not in {"device", "method"}}
    path = written(tmp_path / "o.json", without)
    by = {
        evidence: {requirement for requirement, _ in errors(judged(path, "--evidence", evidence)[0])}
        for evidence in ("explicit", "descriptive", "inferred", "assumed")
    }
    # DERM-AIP-08 (the model is named) is inferred, that a prediction says its method is assumed.
    assert by == {
        "explicit": set(),
        "descriptive": set(),
        "inferred": {"DERM-AIP-08"},
        "assumed": {"DERM-AIP-08", "DERM-AIP-02"},
    }
    assert validate(path).code == 0
    assert validate(path, "--evidence", "inferred").code == 1


def test_descriptive_rules_warn_where_only_explicit_ones_count(judged, prediction, tmp_path):
    prediction["method"]["coding"][0]["code"] = "expert-annotation"
    path = written(tmp_path / "o.json", prediction)
    assert errors(judged(path)[0]) == [("DERM-AIP-02", "Observation.method")]
    assert errors(judged(path, "--evidence", "explicit")[0]) == []


@pytest.fixture
def guide(tmp_path):
    """Make a guide that has a profile of its own, and another rule for a shipped one."""
    url = "https://annotatemd.com/fhir/ig/StructureDefinition/ai-prediction"
    folder = tmp_path / "guide"
    folder.mkdir()
    for id_, canonical, path in (
        ("with-note", "http://example.org/with-note", "Observation.note"),
        ("ai-prediction", url, "Observation.interpretation"),
    ):
        profile = {
            "resourceType": "StructureDefinition",
            "id": id_,
            "url": canonical,
            "name": id_.replace("-", ""),
            "status": "draft",
            "kind": "resource",
            "abstract": False,
            "type": "Observation",
            "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
            "derivation": "constraint",
            "differential": {"element": [{"id": path, "path": path, "min": 1}]},
        }
        written(folder / f"StructureDefinition-{id_}.json", profile)
    return folder


def test_a_package_brings_its_profiles_and_goes_before_what_is_shipped(judged, final, guide):
    for arguments, element in (
        (("--ig", guide, "--profile", "with-note"), "note"),
        (("--ig", guide), "interpretation"),
    ):
        (finding,) = (f for f in judged(final, *arguments)[0]["findings"] if f["severity"] == "error")
        assert element in finding["message"]
        assert finding["requirement"] == ""


USAGE = [
    (["nowhere.json"], "there is no file or folder 'nowhere.json'"),
    (
        ["{file}", "--profile", "ai-predictoin"],
        "the profile 'ai-predictoin' is not at hand\n      did you mean",
    ),
    (["{file}", "--ig", "nowhere.tgz"], "nowhere.tgz cannot be read"),
    (["{file}", "--format", "xml"], "'xml' is not one of"),
    (["{file}", "--evidence", "hearsay"], "'hearsay' is not one of"),
    ([""], "there is no file or folder ''"),
    (["{empty}"], "holds no .json, .ndjson or .xml file"),
    ([], "Missing argument"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE)
def test_usage_is_told_in_a_sentence_with_exit_code_2(validate, tmp_path, arguments, message):
    file = written(tmp_path / "p.json", PATIENT)
    empty = tmp_path / "empty"
    empty.mkdir()
    told = validate(*(a.format(file=file, empty=empty) for a in arguments))
    assert (told.code, told.out) == (2, "")
    assert message in told.err


def test_what_was_not_judged_is_not_green(validate, tmp_path):
    path = tmp_path / "export.ndjson"
    path.write_text("\n", encoding="utf-8")
    told = validate(path)
    assert told.code == 2
    assert "the files hold no resource" in told.err
    assert validate(path, written(tmp_path / "p.json", PATIENT)).code == 0


def test_a_standard_input_that_is_closed_holds_nothing(tmp_path):
    file = written(tmp_path / "p.json", PATIENT)
    program = "import os, sys; os.close(0); sys.stdin = None; from conformance import cli; cli.main()"
    command = [sys.executable, "-c", program, "validate", str(file)]
    ended = subprocess.run(command, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    ended = subprocess.run([*command, "-"], capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, b"")


def test_nothing_is_loaded_that_a_single_file_does_not_need(final):
    program = "import sys; from conformance.cli import group; group(sys.argv[1:], standalone_mode=False)"
    code = f"{program}; print(*sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", code, "validate", str(final)], capture_output=True, text=True, check=True
    )
    heavy = {"requests", "urllib3", "pytest", "jinja2", "jsonschema", "starlette", "uvicorn", "rich"}
    assert not heavy & set(ended.stdout.split())
