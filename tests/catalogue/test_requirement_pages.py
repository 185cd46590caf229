"""The pages in docs/requirements: what is committed is what the command writes, and it can be followed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.catalogue import VERSION, requirements
from conformance.catalogue.page import Witness, escaped, index, page
from conformance.commands.explain import command
from conformance.commands.pages import COMMAND, Pages
from conformance.server.faults import FAULTS

FOLDER = Path(__file__).parents[2] / "docs/requirements"
LINK = re.compile(r"\]\(([^)]+)\)")


@pytest.fixture(scope="module")
def files():
    return Pages.shipped().files(FOLDER)


def test_the_committed_pages_are_those_of_the_catalogue(files):
    committed = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()}
    stale = sorted(name for name in files.keys() | committed.keys() if files.get(name) != committed.get(name))
    assert not stale, f"{', '.join(stale[:5])} …: run `{COMMAND}`"


def test_every_requirement_has_its_page_and_its_row(files):
    rows = re.findall(r"^\| \[([A-Z0-9a-z-]+)\]\(\1\.md\) \|", files["README.md"], re.MULTILINE)
    assert rows == list(requirements())
    assert {f"{id_}.md" for id_ in rows} == set(files) - {"README.md"}
    assert all(files[f"{id_}.md"].startswith(f"# {id_}\n") for id_ in rows)


def test_every_row_of_the_list_has_as_many_cells_as_its_head(files):
    lines = [line for line in files["README.md"].splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {8}


def test_every_link_leads_to_a_file(files):
    links = {(name, link) for name, text in files.items() for link in LINK.findall(text)}
    assert len(links) > len(files)
    assert not [one for one in links if not (FOLDER / one[1]).resolve().is_file() and one[1] not in files]


def test_every_fault_stands_on_the_page_of_its_requirement(files):
    for fault in FAULTS.values():
        text = files[f"{fault.breaks}.md"]
        assert f"- `{fault.name}`: " in text
        assert fault.seen in text


def test_a_tested_requirement_says_what_tests_it_and_what_breaks_it(files):
    for one in requirements().values():
        if one.state == "tested":
            assert "\n## Tested by\n" in files[f"{one.id}.md"], one.id


def test_the_list_says_its_version_and_its_command(files):
    assert f"Version {VERSION} of the requirements." in files["README.md"]
    assert f"`{COMMAND}`" in files["README.md"]


def test_the_command_writes_all_pages_and_takes_old_ones_away(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "GONE-01.md").write_text("of a requirement that is no more", encoding="utf-8")
    (folder / "picture.svg").write_text("<svg/>", encoding="utf-8")
    done = CliRunner().invoke(command, ["--all", "--to", str(folder)])
    assert done.output == f"{len(requirements()) + 1} pages in {folder}\n"
    assert {file.name for file in folder.iterdir()} == {
        "README.md",
        "picture.svg",
        *(f"{id_}.md" for id_ in requirements()),
    }


@pytest.mark.parametrize(
    "asked", [[], ["--all"], ["--to", "x"], ["R4-CRE-01", "--all"], ["--all", "--to", "x", "--ig", "y"]]
)
def test_the_command_says_what_goes_together(asked):
    done = CliRunner().invoke(command, asked)
    assert done.exit_code == 2
    assert "name a requirement, or say --all --to FOLDER" in done.output


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("http.<name>", r"http.\<name\>"),
        ("system|code", r"system\|code"),
        ("[base]/[type]", r"\[base\]/\[type\]"),
        ("_sort or _count", "_sort or _count"),
        ("of _this_ kind", r"of \_this\_ kind"),
        ("*all*", r"\*all\*"),
        ("&amp; and & alone", r"\&amp; and & alone"),
        ("`a|b <c>` is code", r"`a\|b <c>` is code"),
    ],
)
def test_a_text_is_not_taken_for_markdown(text, written):
    assert escaped(text) == written


def test_a_witness_says_where_it_lies_and_where_it_was_seen():
    found = requirements()["R4-CRE-09"]
    scenario = Witness(name="rest/types", sentence="Types are known", file="../x.yaml")
    fault = Witness(name="odd", sentence="It is odd.", seen="https://example.org/issues/1")
    text = page(found, [scenario], [fault])
    assert "- [`rest/types`](../x.yaml): Types are known\n" in text
    assert "- `odd`: It is odd. Seen on a real server: <https://example.org/issues/1>\n" in text


def test_a_rule_that_is_always_judged_says_so():
    found = requirements()["R4-CRE-02"]
    assert "## Tested by\n\nEvery scenario in whose answers it comes up" in page(found, [], [])
    assert index([found], {}, "note").endswith("| all | 0 |\n")
