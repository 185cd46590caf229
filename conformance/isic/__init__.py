"""Rows of ISIC metadata as annotations, with the codes of a table that says how sure it is."""
