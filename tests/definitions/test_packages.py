"""Packages are read whatever their form; what no honest package has is refused with its place."""

import gzip
import io
import json
import tarfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.definitions import packages, tarball
from conformance.problem import Problem

PROFILE = {"resourceType": "StructureDefinition", "url": "http://example.org/p", "id": "p"}
KINDS = {"resourceType": "ValueSet", "url": "http://example.org/v", "id": "v"}
MANIFEST = {"name": "example.skin", "version": "1.2.3", "fhirVersions": ["4.0.1"]}
FILES = {
    "package/package.json": MANIFEST,
    "package/StructureDefinition-p.json": PROFILE,
    "package/ValueSet-v.json": KINDS,
    "package/.index.json": {"files": []},
    "package/example/Patient-x.json": {"resourceType": "Patient"},
    "package/other/page.html": "<p>",
}


XML = """<StructureDefinition xmlns="http://hl7.org/fhir">
  <url value="http://example.org/p"/><id value="p"/>
</StructureDefinition>"""


def archived(files, *members):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, value in files.items():
            data = value if isinstance(value, bytes) else json.dumps(value).encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        for member in members:
            archive.addfile(member)
    return packed.getvalue()


def loaded(tmp_path, data, name="package.tgz"):
    path = tmp_path / name
    path.write_bytes(data)
    return packages.load(path)


def refusal(tmp_path, data, name="package.tgz"):
    with pytest.raises(Problem) as caught:
        loaded(tmp_path, data, name)
    return caught.value


def linked(kind):
    member = tarfile.TarInfo("package/StructureDefinition-q.json")
    member.type, member.linkname = kind, "/etc/hostname"
    return member


def test_an_archive_gives_the_resources_of_its_package_folder(tmp_path):
    package = loaded(tmp_path, archived(FILES))
    assert (package.name, package.version) == ("example.skin", "1.2.3")
    assert package.resources == (PROFILE, KINDS)
    assert len(package.sha256) == 64


def test_a_folder_gives_the_same_resources(tmp_path):
    (tmp_path / "package").mkdir()
    for name, value in FILES.items():
        if name.count("/") == 1:
            (tmp_path / name).write_text(json.dumps(value), encoding="utf-8")
    package = packages.load(tmp_path)
    assert (package.name, package.resources) == ("example.skin", (PROFILE, KINDS))
    assert package == packages.load(tmp_path)
    (tmp_path / "package/ValueSet-v.json").write_text(json.dumps({**KINDS, "id": "w"}), encoding="utf-8")
    assert package.sha256 != packages.load(tmp_path).sha256


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.json", json.dumps(PROFILE)),
        ("p.json", "\ufeff" + json.dumps(PROFILE)),
        ("p.xml", XML),
        ("b.json", json.dumps({"resourceType": "Bundle", "entry": [{"resource": PROFILE}, {}]})),
    ],
)
def test_a_single_file_is_a_package_of_its_own(tmp_path, name, text):
    package = loaded(tmp_path, text.encode(), name)
    assert package.resources == (PROFILE,)
    assert package.name == name


def test_an_implementation_guide_names_a_package_without_a_manifest(tmp_path):
    guide = {"resourceType": "ImplementationGuide", "packageId": "example.skin", "version": "3"}
    package = loaded(tmp_path, archived({"package/ig.json": guide, "package/p.json": PROFILE}))
    assert (package.name, package.version) == ("example.skin", "3")


@pytest.mark.parametrize(
    "name",
    ["../outside.json", "/etc/outside.json", "package/../../outside.json", "package\\..\\outside.json"],
)
def test_a_name_that_leads_out_is_refused(tmp_path, name):
    problem = refusal(tmp_path, archived({**FILES, name: {}}))
    assert (problem.code, problem.message) == ("refused-package", "this name leads out of the package")
    assert name in problem.place.file


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_a_link_or_device_is_refused(tmp_path, kind):
    assert refusal(tmp_path, archived(FILES, linked(kind))).code == "refused-package"


