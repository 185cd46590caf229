"""A study of 500 MB passes by in little memory."""

import pytest
from archive import RELATED, STUDY, Archive, dicom
from miniature import Miniature, http
from peaks import measured
from playing import written

from conformance import events

MEGABYTE = 1024 * 1024
SCENARIO = """scenario: A large study comes whole
requirements: {R4-RES-19: SHALL}
steps:
  - retrieve: study
    of: 1.2.3
    expect:
      - {parts: {count: COUNT, complete: true, study: 1.2.3, unique: true}, for: R4-RES-19}
      - {payload: {format: dicom}, for: R4-RES-19}
"""
SETTINGS = """targets:
  images: {base: "BASE", wado: ["WADO"], timeout: 20}
"""


class Large(Archive):
    """A study of so many files of so many megabytes; their pixels are zeros."""

    def __init__(self, count, megabytes):
        self.count, self.megabytes = count, megabytes
        mark = b"--between\r\nContent-Type: application/dicom\r\n\r\n"
        self.heads = [mark + dicom(instance=f"1.2.3.4.{number}") for number in range(count)]

    def guarded(self):
        return self.parts()

    def parts(self):
        yield http(200, media=RELATED, length=self.length()) + b""
        for number in range(self.count):
            yield self.heads[number]
            yield from [bytes(MEGABYTE)] * self.megabytes
            yield b"\r\n"
        yield b"--between--\r\n"

    def length(self):
        parts = (len(self.heads[number]) + self.megabytes * MEGABYTE + 2 for number in range(self.count))
        return sum(parts) + len(b"--between--\r\n")


def streamed(folder, count, megabytes):
    """Return what a run took that retrieved a study, and its record."""
    path = written(folder, SCENARIO.replace("COUNT", str(count)))
    with Miniature(Large(count, megabytes)) as server:
        settings = folder / "dermconf.yaml"
        settings.write_text(SETTINGS.replace("BASE", server.base).replace("WADO", f"{server.host}/wado"))
        peak = measured("images", folder / "reports", path, options=("--config", str(settings)))
        assert f"/wado/studies/{STUDY}" in server.of("GET")
    return peak, events.read(folder / "reports" / "run.jsonl")


def test_a_study_of_several_files_comes_whole(tmp_path):
    peak, run = streamed(tmp_path, 5, 3)
    assert {finding["result"] for finding in run.scenarios[0].findings} == {"held"}, peak.out
    assert peak.megabytes < 150, peak


@pytest.mark.long
@pytest.mark.parametrize(("count", "megabytes"), [(50, 10), (1, 500), (1000, 0)])
def test_a_study_of_500_megabytes_takes_less_than_150(tmp_path, count, megabytes):
    peak, run = streamed(tmp_path, count, megabytes)
    assert {finding["result"] for finding in run.scenarios[0].findings} == {"held"}, peak.out
    assert peak.megabytes < 150, peak
