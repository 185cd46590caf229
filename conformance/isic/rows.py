"""Rows of ISIC metadata: which columns a table has, and what each row says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from conformance.isic import mapping
from conformance.isic.cells import lines
from conformance.problem import Place, Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.isic.cells import Cell

_IMAGES = ("isic_id", "image", "image_id")
_DIAGNOSES = tuple(f"diagnosis_{n}" for n in range(1, 6))
_SITES = tuple(f"anatom_site_{n}" for n in range(1, 6))
_YEARS = re.compile(r"([0-9]{1,3})(?:\.0)?(\+?)")
_NOTHING = frozenset({"", "0", "0.0"})
_ONE = frozenset({"1", "1.0"})
# A root of ISIC's hierarchy, and the benign_malignant that contradicts it.
_CONTRADICTIONS = frozenset({("Benign", "malignant"), ("Malignant", "benign")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What ISIC calls a lesion: the set and its version, the name, and the code of SNOMED CT, if any."""

    system: str
    version: str
    name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a row says of one image; `label` is None where it names no diagnosis."""

    place: Place
    image: str
    label: Label | None
    age: tuple[int, bool] | None
    site: str
    site_code: str
    others: Mapping[str, str]

    @property
    def contradicts(self) -> bool:
        """Tell whether the diagnosis and the column benign_malignant exclude each other."""
        root = self.label.name.partition(mapping.SEPARATOR)[0] if self.label else ""
        return (root, self.others.get("benign_malignant", "")) in _CONTRADICTIONS


@dataclass(frozen=True, slots=True)
class _Columns:
    names: tuple[str, ...]
    image: str
    class_set: str


def read(stream: BinaryIO, file: str) -> Iterator[Row]:
    """Yield what each row says; raises Problem, with line and column, for the first that is wrong."""
    records = lines(stream, file)
    heading = next(records, ())
    columns = _columns(heading, file)
    seen: dict[str, int] = {}
    for record in records:
        row = _row(_named(record, columns), columns)
        if row.image in seen:
            raise Problem(
                "isic-twice",
                f"the image {row.image} stands on line {seen[row.image]} already",
                place=row.place,
            )
        seen[row.image] = row.place.line
        yield row
    if not seen:
        raise Problem("isic-empty", "the table has no rows", place=Place(file))


def _columns(heading: tuple[Cell, ...], file: str) -> _Columns:
    names = tuple(cell.text for cell in heading)
    for number, cell in enumerate(heading):
        if cell.text in names[:number]:
            raise Problem("isic-columns", f"the column '{cell.text}' stands twice", place=cell.place)
    image = next((name for name in _IMAGES if name in names), "")
    if not image:
        raise _lacking(f"no column names the image: one of {', '.join(_IMAGES)}", names, _IMAGES, file)
    class_set = _class_set(names, file)
    if not class_set and _DIAGNOSES[0] not in names:
        sets = ", ".join(mapping.class_sets())
        message = f"no column names a diagnosis: {_DIAGNOSES[0]}, or the classes of one set ({sets})"
        raise _lacking(message, names, _DIAGNOSES[:1], file)
    return _Columns(names, image, class_set)


def _lacking(message: str, names: tuple[str, ...], wanted: tuple[str, ...], file: str) -> Problem:
    hint = next(filter(None, (did_you_mean(one, names) for one in wanted)), "")
    if len(names) == 1:
        hint = "the first line is one cell: between cells stand commas, semicolons or tabs"
    return Problem("isic-columns", message, place=Place(file, 1, 1), hint=hint)


def _class_set(names: tuple[str, ...], file: str) -> str:
    """Return the version of the set whose classes are columns, all of them and no class of another set."""
    sets = mapping.class_sets()
    present = frozenset().union(*sets.values()) & frozenset(names)
    fitting = [version for version, classes in sets.items() if classes == present]
    if fitting or not present:
        return fitting[0] if fitting else ""
    message = f"the columns {', '.join(sorted(present))} are the classes of no set"
    hint = "; ".join(f"{version}: {', '.join(sorted(classes))}" for version, classes in sets.items())
    raise Problem("isic-classes", message, place=Place(file, 1, 1), hint=hint)


def _named(record: tuple[Cell, ...], columns: _Columns) -> Mapping[str, Cell]:
    if len(record) != len(columns.names):
        message = f"the row has {len(record)} cells, and the table {len(columns.names)} columns"
        raise Problem("isic-cells", message, place=record[-1].place)
    return dict(zip(columns.names, record, strict=True))


def _row(cells: Mapping[str, Cell], columns: _Columns) -> Row:
    image = cells[columns.image]
    if not image.text:
        raise Problem("isic-image", "the row names no image", place=image.place)
    site = _path(cells, _SITES)
    general = cells["anatom_site_general"].text if "anatom_site_general" in cells else ""
    return Row(
        place=image.place,
        image=image.text,
        label=_diagnosed(cells) or _classified(cells, columns.class_set),
        age=_age(cells.get("age_approx")),
        site=site or general,
        site_code=mapping.of_path(mapping.SITES, site),
        others={name: cell.text for name, cell in cells.items() if cell.text},
    )


def _path(cells: Mapping[str, Cell], names: tuple[str, ...]) -> str:
    parts = [cells[name] for name in names if name in cells]
    texts = [cell.text for cell in parts]
    for number, cell in enumerate(parts[1:], 1):
        if cell.text and not texts[number - 1]:
            message = f"'{cell.text}' stands below nothing: the column before it is empty"
            raise Problem("isic-path", message, place=cell.place)
    return mapping.SEPARATOR.join(filter(None, texts))


def _diagnosed(cells: Mapping[str, Cell]) -> Label | None:
    path = _path(cells, _DIAGNOSES)
    if not path:
        return None
    code = mapping.of_path(mapping.DIAGNOSES, path)
    return Label(system=mapping.DIAGNOSES, version="", name=path, code=code)


def _classified(cells: Mapping[str, Cell], version: str) -> Label | None:
    if not version:
        return None
    chosen = [name for name in cells if name in mapping.class_sets()[version] and _chosen(cells[name])]
    if len(chosen) == 1:
        code = mapping.of_class(version, chosen[0])
        return Label(system=mapping.CLASSES, version=version, name=chosen[0], code=code)
    first = next(cell for name, cell in cells.items() if name in mapping.class_sets()[version])
    message = f"a row is of one class, and this one of {', '.join(chosen) or 'none'}"
    raise Problem("isic-class", message, place=cells[chosen[1]].place if chosen else first.place)


def _chosen(cell: Cell) -> bool:
    if cell.text in _ONE:
        return True
    if cell.text in _NOTHING:
        return False
    message = f"'{cell.text}' is neither 0 nor 1"
    hint = "scores of a model are no ground truth, and no annotations are made of them"
    raise Problem("isic-class", message, place=cell.place, hint=hint)


def _age(cell: Cell | None) -> tuple[int, bool] | None:
    """Return the years, and whether they are the least (`85+`)."""
    if cell is None or not cell.text:
        return None
    found = _YEARS.fullmatch(cell.text)
    if not found:
        raise Problem("isic-age", f"'{cell.text}' is no age in years", place=cell.place)
    return int(found[1]), bool(found[2])
