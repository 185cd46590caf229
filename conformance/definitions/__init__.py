"""What the specifications define: vendored FHIR R4 data and its readers; nothing here opens a socket."""
