"""Look-ups by kind and name."""

from __future__ import annotations

from zoodsl.catalog import registry
from zoodsl.catalog.values import Kind


def test_find_gives_the_declaration_of_that_kind():
    dense = registry.find(Kind.LAYER, "Dense")
    assert dense is not None
    assert dense.name == "Dense"
    assert dense in registry.operators(Kind.LAYER)


def test_find_knows_no_other_kind_case_or_old_name():
    assert registry.find(Kind.LOSS, "Dense") is None
    assert registry.find(Kind.LAYER, "dense") is None
    assert registry.find(Kind.LAYER, "Convolution2D") is None


def test_names_are_those_of_the_operators():
    assert registry.names(Kind.REGULARIZER) == ("L1", "L2", "L1L2")


def test_old_names_lead_to_names_of_the_language():
    assert registry.renamed(Kind.LAYER, "Convolution2D") == "Conv2D"
    assert registry.renamed(Kind.LAYER, "AtrousConvolution2D") == "Conv2D"
    assert registry.renamed(Kind.LOSS, "Convolution2D") is None
