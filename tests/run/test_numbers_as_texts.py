"""Of a server that writes numbers as JSON texts it is told that a JSON number is due, and a text came."""

import pytest
from miniature import Miniature, http
from playing import play, written
from tiny import Tiny

SCENARIO = """
scenario: A confidence is kept as a number
requirements: {DERM-WRT-03: SHOULD, R4-CAP-07: SHALL, DERM-ANN-16: SHALL, R4-RES-03: SHALL}
given: {patient: patient.json, photo: documentreference-photo.json, annotation: observation-annotation.json}
steps:
  - read: annotation
    expect:
      - {same: annotation, in: [resource], for: DERM-WRT-03}
      - fhirpath: "Observation.component.value.ofType(Quantity).where(value = 0.92).exists()"
        for: R4-CAP-07
      - {profile: dermatology-image-annotation, for: R4-CAP-07}
      - {profile: dermatology-image-annotation, for: DERM-ANN-16}
  - search: Observation
    where: {_id: "{{ annotation.id }}"}
    control: one id
    expect: [{results: {total: 1}, for: R4-RES-03}]
"""


def as_texts(value):
    if isinstance(value, dict):
        return {key: as_texts(part) for key, part in value.items()}
    if isinstance(value, list):
        return [as_texts(part) for part in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


class AsTexts(Tiny):
    """Keeps everything, and writes each number in quotes."""

    def read(self, asked, type_, id_):
        del asked
        return http(200, as_texts(self.kept[f"{type_}/{id_}"]))

    def bundle(self, asked, found, **links):
        return http(200, as_texts(self.searchset(asked, found, **links)))


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    with Miniature(AsTexts()) as server:
        return play(server.base, folder / "reports", written(folder, SCENARIO))


@pytest.mark.parametrize(
    "told",
    [
        # what was sent and came back
        "expected  0.92 (a JSON number)\n  actual    '0.92' (a JSON text)",
        # the total of a search
        "expected  1 (a JSON number)\n  actual    '1' (a JSON text)",
        # an expression that is not true for it
        "hint      Observation.component[1].value.value: '0.92' is a JSON text, and a FHIR decimal is",
        # the profile
        "'0.92' is a JSON text, and a FHIR decimal is a JSON number.\n",
        "hint      Without quotes, as in 0.92.",
    ],
)
def test_a_number_in_quotes_is_told_as_one(played, told):
    assert told in played.out


def test_a_constraint_that_cannot_be_judged_for_it_says_so(played):
    told = [f["message"] for f in played.findings if "cannot be said" in f["message"]]
    assert told
    assert all(one.endswith("'0.92' is a JSON text, and a FHIR decimal is a JSON number") for one in told)
