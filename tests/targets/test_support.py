"""The support matrix is honest: what a binding refuses for any drawn call is among the limits it lists."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zoodsl import testing
from zoodsl.catalog import registry
from zoodsl.catalog.layers import OPERATORS as LAYERS
from zoodsl.catalog.operator import Layer
from zoodsl.catalog.values import Kind
from zoodsl.targets.bigdl.bindings.convolution import DILATED_GROUPS
from zoodsl.targets.bigdl.bindings.layers import LAYERS as BIGDL
from zoodsl.targets.keras.bindings import LAYERS as KERAS
from zoodsl.targets.support import bigdl_support, calls, keras_support, numpy_support
from zoodsl.targets.target import Unsupported


@pytest.mark.law("what a binding refuses is a limit in the support matrix")
@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
@given(data=st.data())
@settings(suppress_health_check=list(HealthCheck))
def test_what_a_binding_refuses_is_listed(layer: Layer, data: st.DataObject) -> None:
    operation, shapes = data.draw(testing.calls(layer))
    for bindings, support in ((BIGDL, bigdl_support), (KERAS, keras_support)):
        made = bindings[layer.name](operation.arguments, shapes)
        if isinstance(made, Unsupported):
            assert made.reason in {limit.reason for limit in support(layer).limits}


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_every_layer_is_asked(layer: Layer) -> None:
    assert next(calls(layer), None) is not None


def test_a_limit_says_what_is_lacking_and_a_way_round() -> None:
    depthwise = registry.find(Kind.LAYER, "DepthwiseConv2D")
    assert depthwise is not None
    (limit,) = bigdl_support(depthwise).limits
    assert limit == Unsupported("BigDL has no dilated `DepthwiseConv2D`", "leave `dilation_rate` at 1")
    assert not numpy_support(depthwise).limits


@pytest.mark.parametrize("kind", [Kind.LAYER, Kind.LOSS, Kind.METRIC, Kind.OPTIMIZER, Kind.TRANSFORM])
def test_bigdl_has_a_row_for_every_operator(kind: Kind) -> None:
    assert [each.name for each in registry.operators(kind) if not bigdl_support(each).carried_out] == []


@pytest.mark.parametrize("kind", [Kind.LAYER, Kind.LOSS, Kind.OPTIMIZER])
def test_the_oracle_has_a_row_for_every_operator_of_a_step(kind: Kind) -> None:
    assert [each.name for each in registry.operators(kind) if not keras_support(each).carried_out] == []


@pytest.mark.parametrize("kind", [Kind.METRIC, Kind.TRANSFORM])
def test_the_oracle_neither_judges_nor_prepares(kind: Kind) -> None:
    assert not any(keras_support(each).carried_out for each in registry.operators(kind))


def test_a_limit_that_takes_three_arguments_is_found() -> None:
    convolution = registry.find(Kind.LAYER, "Conv2D")
    assert convolution is not None
    assert DILATED_GROUPS in bigdl_support(convolution).limits


@pytest.mark.parametrize("kind", [Kind.LAYER, Kind.LOSS, Kind.METRIC, Kind.OPTIMIZER])
def test_the_reference_says_what_each_operator_of_training_means(kind: Kind) -> None:
    assert [each.name for each in registry.operators(kind) if not numpy_support(each).carried_out] == []


def test_kinds_without_a_table_are_no_question_for_the_matrix() -> None:
    split = registry.find(Kind.SPLIT, "Random")
    assert split is not None
    with pytest.raises(ValueError, match="no table of a target"):
        bigdl_support(split)
