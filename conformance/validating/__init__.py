"""Judges files: reads what people have, judges it by profiles, and says what was found."""
