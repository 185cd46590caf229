"""What the tests of a second opinion share: an invented patient, and where two opinions were compared."""

PATIENT = {"resourceType": "Patient", "id": "p", "birthDate": "1980-02-03"}


def found(line):
    return {(place["found_by"], place["severity"], place["at"]) for place in line["places"]}
