"""`python -m conformance` is `dermconf`."""

from conformance.cli import main

main()
