"""The imaging side of the reference server: an ImagingStudy search, WADO-RS, and who may ask them for what.

It stands beside each FHIR base: `/imaging/fhir`, `/wado` and `/oauth`, also below `/faults/NAME` and
`/variations/NAME`. Every image is a drawing made by code when it is first asked for.
"""
