"""Whole right specs, drawn section by section."""
