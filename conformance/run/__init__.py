"""Carrying scenarios out against a target, and recording what happened."""
