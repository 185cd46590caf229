"""Lets plain `pytest testcases --target URL` run the scenarios of a checkout."""

pytest_plugins = ["conformance.plugin"]
