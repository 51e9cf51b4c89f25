"""Saved networks: their graph and weights, read without Java and without running anything a file holds."""
