"""Second opinions: another validator is asked about the same files, and the findings stand side by side."""
