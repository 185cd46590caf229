"""Nothing that is valid is called invalid: by our own reckoning, and wherever HAPI finds no error."""

import os

import oracle_hapi
import oracle_peers
import oracle_sources
import pytest
import synthetic

from conformance.definitions.packages import parsed
from conformance.jsontext import dumps

COUNT = 1000
SEED = 7


def errors(engine, resource):
    return [f"{issue.at}: {issue.message}" for issue in engine.errors(resource)]


@pytest.fixture(scope="session")
def cases():
    folder = oracle_peers.folder()
    if folder is None:
        assert os.environ.get("DERMCONF_SHARED") is None, "DERMCONF_SHARED has no peer-cases"
        pytest.skip("NOT COMPARED: HL7's recorded cases are not beside this checkout (DERMCONF_SHARED)")
    return folder


def test_a_thousand_lawful_annotations_raise_no_alarm(engine):
    seen = set()
    for resource in synthetic.annotations(COUNT, SEED):
        assert errors(engine, resource) == [], dumps(resource)
        seen.add(dumps({**resource, "id": "", "subject": {}}))
    assert len(seen) > 0.99 * COUNT  # they differ in more than their names


@pytest.mark.live
def test_hapi_finds_the_lawful_annotations_lawful(hapi):
    for resource in list(synthetic.annotations(COUNT, SEED))[::5]:
        assert hapi.judge(dumps(resource)).errors == (), dumps(resource)


@pytest.mark.live
@pytest.mark.usefixtures("hapi_home")
def test_what_hapi_finds_valid_of_others_instances_raises_no_alarm(cases, capsys):
    further = [oracle_peers.package(cases)]
    ours = oracle_sources.engine(further)
    files = oracle_peers.instances(cases)
    alarms, valid = [], 0
    with oracle_hapi.running(oracle_sources.definitions(further)) as hapi:
        for file in files:
            if hapi.judge(file.read_text(encoding="utf-8")).valid:
                valid += 1
                found = errors(ours, parsed(file.read_bytes(), file.name))
                alarms += [f"{file.name}: {each}" for each in found]
    with capsys.disabled():
        print(f"\nHAPI finds {valid} of {len(files)} instances of others valid; false alarms: {len(alarms)}")  # noqa: T201
    assert valid >= 20
    assert not alarms, "\n".join(alarms)
