"""A wheel of this checkout, and environments into which it is installed: made once for all tests here."""

import pytest
from installing import copied, environment, pip


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel, built from a copy: building leaves nothing in the checkout."""
    folder = copied(tmp_path_factory.mktemp("build") / "source")
    pip("wheel", ".", "--no-deps", "--no-build-isolation", "-q", "-w", folder / "dist", cwd=folder)
    (built,) = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory):
    """The `bin` folder of an environment that holds the wheel."""
    return environment(tmp_path_factory.mktemp("installed") / "venv", wheel)


@pytest.fixture(scope="session")
def editable(tmp_path_factory):
    """The `bin` folder of an editable install, and the checkout that it was made from."""
    checkout = copied(tmp_path_factory.mktemp("editable") / "checkout")
    return environment(checkout / ".venv", "-e", checkout), checkout
