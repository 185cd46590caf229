"""A scenario's events to findings, live and offline by the same functions; nothing here opens a socket."""
