"""The laws of surgery, over random networks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from zoodsl.catalog.operator import Mismatch
from zoodsl.model.graph import ancestors, node_names
from zoodsl.model.nodes import Network
from zoodsl.semantics.surgery import (
    Patient,
    admit,
    cut,
    cut_before,
    drop,
    freeze,
    learns,
    matching,
    rename,
    replace_layer,
    resize,
    unfreeze,
)
from zoodsl.targets.numpy.interpreter import activations
from zoodsl.testing import NOWHERE, batch, call, networks, random_weights
from zoodsl.weights.graph import GraphBuilder

NETWORKS = networks()
Draw = Callable[[st.SearchStrategy[Any]], Any]


def names(network: Network) -> list[str]:
    return [layer.name for layer in network.layers]


def operated(result: Patient | Mismatch) -> Patient:
    assert isinstance(result, Patient)
    return result


@st.composite
def patients(draw: Draw) -> Patient:
    """A network of which some layers are frozen."""
    network = draw(NETWORKS)
    return freeze(admit(network), draw(st.sets(st.sampled_from(names(network)))))


@st.composite
def patients_and_layers(draw: Draw) -> tuple[Patient, list[str]]:
    """A patient and some of its layers, at least one."""
    patient = draw(patients())
    chosen = draw(st.lists(st.sampled_from(names(patient.network)), min_size=1, max_size=4, unique=True))
    return patient, chosen


# --- cutting


@pytest.mark.law("cut(cut(network, below), above) = cut(network, above)")
@given(NETWORKS, st.data())
def test_a_cut_of_a_cut_is_the_upper_cut(network: Network, data: st.DataObject) -> None:
    lower = data.draw(st.sampled_from(names(network)))
    upper = data.draw(st.sampled_from(sorted(ancestors(network, lower))))
    patient = admit(network)
    assert cut(operated(cut(patient, lower)), upper) == cut(patient, upper)


@pytest.mark.law("a cut at the output changes nothing")
@given(NETWORKS)
def test_a_cut_at_the_output_changes_nothing(network: Network) -> None:
    assert cut(admit(network), network.output) == admit(network)


@pytest.mark.law("a cut keeps weights and activations bit for bit")
@given(NETWORKS, st.data(), st.integers(0, 2**32 - 1))
@settings(max_examples=50)
def test_a_cut_keeps_activations_and_weights_bit_for_bit(
    network: Network, data: st.DataObject, seed: int
) -> None:
    at = data.draw(st.sampled_from(names(network)))
    weights = random_weights(network, seed)
    inputs = dict(zip((node.name for node in network.inputs), batch(network, 2, seed), strict=True))
    whole = activations(network, weights, list(inputs.values()))
    left = operated(cut(admit(network), at))
    kept = {name: weights[origin] for name, origin in left.origins.items() if origin in weights}
    parts = activations(left.network, kept, [inputs[node.name] for node in left.network.inputs])
    assert set(parts) <= set(whole)
    for name, values in parts.items():
        np.testing.assert_array_equal(values, whole[name])


@pytest.mark.law("a cut leaves the ancestors of its node, and nothing else")
@given(NETWORKS, st.data())
def test_what_is_cut_off_is_all_that_the_node_does_not_need(network: Network, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(names(network)))
    left = operated(cut(admit(network), at)).network
    assert node_names(left) == ancestors(network, at)
    assert left.output == at


def line(*layers: tuple[str, str, dict[str, Any]], shape: tuple[int, ...] = (3, 8, 8)) -> Network:
    """A network of layers one after the other, each its name, operator and arguments."""
    graph = GraphBuilder(NOWHERE)
    graph.input("data", shape)
    before = "data"
    for name, operator, arguments in layers:
        graph.layer(name, operator, [before], **arguments)
        before = name
    return graph.finish(before)


def small() -> Network:
    return line(
        ("conv", "Conv2D", {"filters": 4, "kernel_size": (3, 3)}),
        ("relu", "ReLU", {}),
        ("drop", "Dropout", {"rate": 0.5}),
        ("flat", "Flatten", {}),
        ("fc", "Dense", {"units": 2}),
    )


def test_a_cut_before_a_node_is_a_cut_at_what_it_reads() -> None:
    assert cut_before(admit(small()), "relu") == cut(admit(small()), "conv")


def test_a_cut_before_a_merge_is_no_one_place() -> None:
    graph = GraphBuilder(NOWHERE)
    graph.input("data", (4,))
    graph.layer("a", "Dense", ["data"], units=4)
    graph.layer("sum", "Add", ["data", "a"])
    result = cut_before(admit(graph.finish("sum")), "sum")
    assert result == Mismatch(
        "`sum` reads `data`, `a`: a cut before it is no one place", "cut at one of them"
    )


def test_nothing_is_left_above_the_first_layer() -> None:
    assert isinstance(cut_before(admit(small()), "conv"), Mismatch)
    assert isinstance(cut(admit(small()), "data"), Mismatch)


# --- freezing


@pytest.mark.law("freezing twice is freezing once")
@given(patients_and_layers())
def test_freezing_twice_is_freezing_once(drawn: tuple[Patient, list[str]]) -> None:
    patient, chosen = drawn
    assert freeze(freeze(patient, chosen), chosen) == freeze(patient, chosen)


@pytest.mark.law("freezing commutes with a cut, on the layers that are left")
@given(patients_and_layers(), st.data())
def test_freezing_commutes_with_a_cut_on_what_is_left(
    drawn: tuple[Patient, list[str]], data: st.DataObject
) -> None:
    patient, chosen = drawn
    at = data.draw(st.sampled_from(names(patient.network)))
    left = operated(cut(patient, at))
    kept = set(chosen) & set(names(left.network))
    assert cut(freeze(patient, chosen), at) == freeze(left, kept)


@pytest.mark.law("unfreezing takes back what freezing did")
@given(NETWORKS, st.data())
def test_unfreezing_takes_back_what_freezing_did(network: Network, data: st.DataObject) -> None:
    one = data.draw(st.sets(st.sampled_from(names(network))))
    other = data.draw(st.sets(st.sampled_from(names(network)))) - one
    patient = freeze(admit(network), other)
    assert unfreeze(freeze(patient, one), one) == patient


# --- changing layers


@pytest.mark.law("renaming there and back changes nothing")
@given(patients_and_layers(), st.text(min_size=1, max_size=6))
def test_a_new_name_can_be_taken_back(drawn: tuple[Patient, list[str]], new: str) -> None:
    patient, (old, *_) = drawn
    assume(new not in names(patient.network))
    assume(new not in {node.name for node in patient.network.inputs})
    renamed = operated(rename(patient, old, new))
    assert new in renamed.origins
    assert old not in names(renamed.network)
    assert rename(renamed, new, old) == patient


@pytest.mark.law("a name that is taken is refused")
@given(patients_and_layers())
def test_a_name_that_is_taken_is_refused(drawn: tuple[Patient, list[str]]) -> None:
    patient, (old, *_) = drawn
    for taken in (*names(patient.network), patient.network.inputs[0].name):
        assert isinstance(rename(patient, old, taken), Mismatch)


@pytest.mark.law("a new name changes no activation")
@given(patients_and_layers(), st.integers(0, 2**32 - 1))
@settings(max_examples=50)
def test_a_new_name_changes_no_number(drawn: tuple[Patient, list[str]], seed: int) -> None:
    patient, (old, *_) = drawn
    renamed = operated(rename(patient, old, "new name"))
    weights = random_weights(patient.network, seed)
    moved = {name: weights[origin] for name, origin in renamed.origins.items() if origin in weights}
    inputs = batch(patient.network, 2, seed)
    before = activations(patient.network, weights, inputs)
    after = activations(renamed.network, moved, inputs)
    np.testing.assert_array_equal(after["new name"], before[old])
    np.testing.assert_array_equal(after[renamed.network.output], before[patient.network.output])


def keeps_shape(patient: Patient) -> list[str]:
    """The layers that can be dropped: of one input, which has their shape."""
    return [
        layer.name
        for layer in patient.network.layers
        if len(layer.inputs) == 1 and layer.input_shapes == (layer.shape,) and len(patient.network.layers) > 1
    ]


@pytest.mark.law(
    "a dropped layer's readers read what it read: the network computes as if it were the identity"
)
@given(NETWORKS, st.data(), st.integers(0, 2**32 - 1))
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_dropping_is_the_identity_in_its_place(network: Network, data: st.DataObject, seed: int) -> None:
    patient = admit(network)
    assume(keeps_shape(patient))
    name = data.draw(st.sampled_from(keeps_shape(patient)))
    identity = call("Activation", activation="linear")
    replaced = replace_layer(patient, name, identity)
    dropped = drop(patient, name)
    assume(isinstance(replaced, Patient) and isinstance(dropped, Patient))
    inputs, weights = batch(network, 2, seed), random_weights(network, seed)
    wanted = activations(operated(replaced).network, weights, inputs)
    found = activations(operated(dropped).network, weights, inputs)
    assert set(found) == set(wanted) - {name}
    for each, values in found.items():
        np.testing.assert_array_equal(values, wanted[each])
    kept = operated(dropped).origins
    assert kept == {each: origin for each, origin in patient.origins.items() if each != name}


@pytest.mark.law("drop(drop(network, a), b) = drop(drop(network, b), a)")
@given(NETWORKS, st.data())
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_dropping_commutes(network: Network, data: st.DataObject) -> None:
    patient = admit(network)
    droppable = keeps_shape(patient)
    assume(len(droppable) > 1)
    first, second = data.draw(st.lists(st.sampled_from(droppable), min_size=2, max_size=2, unique=True))

    def dropped(*these: str) -> Patient | Mismatch:
        result: Patient | Mismatch = patient
        for name in these:
            if isinstance(result, Patient):
                result = drop(result, name)
        return result

    one, other = dropped(first, second), dropped(second, first)
    assert isinstance(one, Patient) == isinstance(other, Patient)
    assert isinstance(one, Mismatch) or one == other


def test_a_dropped_layer_leaves_no_gap() -> None:
    left = operated(drop(admit(small()), "drop")).network
    assert names(left) == ["conv", "relu", "flat", "fc"]
    (flat,) = (layer for layer in left.layers if layer.name == "flat")
    assert flat.inputs == ("relu",)


def test_a_dropped_output_makes_its_input_the_output() -> None:
    headless = operated(cut(admit(small()), "drop"))
    assert drop(headless, "drop") == cut(admit(small()), "relu")


@pytest.mark.parametrize(("name", "why"), [("conv", "3x8x8 into 4x6x6"), ("flat", "4x6x6 into 144")])
def test_a_layer_that_changes_the_shape_is_not_dropped(name: str, why: str) -> None:
    result = drop(admit(small()), name)
    assert isinstance(result, Mismatch)
    assert why in result.message


def test_the_only_layer_is_not_dropped() -> None:
    assert isinstance(drop(admit(line(("relu", "ReLU", {}))), "relu"), Mismatch)


@pytest.mark.law("a layer replaced by its like is fresh and learns, and the network is otherwise the same")
@given(patients_and_layers())
def test_a_layer_replaced_by_itself_is_fresh_and_learns(drawn: tuple[Patient, list[str]]) -> None:
    patient, (name, *_) = drawn
    (layer,) = (each for each in patient.network.layers if each.name == name)
    replaced = operated(replace_layer(patient, name, layer.operation))
    assert name not in replaced.origins
    assert replaced.network == replace(patient.network, frozen=patient.network.frozen - {name})


@pytest.mark.law("a replaced layer leaves the weights of all others bit for bit, and what it reads")
@given(patients_and_layers(), st.integers(0, 2**32 - 1))
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_replacing_keeps_all_other_weights(drawn: tuple[Patient, list[str]], seed: int) -> None:
    patient, (name, *_) = drawn
    (layer,) = (each for each in patient.network.layers if each.name == name)
    assume(len(layer.inputs) == 1)
    result = replace_layer(patient, name, call("Activation", activation="tanh"))
    assume(isinstance(result, Patient))
    replaced = operated(result)
    assert replaced.origins == {each: origin for each, origin in patient.origins.items() if each != name}
    inputs, weights = batch(patient.network, 2, seed), random_weights(patient.network, seed)
    before = activations(patient.network, weights, inputs)
    after = activations(replaced.network, weights, inputs)
    for each in ancestors(patient.network, layer.inputs[0]):
        np.testing.assert_array_equal(after[each], before[each])


def test_shapes_are_inferred_below_a_replaced_layer() -> None:
    without_head = operated(cut(admit(small()), "flat"))
    replaced = operated(replace_layer(without_head, "conv", call("Conv2D", filters=6, kernel_size=(5, 5))))
    assert replaced.network.shape == (6 * 4 * 4,)


def test_weights_below_a_replaced_layer_must_still_fit() -> None:
    result = replace_layer(admit(small()), "conv", call("Conv2D", filters=6, kernel_size=(3, 3)))
    assert isinstance(result, Mismatch)
    assert result.message == "`fc` has a kernel of 144x2 for 144, and would get 216"


def test_a_merge_does_not_take_the_place_of_a_layer() -> None:
    result = replace_layer(admit(small()), "relu", call("Add"))
    assert isinstance(result, Mismatch)
    assert result.message == "`relu` has 1 input, and `Add` takes more"


# --- sizes


@pytest.mark.law("resizing to the same input changes nothing")
@given(patients())
def test_the_same_size_changes_nothing(patient: Patient) -> None:
    assert resize(patient, {node.name: node.shape for node in patient.network.inputs}) == patient


def test_a_network_of_convolutions_takes_another_size() -> None:
    without_head = operated(cut(freeze(admit(small()), ["conv"]), "relu"))
    resized = operated(resize(without_head, {"data": (3, 20, 30)}))
    assert resized.network.shape == (4, 18, 28)
    assert resized.network.frozen == {"conv"}
    again = operated(resize(resized, {"data": (3, 8, 8)}))
    assert again == without_head


def test_surgery_at_another_size_is_surgery_replayed() -> None:
    def surgery(patient: Patient) -> Patient:
        return operated(rename(freeze(operated(cut(patient, "relu")), ["conv"]), "conv", "first"))

    larger = line(
        ("conv", "Conv2D", {"filters": 4, "kernel_size": (3, 3)}), ("relu", "ReLU", {}), shape=(3, 12, 12)
    )
    assert resize(surgery(admit(small())), {"data": (3, 12, 12)}) == surgery(admit(larger))


IMAGES = networks(forms=("image",))


def larger(patient: Patient, rows: int, columns: int) -> Patient:
    """The patient over larger images, where it takes them."""
    shapes = {
        node.name: (node.shape[0], node.shape[1] + rows, node.shape[2] + columns)
        for node in patient.network.inputs
    }
    result = resize(patient, shapes)
    assume(isinstance(result, Patient))
    return operated(result)


@pytest.mark.law("resizing the input there and back changes nothing")
@given(IMAGES, st.integers(0, 4), st.integers(0, 4))
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_there_and_back_again(network: Network, rows: int, columns: int) -> None:
    patient = admit(network)
    assert larger(larger(patient, rows, columns), -rows, -columns) == patient


@pytest.mark.law("resizing commutes with a cut")
@given(IMAGES, st.integers(0, 4), st.data())
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_a_cut_at_another_size_is_the_cut_resized(network: Network, rows: int, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(names(network)))
    patient = admit(network)
    resized = larger(patient, rows, 1)
    assert larger(operated(cut(patient, at)), rows, 1) == cut(resized, at)


@pytest.mark.parametrize(
    ("shape", "why"),
    [((1, 8, 8), "it takes 3 channels, not 1"), ((192,), "it takes 3 dimensions, not 1")],
)
def test_other_channels_and_dimensions_are_told_first(shape: tuple[int, ...], why: str) -> None:
    assert resize(admit(small()), {"data": shape}) == Mismatch(why)


def test_a_dense_layer_takes_its_own_size_alone() -> None:
    result = resize(admit(small()), {"data": (3, 9, 9)})
    assert isinstance(result, Mismatch)
    assert result.message == "`fc` has a kernel of 144x2 for 144, and would get 196"


def test_a_window_that_does_not_fit_is_named_with_its_layer() -> None:
    result = resize(admit(small()), {"data": (3, 2, 2)})
    assert isinstance(result, Mismatch)
    assert result.message.startswith("at `conv`: ")


# --- names


def test_patterns() -> None:
    known = ["res5a/conv", "res5b", "res4a", "[x]"]
    assert matching(known, "res5*") == {"res5a/conv", "res5b"}
    assert matching(known, "res?a") == {"res4a"}
    assert matching(known, "[x]") == {"[x]"}
    assert matching(known, "[*") == {"[x]"}
    assert matching(known, "[r]es5b") == frozenset()
    assert matching(known, "RES4A") == frozenset()


def test_what_learns() -> None:
    assert {layer.name for layer in small().layers if learns(layer)} == {"conv", "fc"}
