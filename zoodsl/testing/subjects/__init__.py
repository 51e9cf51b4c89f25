"""Specs that compute: on the NumPy reference, and on BigDL."""
