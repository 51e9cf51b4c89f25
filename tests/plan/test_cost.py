"""Costs checked by hand on LeNet, and against what is known of ResNet-50."""

from __future__ import annotations

import pytest

from zoodsl.catalog import registry
from zoodsl.catalog.values import Kind
from zoodsl.plan.cost import OPTIMIZER_TENSORS, layer_costs, memory, record_bytes
from zoodsl.types import DType, ImageType, TensorType


@pytest.fixture
def costs(lenet):
    return {cost.name: cost for cost in layer_costs(lenet().network)}


def test_lenet_parameters_by_hand(costs):
    assert {name: cost.parameters for name, cost in costs.items()} == {
        "conv1": 5 * 5 * 1 * 6 + 6,
        "pool1": 0,
        "conv2": 5 * 5 * 6 * 12 + 12,
        "pool2": 0,
        "flatten": 0,
        "fc1": 12 * 4 * 4 * 100 + 100,
        "fc2": 100 * 10 + 10,
    }


@pytest.mark.parametrize(
    ("name", "outputs", "multiply_adds"),
    [
        ("conv1", 6 * 24 * 24, 5 * 5 * 1),
        ("conv2", 12 * 8 * 8, 5 * 5 * 6),
        ("fc1", 100, 192),
        ("fc2", 10, 100),
    ],
)
def test_flops_are_two_a_multiply_add_and_one_each_for_bias_and_activation(
    costs, name, outputs, multiply_adds
):
    assert costs[name].flops == outputs * (2 * multiply_adds + 1 + 1)


def test_activations_are_float32_of_one_record(costs):
    assert costs["conv1"].activation_bytes == 4 * 6 * 24 * 24
    assert costs["fc2"].activation_bytes == 40


def test_resnet50_has_the_known_size_and_work(resnet50):
    layers = layer_costs(resnet50)
    # Keras lists 25,636,712 parameters, of which 53,120 are moving means and variances; He et al. count 3.8e9
    # multiply-adds.
    assert sum(layer.parameters for layer in layers) == 25_583_592
    assert sum(layer.statistics for layer in layers) == 53_120
    assert 7.6e9 < sum(layer.flops for layer in layers) < 8.0e9


def test_memory_of_resnet50_is_of_the_measured_order(resnet50, operation):
    """On two cores, training a batch of 4 was seen to need more than a heap of 4 GB holds in part, and to fit in 12 GB."""
    estimate = memory(layer_costs(resnet50), ((3, 224, 224),), operation(Kind.OPTIMIZER, "Adam"), 4, data=0)
    assert 2.5e9 < estimate.total(2) < 8e9


def test_memory_by_hand(lenet, operation):
    layers = layer_costs(lenet().network)
    parameters = 22_278
    outputs = 3456 + 864 + 768 + 192 + 192 + 100 + 10
    estimate = memory(layers, ((1, 28, 28),), operation(Kind.OPTIMIZER, "Adam"), 64, data=1000)
    assert estimate.weights == parameters * (3 * 4 + 2 * 4 + 2 * 2 + 4 * 4)
    assert estimate.gradients == parameters * 4
    assert estimate.activations == 2 * 64 * 4 * (784 + outputs)
    assert estimate.total(3) - estimate.total(1) == 2 * estimate.gradients
    assert estimate.total(1) == (
        estimate.weights + estimate.gradients + estimate.activations + 1000 + estimate.engine
    )


def test_plain_sgd_keeps_nothing_and_momentum_one_tensor(lenet, operation):
    layers = layer_costs(lenet().network)
    plain, momentum = (
        memory(layers, (), operation(Kind.OPTIMIZER, "SGD", momentum=value), 1, data=None).weights
        for value in (0.0, 0.9)
    )
    assert momentum - plain == 4 * 22_278


def test_every_optimizer_has_its_tensors_counted():
    assert set(OPTIMIZER_TENSORS) == set(registry.names(Kind.OPTIMIZER))


def test_bytes_of_a_record():
    assert record_bytes(ImageType(height=8, width=8, channels=3)) == 192
    assert record_bytes(ImageType(height=None, width=None, channels=3)) is None
    assert record_bytes(TensorType(shape=(1, 28, 28))) == 3136
    assert record_bytes(TensorType(shape=(13,), dtype=DType.FLOAT64)) == 104
