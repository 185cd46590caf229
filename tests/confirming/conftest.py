"""Packages compared with ours, as fixtures; the small servers of tests/hostile serve these tests, too."""

import copy
import sys
from pathlib import Path

import pytest
import structural
from variants import as_folder, ours, read

sys.path.append(str(Path(__file__).parent.parent / "hostile"))


@pytest.fixture
def variant(tmp_path):
    """Return a function that compares our package, changed, with ours: `variant(change)`."""

    def compared(change=None, resources=None):
        made = ours() if resources is None else copy.deepcopy(resources)
        if change is not None:
            change(made)
        return read(as_folder(tmp_path / "package", made))

    return compared


@pytest.fixture(scope="session")
def by_structure(tmp_path_factory):
    """Return the guide written by structure alone, compared with ours."""
    return read(as_folder(tmp_path_factory.mktemp("structural"), structural.structural()))