def test_a_link_in_a_folder_is_refused(tmp_path):
    (tmp_path / "secret.json").write_text(json.dumps(PROFILE), encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "p.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(Problem, match="is no plain file"):
        packages.load(folder)


@pytest.mark.parametrize(
    ("limit", "size", "message"),
    [
        ("LARGEST_FILE", 1000, "larger than"),
        ("LARGEST", 10_000, "unpacks to more"),
        ("MOST_MEMBERS", 3, "more than 3"),
    ],
)
def test_an_archive_without_measure_is_refused(tmp_path, monkeypatch, limit, size, message):
    monkeypatch.setattr(tarball, limit, size)
    bomb = {**FILES, "package/zeros.json": b" " * 5_000_000}
    assert message in refusal(tmp_path, archived(bomb)).message


def test_a_header_without_measure_is_not_read_into_memory(tmp_path, monkeypatch):
    """An extended header may claim any length, and tarfile reads it in one piece."""
    monkeypatch.setattr(tarball, "LARGEST", 1_000_000)
    header = tarfile.TarInfo("package/p.json")
    header.type, header.size = tarfile.XHDTYPE, 50_000_000
    data = gzip.compress(header.tobuf() + bytes(5_000_000))
    assert refusal(tmp_path, data).code in {"too-large", "broken-package"}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [('{"a": 1,\n  b}', 2, 3), ("", 1, 1), ('{"a": NaN}', 0, 0), ("[" * 101 + "]" * 101, 0, 0)],
)
def test_broken_json_is_a_problem_at_its_place(tmp_path, text, line, column):
    problem = refusal(tmp_path, text.encode(), "p.json")
    assert problem.code == "broken-json"
    assert problem.place.file.endswith("p.json")
    assert (problem.place.line, problem.place.column) == (line, column)


def test_broken_json_in_an_archive_names_the_file(tmp_path):
    problem = refusal(tmp_path, archived({**FILES, "package/q.json": b"{"}))
    assert problem.place.file.endswith("q.json")


@pytest.mark.parametrize("data", [b"\x1f\x8b", gzip.compress(b"no tar"), archived(FILES)[:-200]])
def test_a_broken_archive_is_a_problem(tmp_path, data):
    assert refusal(tmp_path, data).code in {"broken-package", "empty-package"}


def test_a_package_for_another_version_of_fhir_is_refused(tmp_path):
    problem = refusal(tmp_path, archived({**FILES, "package/package.json": {"fhirVersions": ["5.0.0"]}}))
    assert problem.code == "other-version"


def test_a_profile_for_another_version_of_fhir_is_refused_where_no_manifest_says_more(tmp_path):
    path = tmp_path / "profile.json"
    path.write_text(json.dumps({**PROFILE, "fhirVersion": "5.0.0"}), encoding="utf-8")
    with pytest.raises(Problem, match=r"made for FHIR 5\.0\.0"):
        packages.load(path)
    path.write_text(json.dumps({**PROFILE, "fhirVersion": "4.0.1"}), encoding="utf-8")
    assert len(packages.load(path).resources) == 1


def test_a_path_that_leads_nowhere_is_a_problem(tmp_path):
    with pytest.raises(Problem, match="cannot be read") as caught:
        packages.load(tmp_path / "none.tgz")
    assert caught.value.hint


def test_a_file_without_a_resource_is_a_problem(tmp_path):
    assert refusal(tmp_path, b'{"a": 1}', "p.json").code == "empty-package"


@given(st.binary(max_size=300) | st.binary(max_size=300).map(gzip.compress))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_do_more_than_raise_a_problem(tmp_path, data):
    with pytest.raises(Problem):
        loaded(tmp_path, data)


@given(st.integers(0, 2000), st.integers(0, 255))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_archive_gives_resources_or_a_problem(tmp_path, at, byte):
    data = bytearray(gzip.decompress(archived(FILES)))
    data[at] = byte
    with suppress(Problem):
        package = loaded(tmp_path, gzip.compress(bytes(data)))
        assert all("resourceType" in resource for resource in package.resources)
