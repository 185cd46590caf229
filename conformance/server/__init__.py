"""The embedded reference server: FHIR R4 as the specification has it, and faults that can be switched on."""
