"""Keys of features: others wherever the features are, the same wherever they are not."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from tests.targets.bigdl.transfer import (
    ALL,
    FIRST,
    TEXT,
    network_of,
    transfer_plan,
    transfer_program,
    transfer_spec,
)
from zoodsl.model.spec import Spec
from zoodsl.targets.bigdl.feature_keys import feature_keys

AUGMENTATION = "  training {\n    RandomApply(HFlip(), 50%)\n  }\n"
PLAIN = TEXT.replace(AUGMENTATION, "")


def keys(*phases: tuple[Iterable[str], int | None], text: str = PLAIN) -> tuple[str | None, ...]:
    made = ((frozenset(frozen), epochs) for frozen, epochs in phases or ((ALL, None),))
    return keys_of(transfer_spec(*made, text=text))


def keys_of(spec: Spec) -> tuple[str | None, ...]:
    fit = transfer_plan(spec).fit
    assert fit is not None
    return feature_keys(fit, spec.preprocess)


def key_of(spec: Spec) -> str | None:
    [key] = keys_of(spec)
    return key


def changed(*pairs: tuple[str, str]) -> str:
    text = PLAIN
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    "text",
    [
        changed(
            (
                "Dense(10, activation = softmax",
                'Dense(6, activation = tanh) as "inner"\n  Dense(10, activation = softmax',
            )
        ),
        changed(("learning_rate = 0.01", "learning_rate = 0.5"), ("batch    64", "batch    32")),
        changed(("epochs   2", "epochs   7"), ("seed     1", "seed     2")),
        changed(("train = 60%, validation = 20%", "train = 40%, validation = 40%")),
        changed(("\nnetwork {", "\n\n// a remark\nnetwork {")),
        TEXT,
    ],
    ids=["head", "rate and batch", "epochs and seed", "split", "lines", "augmentation"],
)
def test_what_training_does_leaves_the_features_as_they_are(text: str) -> None:
    """With augmentation it is the validation rows that have them."""
    assert keys(text=text) == keys()


def test_names_leave_the_features_as_they_are() -> None:
    spec = transfer_spec((ALL, None), text=PLAIN)
    names = {node.name: f"x/{node.name}" if node.base else node.name for node in network_of(spec).layers}
    names["input"] = "input"
    layers = tuple(
        replace(node, name=names[node.name], inputs=tuple(names[each] for each in node.inputs))
        for node in network_of(spec).layers
    )
    base = network_of(spec).bases[0]
    weights = {names[name]: arrays for name, arrays in base.weights.items()}
    network = replace(
        network_of(spec),
        layers=layers,
        bases=(replace(base, name="x", weights=weights),),
        frozen=frozenset(names[name] for name in network_of(spec).frozen),
    )
    assert key_of(replace(spec, network=network)) == key_of(spec)


@pytest.mark.parametrize(
    "text",
    [
        changed(("mean = 77.9", "mean = 77.8")),
        changed(("  ChannelNormalize", "  Resize(8x8)\n  ChannelNormalize")),
        changed(('ReLU() as "relu1"', 'ELU() as "relu1"')),
        changed(('ReLU() as "relu2"', 'LeakyReLU() as "relu2"')),
    ],
    ids=["mean", "a step", "a function in the middle", "the last layer"],
)
def test_other_features_have_another_key(text: str) -> None:
    [key], [other] = keys(), keys(text=text)
    assert None not in {key, other}
    assert other != key


def test_another_cut_has_another_key() -> None:
    [whole], [first] = keys((ALL, None)), keys((FIRST, None))
    assert None not in {whole, first}
    assert whole != first


@pytest.mark.parametrize("place", [0, 3], ids=["a kernel", "a statistic"])
def test_other_weights_have_another_key(place: int) -> None:
    spec = transfer_spec((ALL, None), text=PLAIN)
    base = network_of(spec).bases[0]
    name = "bn1" if place else "conv1"
    arrays = list(map(np.array, base.weights[name]))
    arrays[place].flat[0] = np.nextafter(arrays[place].flat[0], np.float32(9))
    moved = replace(base, weights={**base.weights, name: tuple(arrays)})
    other = replace(spec, network=replace(network_of(spec), bases=(moved,)))
    assert key_of(other) != key_of(spec)
    behind = {**base.weights, "conv2": tuple(each + 1 for each in base.weights["conv2"])}
    head = replace(transfer_spec((FIRST, None), text=PLAIN))
    trained = replace(network_of(head), bases=(replace(base, weights=behind),))
    assert key_of(replace(head, network=trained)) == key_of(head)


def test_what_a_phase_before_has_trained_has_no_key() -> None:
    thawed = ALL - {"bn2"}
    first, second, third = keys((ALL, 1), (FIRST, 1), (ALL, None))
    assert None not in {first, second}
    assert third is None
    assert keys((ALL, 1), (ALL, None)) == (first, first)
    assert keys((thawed, 1), (FIRST, None))[1] == second


def test_weights_that_are_drawn_have_no_key() -> None:
    """A layer that was put into the base's place, say."""
    spec = transfer_spec((ALL, None), text=PLAIN)
    base = network_of(spec).bases[0]
    fewer = replace(base, weights={name: each for name, each in base.weights.items() if name != "conv2"})
    assert key_of(replace(spec, network=replace(network_of(spec), bases=(fewer,)))) is None


def test_rows_that_are_prepared_otherwise_have_no_key() -> None:
    split = ("train = 60%, validation = 20%, test = 20%", "train = 80%, test = 20%")
    unvalidated = [split, ("  validate with Accuracy()\n", "")]
    normalize = "  ChannelNormalize"
    augmented = [(normalize, AUGMENTATION + normalize)]
    turned = [(normalize, "  training {\n    HFlip()\n  }\n" + normalize)]
    always_random = [(normalize, "  RandomApply(HFlip(), 50%)\n" + normalize)]
    assert keys(text=changed(*augmented)) == keys(text=changed(*unvalidated)) == keys()
    assert keys(text=changed(*augmented, *unvalidated)) == (None,)
    assert keys(text=changed(*turned)) == (None,)
    assert keys(text=changed(*always_random)) == (None,)


def test_a_program_keeps_features_where_there_is_a_key() -> None:
    kept = transfer_program(transfer_spec((ALL, None), text=PLAIN))
    [key] = keys()
    assert f'key="{key}"' in kept.text
    assert kept.features
    main = next(node for node in ast.parse(kept.text).body if getattr(node, "name", "") == "main")
    assert isinstance(main, ast.FunctionDef)
    assert [argument.arg for argument in main.args.args][-1] == "features"
    trained = transfer_program(transfer_spec(text=PLAIN))
    assert not trained.features
    assert "feature_store" not in trained.text
