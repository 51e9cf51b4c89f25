"""Layers that programs build of others, because BigDL's own do something else: each is shown first, then avoided."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.targets.bigdl.engine import build, forward, set_weights
from zoodsl import testing
from zoodsl.targets.numpy import forward as reference

pytestmark = pytest.mark.spark


def gradients(layer: Any, shape: tuple[int, ...]) -> Any:
    """All gradients of a network of one layer, as training sees them: in one piece of memory."""
    from bigdl.dllib.keras.layers import Input, KerasLayerWrapper
    from bigdl.dllib.keras.models import Model

    given = Input(shape=shape)
    model = Model(given, KerasLayerWrapper(layer)(given))
    whole = model.value.getParameters()._2()
    images = np.random.default_rng(1).normal(size=(3, *shape)).astype(np.float32)
    model.training()
    model.forward(images)
    model.backward(images, np.ones_like(images))
    return whole


def test_layer_normalization_that_does_not_train(spark: Any) -> None:
    """Its gradients go where training does not look."""
    from bigdl.dllib.nn.layer import LayerNormalization

    from zoodsl.targets.bigdl.library.composed_layers import layer_normalization

    theirs, ours = gradients(LayerNormalization(4), (4,)), gradients(layer_normalization(4, 0.001), (4, 1, 1))
    assert theirs.nElement() == ours.nElement() == 8
    assert (theirs.min(), theirs.max()) == (0, 0)
    assert ours.min() < 0 < ours.max()


def test_the_gradient_of_a_shift_of_four_dimensions(spark: Any) -> None:
    """It is added to whatever weights come first in the network."""
    from bigdl.dllib.nn.layer import CAdd, CMul, Sequential

    def last(shift: Any) -> list[float]:
        whole = gradients(Sequential().add(CMul([1, 4, 2, 1])).add(shift), (4, 2, 1))
        return [whole.valueAt(place) for place in range(9, 13)]

    # A sum over three records and two places.
    assert last(CAdd([1, 4, 1, 1])) == [0, 0, 0, 0]
    assert last(CAdd([4, 1, 1])) == [6, 6, 6, 6]


def test_a_transposed_convolution_of_one_pixel(spark: Any) -> None:
    """BigDL's gives the bias alone."""
    from bigdl.dllib.nn.layer import SpatialFullConvolution

    network = testing.network_of(testing.call("Conv2DTranspose", filters=3, kernel_size=(1, 1)), ((2, 4, 5),))
    weights, inputs = testing.random_weights(network, 1), testing.batch(network, 2, 1)
    theirs = SpatialFullConvolution(2, 3, 1, 1).forward(inputs[0])
    assert np.ptp(theirs, axis=(0, 2, 3)).max() == 0
    model = build(network)
    set_weights(model, network, weights)
    expected = reference(network, weights, inputs)
    np.testing.assert_allclose(forward(model, network, inputs), expected, atol=1e-5)
