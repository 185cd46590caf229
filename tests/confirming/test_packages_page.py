"""The commands of docs/packages.md say what the page shows."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import structural
from variants import as_archive

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs/packages.md").read_text(encoding="utf-8")
SHOWN = [
    block.splitlines() for block in re.findall(r"^```console\n\$ (.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
]


@pytest.mark.parametrize("lines", SHOWN, ids=lambda lines: lines[0])
def test_a_command_of_the_page_says_what_it_shows(lines, tmp_path):
    as_archive(tmp_path / "guide.tgz", structural.structural())
    (tmp_path / "testcases").symlink_to(ROOT / "testcases")
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    words = shlex.split(lines[0])
    assert words[0] == "dermconf"
    command = [sys.executable, "-m", "conformance", *words[1:]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = [" ".join(line.split()) for line in done.stdout.splitlines()]
    for line in lines[1:]:
        shown = re.escape(" ".join(line.split())).replace("…", ".*")
        assert [each for each in told if re.fullmatch(shown, each)], line


def test_the_page_shows_commands():
    assert len(SHOWN) == 2
