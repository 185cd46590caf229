"""HAPI's validator and our engine agree on what is valid, and every difference has its reason."""

import re
from pathlib import Path

import mutations
import pytest
import yaml
from oracle_pairs import annotations, judged
from oracle_sources import corpus

from conformance import pointer
from conformance.jsontext import dumps

pytestmark = pytest.mark.live
DIFFERENCES = yaml.safe_load((Path(__file__).parent / "differences.yaml").read_text(encoding="utf-8"))
TABLES = [Path(__file__).parents[1] / "packages" / f"{name}.yaml" for name in ("dermatology", "neighbours")]
# Rows of the tables where HAPI finds no error, with the reason.
SILENT = {
    (
        "observation-annotation",
        "/derivedFrom/0",
    ): "it does not look at the type of a reference that has an identifier alone",
    (
        "smart-imaging/ImagingStudy-example-study-contained",
        "/contained/0/connectionType/code",
    ): "it is told to check the type of what a reference leads to, and no profile",
}
# Extensions by which R4 says what R5 has: HAPI knows the addresses of other releases than 5.0.
UNKNOWN = re.compile(
    r"/fhir/5\.0/StructureDefinition/extension-ImagingSelection[.\w]*' is not valid \(invalid Version"
)
# What anybody may do to a resource, and what is odd or about one place only.
BASIC = ("drop", "add", "retype", "recode", "reslice", "repoint")
FURTHER = ("relabel", "malform", "reclaim", "narrate", "rename")
_BALLOT = "ai-transparency-ballot"
# What HAPI names of a constraint in the packages: its canonical URL and key.
KEY = re.compile(r"\[(https?://[^\s\]]+#[a-z0-9-]+)\]$")


def concerns(row, mutation):
    """Tell whether a row is about what was done, and where."""
    at, detail = row.get("at", ".*"), row.get("detail", ".*")
    return (
        mutation.kind in row["kinds"]
        and re.fullmatch(at, mutation.at)
        and re.fullmatch(detail, mutation.detail, re.DOTALL)
    )


def explains(row, pair):
    """Tell whether a row is about a pair: what was done, who objects, and on which ground."""
    said = pair.hapi.errors if row["objects"] == "hapi" else [f"{i.message} {i.source}" for i in pair.ours]
    return (
        concerns(row, pair.mutation)
        and (row["objects"] == "hapi") is (pair.hapi.valid is False)
        and said
        and all(re.search(row["says"], each) for each in said)
    )


def blindly(pair):
    """Tell whether HAPI finds nothing because it has nothing to judge by."""
    return any(row.get("blind") and explains(row, pair) for row in DIFFERENCES)


def described(pair):
    ours = [f"{i.at}: {i.message}" for i in pair.ours]
    return f"{pair.mutation.name}\n  HAPI: {pair.hapi.errors or 'valid'}\n  ours: {ours or 'valid'}"


def test_every_example_and_fixture_is_valid_by_both(hapi, engine):
    for name, resource in corpus().items():
        said = [error for error in hapi.judge(dumps(resource)).errors if not UNKNOWN.search(error)]
        assert said == [], name
        assert engine.errors(resource) == [], name


@pytest.mark.parametrize(("kinds", "floor"), [(BASIC, 0.99), (FURTHER, 0.95)])
def test_both_agree_on_what_is_valid(pairs, capsys, kinds, floor):
    chosen = [pair for pair in pairs if pair.mutation.kind in kinds]
    blind = [pair for pair in chosen if blindly(pair)]
    judged = [pair for pair in chosen if pair.hapi.valid is not None and pair not in blind]
    agreed = sum(pair.agree for pair in judged)
    invalid = sum(bool(pair.ours) for pair in judged)
    with capsys.disabled():
        print(  # noqa: T201 - the figure is the point
            f"\n{', '.join(kinds)}: HAPI and our engine agree on {agreed} of {len(judged)} mutations"
            f" ({100 * agreed / len(judged):.2f} %), {invalid} of them invalid by ours;"
            f" HAPI could not judge {len(chosen) - len(judged)} more, {len(blind)} of them codes of SNOMED CT"
        )
    assert len(blind) / len(chosen) <= 0.03
    assert len(judged) / (len(chosen) - len(blind)) >= 0.99
    assert 0.25 < invalid / len(judged) < 0.75  # else one answer for all of them would agree often enough
    assert agreed / len(judged) >= floor


def test_more_than_a_thousand_mutations_were_compared(pairs):
    assert sum(pair.mutation.kind in BASIC and pair.hapi.valid is not None for pair in pairs) >= 1000
    assert len({pair.mutation.name for pair in pairs}) == len(pairs)


def test_every_difference_is_explained(pairs):
    different = [pair for pair in pairs if pair.hapi.valid is not None and not pair.agree]
    unexplained = [pair for pair in different if not any(explains(row, pair) for row in DIFFERENCES)]
    assert not unexplained, "\n".join(map(described, unexplained))


@pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: f"{row['kinds'][0]} {row.get('detail', '')}")
def test_every_explanation_explains_something(row, hapi, engine):
    """Of all mutations, not only those drawn: what is drawn moves with the fixtures."""
    concerned = [m for m in mutations.mutations(annotations()) if concerns(row, m)]
    assert any(explains(row, judged(m, hapi, engine)) for m in concerned)


def test_every_constraint_of_the_guides_that_hapi_finds_broken_is_found(pairs):
    found = set()
    for pair in pairs:
        keys = [KEY.search(error) for error in pair.hapi.errors]
        if None in keys:
            continue  # what is no annotation at all by its structure; HAPI judges what it could read of it
        of_guides = {key[1] for key in keys if "annotatemd.com" in key[1]}
        assert of_guides <= {issue.source for issue in pair.ours}, described(pair)
        found |= of_guides
    assert len(found) >= 12


def test_every_broken_binding_of_the_guides_that_hapi_finds_is_found(pairs):
    found = 0
    for pair in pairs:
        if any("annotatemd.com/fhir/ig/ValueSet/annotation-methods" in error for error in pair.hapi.errors):
            ours = {issue.requirement for issue in pair.ours}
            found += "DERM-ANN-06" in ours
            assert "DERM-ANN-06" in ours or any(explains(row, pair) for row in DIFFERENCES), described(pair)
    assert found >= 10


def test_hapi_finds_broken_what_the_tables_of_the_packages_say_is_broken(hapi):
    """Rules of the ballot of AI transparency are left out: HAPI has the current edition."""
    rows = [row for name in TABLES for row in yaml.safe_load(name.read_text(encoding="utf-8"))]
    told = [row for row in rows if _BALLOT not in (row["of"].partition("/")[0], row.get("within"))]
    differing = []
    for row in told:
        source = corpus()[_reference(row["of"])]
        answer = hapi.judge(dumps(pointer.changed(source, row.get("put", {}), row.get("drop", ()))))
        if answer.valid is bool(row.get("breaks")):
            differing.append((row["of"], *row.get("put", {}), *row.get("drop", ())))
    assert len(told) >= 100
    assert sorted(differing) == sorted(SILENT)


def _reference(of):
    """Return `Type/id` of an example named `package/Type-id`, or of a fixture, whose id is its name."""
    _, _, example = of.partition("/")
    if example:
        return example.replace("-", "/", 1)
    return next(name for name in corpus() if name.endswith(f"/{of}"))
