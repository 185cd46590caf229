"""What a guide's real package says of the rules that were reconstructed from its pages.

`given.read` loads packages and compares them, on the level of snapshots, with the rules of the shipped
guides: each is confirmed, contradicted or met with silence. `reading.graded` draws the consequence for a run.
"""
