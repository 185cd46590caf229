"""Talking to the server under test: the only place of the harness that opens a socket."""
