"""What a loss asks of the network that it trains."""

from __future__ import annotations

import pytest

from zoodsl.catalog import registry
from zoodsl.catalog.losses import OPERATORS, last_activations, needed_outputs
from zoodsl.catalog.operator import Mismatch, Target
from zoodsl.catalog.values import Kind


def loss(name):
    found = registry.find(Kind.LOSS, name)
    assert found in OPERATORS
    return found


@pytest.mark.parametrize(
    ("name", "logits", "activations"),
    [
        ("SparseCategoricalCrossentropy", False, ("softmax",)),
        ("SparseCategoricalCrossentropy", True, ("linear",)),
        ("BinaryCrossentropy", False, ("sigmoid",)),
        ("BinaryCrossentropy", True, ("linear",)),
    ],
)
def test_scores_want_no_last_activation(name, logits, activations):
    assert last_activations(loss(name), {"from_logits": logits}) == activations


def test_a_loss_on_measures_takes_any_last_activation():
    assert last_activations(loss("MeanSquaredError"), {}) == ()


@pytest.mark.parametrize(
    ("name", "target", "size", "outputs"),
    [
        ("SparseCategoricalCrossentropy", Target.CLASS, 10, 10),
        ("SparseCategoricalCrossentropy", Target.CLASS, None, None),
        ("BinaryCrossentropy", Target.MULTI_HOT, 14, 14),
        ("BinaryCrossentropy", Target.CLASS, 2, 1),
        ("Hinge", Target.CLASS, None, 1),
        ("MeanSquaredError", Target.NUMBER, 1, 1),
    ],
)
def test_outputs_follow_the_target(name, target, size, outputs):
    assert needed_outputs(loss(name), target, size) == outputs


def test_one_output_cannot_tell_three_classes_apart():
    mismatch = needed_outputs(loss("BinaryCrossentropy"), Target.CLASS, 3)
    assert isinstance(mismatch, Mismatch)
    assert "two classes" in mismatch.message
    assert "SparseCategoricalCrossentropy" in mismatch.help


def test_every_loss_says_its_targets_and_how_many_outputs():
    assert all(each.targets and each.outputs in ("classes", "labels", "one") for each in OPERATORS)
