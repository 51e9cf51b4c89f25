"""The frozen beginning of a network: what is split off, and that it changes no result."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from zoodsl.catalog.values import Kind
from zoodsl.model.graph import ancestors
from zoodsl.model.nodes import InputNode, Network, Part, Phase, PreprocessStep
from zoodsl.plan.passes import optimised
from zoodsl.plan.passes.frozen_prefix import boundary
from zoodsl.plan.planner import make_plan
from zoodsl.plan.steps import Extract, Prepare
from zoodsl.targets.numpy.interpreter import activations
from zoodsl.testing import batch, networks, random_weights

LENET = frozenset({"conv1", "conv2", "fc1", "fc2"})


def weighted(network: Network) -> list[str]:
    return [
        node.name
        for node in network.layers
        if node.operation.operator.weights(node.operation.arguments, node.input_shapes)
    ]


def test_the_boundary_lies_after_what_has_no_weights(lenet):
    assert boundary(lenet().network, frozenset({"conv1", "conv2"})) == "flatten"


def test_what_is_frozen_in_the_midst_has_no_boundary(lenet):
    assert boundary(lenet().network, frozenset({"conv2"})) is None


def test_nothing_frozen_has_no_boundary(lenet):
    assert boundary(lenet().network, frozenset()) is None


def test_something_is_left_to_train(lenet):
    assert boundary(lenet().network, LENET) == "fc1"


def test_a_residual_is_split_where_its_paths_meet(resnet50):
    frozen = {name for name in weighted(resnet50) if not name.startswith(("res5c_3", "fc1000"))}
    assert boundary(resnet50, frozenset(frozen)) == "res5b_relu"


def test_dropout_is_left_to_training(lenet, operation):
    """Frozen or not, it draws anew in each iteration."""
    network = lenet().network
    drop = replace(network.layers[1], name="drop", inputs=("conv1",), input_shapes=(network.layers[0].shape,))
    dropped = replace(
        drop, operation=operation(Kind.LAYER, "Dropout", rate=0.5), shape=network.layers[0].shape
    )
    first, second, *rest = network.layers
    with_dropout = replace(network, layers=(first, dropped, replace(second, inputs=("drop",)), *rest))
    assert boundary(with_dropout, frozenset({"conv1", "conv2"})) == "conv1"


@pytest.mark.law("splitting off the frozen prefix preserves the reference interpreter's result bit for bit")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(networks(), st.data())
def test_training_on_features_is_training_on_rows(network, data):
    """What follows the boundary computes from the features, bit for bit, what the whole computes from the rows."""
    layers = {layer.name: layer for layer in network.layers}
    names = set(weighted(network))
    frozen = frozenset(names & ancestors(network, data.draw(st.sampled_from(sorted(layers)))))
    found = boundary(network, frozen)
    if found is None:
        reject()
    before = ancestors(network, found)
    assert names & before <= frozen
    weights = random_weights(network, 1)
    still = activations(network, weights, batch(network, 3, 2))
    moving = activations(network, weights, batch(network, 3, 2), training=True, seed=5)
    operators = {layers[name].operation.operator.name for name in before & layers.keys()}
    if "BatchNormalization" not in operators:  # which alone means another thing when it is frozen
        np.testing.assert_array_equal(moving[found], still[found])
    rest = replace(
        network,
        inputs=(InputNode(span=network.span, name=found, shape=layers[found].shape),),
        layers=tuple(layer for layer in network.layers if layer.name not in before),
    )
    trained = activations(rest, weights, [still[found]])
    np.testing.assert_array_equal(trained[network.output], still[network.output])


def frozen_plan(lenet, **changes):
    spec = lenet(**changes)
    network = replace(spec.network, frozen=frozenset({"conv1", "conv2"}))
    return optimised(make_plan(replace(spec, network=network)))


def test_features_are_computed_once_for_each_part(lenet):
    plan = frozen_plan(lenet)
    extracts = [stage for stage in plan.stages if isinstance(stage, Extract)]
    assert [(each.part, each.boundary, each.shape, each.inputs) for each in extracts] == [
        (Part.TRAIN, "flatten", (192,), ("prepare/train",)),
        (Part.VALIDATION, "flatten", (192,), ("prepare/validation",)),
    ]
    assert plan.fit.inputs == tuple(each.name for each in extracts)
    assert plan.fit.phases[0].stored
    assert all(each.deterministic for each in extracts)


def test_features_of_rows_drawn_anew_are_not_stored(lenet, operation):
    given_ = lenet().preprocess
    flip = PreprocessStep(
        span=given_.span,
        operation=operation(Kind.TRANSFORM, "HFlip"),
        training_only=True,
        probability=0.5,
        input=given_.input,
        output=given_.input,
    )
    plan = frozen_plan(lenet, preprocess=replace(given_, steps=(flip, *given_.steps)))
    assert not plan.fit.phases[0].stored
    by_part = {stage.part: stage.deterministic for stage in plan.stages if isinstance(stage, Extract)}
    assert by_part == {Part.TRAIN: False, Part.VALIDATION: True}


def test_each_phase_has_its_own_boundary(lenet):
    spec = lenet()
    phases = (
        Phase(span=spec.span, frozen=frozenset({"conv1", "conv2"}), epochs=3),
        Phase(span=spec.span, frozen=frozenset({"conv1"}), epochs=4),
        Phase(span=spec.span, frozen=frozenset(), epochs=None),
    )
    plan = optimised(make_plan(replace(spec, train=replace(spec.train, phases=phases))))
    assert [(phase.epochs, phase.boundary) for phase in plan.fit.phases] == [
        (3, "flatten"),
        (4, "pool1"),
        (None, None),
    ]
    prepared = [stage.name for stage in plan.stages if isinstance(stage, Prepare)][:2]
    assert plan.fit.inputs[:2] == tuple(prepared)
    assert plan.memory == make_plan(spec).memory


def test_memory_is_of_the_trained_part_and_the_frozen_one_in_inference(lenet):
    plan, whole = frozen_plan(lenet), make_plan(lenet())
    assert plan.memory.weights < whole.memory.weights
    assert plan.memory.frozen == 7 * 4 * (156 + 1812)
    assert plan.memory.inference == 2 * 4 * 4 * (6 * 24 * 24 + 6 * 12 * 12 + 12 * 64 + 2 * 192)
    assert plan.memory.data == 1258 * 4 * 192


def test_a_plan_without_frozen_layers_stays_as_it_is(lenet):
    plan = make_plan(lenet())
    assert optimised(plan) is plan
