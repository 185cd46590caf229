"""The proof by faults: each check of the suite is shown to fail when what it checks is broken."""
