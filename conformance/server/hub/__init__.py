"""A hub of FHIRcast 3.0.0 beside each FHIR base: topics, what is open in them, and who listens."""
