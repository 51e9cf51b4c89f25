"""Files of Keras 2, files that are broken, and what is refused of files that are whole."""

from __future__ import annotations

import io
import json
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import h5py  # type: ignore[import-untyped]
import numpy as np
import pytest

from tests.weights.keras_models import SPAN, keras, problems, read, save
from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.targets.numpy import activations, forward
from zoodsl.weights.files import read_pretrained
from zoodsl.weights.pretrained import Pretrained

DRAW = np.random.default_rng(5)

# --- Keras 2, whose files are written by hand here: it is not installed beside Keras 3


def layer(kind: str, name: str, *inbound: Any, **config: Any) -> dict[str, Any]:
    """A layer's entry in a Functional model of Keras 2."""
    nodes = [[each if isinstance(each, list) else [each, 0, 0, {}] for each in inbound]] if inbound else []
    return {"class_name": kind, "config": {"name": name, **config}, "name": name, "inbound_nodes": nodes}


def old_file(path: Path, model: dict[str, Any], weights: dict[str, dict[str, Any]]) -> Path:
    """An HDF5 file as Keras 2 writes it."""
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.11.0"
        file.attrs["model_config"] = json.dumps(model)
        groups = file.create_group("model_weights")
        groups.attrs["layer_names"] = [name.encode() for name in weights]
        for name, tensors in weights.items():
            group = groups.create_group(name)
            group.attrs["weight_names"] = [each.encode() for each in tensors]
            for each, tensor in tensors.items():
                group[each] = tensor
    return path


def model_of(layers: list[dict[str, Any]], output: str) -> dict[str, Any]:
    config = {
        "name": "model",
        "layers": layers,
        "input_layers": [[layers[0]["name"], 0, 0]],
        "output_layers": [[output, 0, 0]],
    }
    return {"class_name": "Model", "config": config}


KERNEL = DRAW.normal(size=(3, 3, 3, 4)).astype(np.float32)
BIAS = DRAW.normal(size=4).astype(np.float32)
WINDOW = {
    "filters": 4,
    "kernel_size": [3, 3],
    "strides": [1, 1],
    "padding": "same",
    "data_format": "channels_last",
}
INPUT = layer("InputLayer", "x", batch_input_shape=[None, 6, 5, 3])


def test_a_functional_model_of_keras_2(tmp_path):
    """Its nodes are lists, its functions TFOpLambda, its axes lists, its slopes `alpha`."""
    layers = [
        INPUT,
        layer("TFOpLambda", "scaled", ["x", 0, 0, {"y": 127.5, "name": None}], function="math.truediv"),
        layer("Conv2D", "conv", "scaled", activation="linear", use_bias=True, **WINDOW),
        layer(
            "BatchNormalization",
            "norm",
            "conv",
            axis=[3],
            epsilon=0.001,
            momentum=0.99,
            center=True,
            scale=True,
        ),
        layer("LeakyReLU", "leaky", "norm", alpha=0.3),
        layer(
            "TFOpLambda",
            "sum",
            ["norm", 0, 0, {"y": ["leaky", 0, 0], "name": None}],
            function="__operators__.add",
        ),
        layer("Concatenate", "joined", "sum", "conv", axis=3),
    ]
    statistics = [DRAW.uniform(0.5, 1.5, 4).astype(np.float32) for _ in range(4)]
    names = [f"norm/{name}:0" for name in ("gamma", "beta", "moving_mean", "moving_variance")]
    path = old_file(
        tmp_path / "old.h5",
        model_of(layers, "joined"),
        {
            "conv": {"conv/kernel:0": KERNEL, "conv/bias:0": BIAS},
            "norm": dict(zip(names, statistics, strict=True)),
        },
    )
    found = read(path)
    k = keras().layers
    x = keras().Input((6, 5, 3))
    conv, norm = k.Conv2D(4, 3, padding="same"), k.BatchNormalization()
    made = conv(x / 127.5)
    normed = norm(made)
    ours = keras().Model(x, k.Concatenate()([normed + k.LeakyReLU(0.3)(normed), made]))
    conv.set_weights([KERNEL, BIAS])
    norm.set_weights(statistics)
    image = DRAW.normal(size=(2, 6, 5, 3)).astype(np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = np.asarray(ours(image, training=False)).transpose(0, 3, 1, 2)
    given = forward(found.network, found.weights, [image.transpose(0, 3, 1, 2)])
    np.testing.assert_allclose(given, wanted, atol=1e-5)


def test_a_chain_of_keras_2_with_a_model_in_it(tmp_path):
    """No input layer, nested weights under their own names, a plain list of layers."""
    inner = [
        layer("Conv2D", "conv", batch_input_shape=[None, 6, 5, 3], activation="relu", use_bias=True, **WINDOW)
    ]
    chain = [
        {"class_name": "Sequential", "config": {"name": "base", "layers": inner}},
        layer("Flatten", "flat", data_format="channels_last"),
        layer("Dense", "dense", units=2, activation="linear", use_bias=False),
    ]
    config = {"name": "chain", "layers": chain, "build_input_shape": [None, 6, 5, 3]}
    kernel = DRAW.normal(size=(120, 2)).astype(np.float32)
    weights = {
        "base": {"conv/kernel:0": KERNEL, "conv/bias:0": BIAS},
        "flat": {},
        "dense": {"dense/kernel:0": kernel},
    }
    found = read(old_file(tmp_path / "old.h5", {"class_name": "Sequential", "config": config}, weights))
    assert [each.name for each in found.network.layers] == ["base/conv", "flat", "dense"]
    assert np.array_equal(found.weights["base/conv"][0], KERNEL)
    assert found.network.inputs[0].shape == (3, 6, 5)


def test_slashes_in_the_names_of_layers(tmp_path):
    weights = {"stem/conv": {"stem/conv/kernel:0": KERNEL, "stem/conv/bias:0": BIAS}}
    model = model_of([INPUT, layer("Conv2D", "stem/conv", "x", use_bias=True, **WINDOW)], "stem/conv")
    found = read(old_file(tmp_path / "old.h5", model, weights))
    assert np.array_equal(found.weights["stem/conv"][0], KERNEL)


def test_attributes_that_are_cut_into_pieces(tmp_path):
    weights = {"conv": {"conv/kernel:0": KERNEL, "conv/bias:0": BIAS}}
    model = model_of([INPUT, layer("Conv2D", "conv", "x", use_bias=True, **WINDOW)], "conv")
    path = old_file(tmp_path / "old.h5", model, weights)
    with h5py.File(path, "a") as file:
        group = file["model_weights/conv"]
        names = list(group.attrs["weight_names"])
        del group.attrs["weight_names"]
        for index, name in enumerate(names):
            group.attrs[f"weight_names{index}"] = [name]
    assert np.array_equal(read(path).weights["conv"][1], BIAS)


def test_the_groups_of_keras_2_13(tmp_path):
    path = saved(lambda k, x: k.Dense(2, name="dense")(x), tmp_path)
    whole = read(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = io.BytesIO(parts["model.weights.h5"])
    with h5py.File(content, "a") as file:
        file.move("layers", "_layer_checkpoint_dependencies")
    parts["model.weights.h5"] = content.getvalue()
    packed(parts, path)
    for ours, theirs in zip(read(path).weights["dense"], whole.weights["dense"], strict=True):
        assert np.array_equal(ours, theirs)


def test_the_hard_sigmoid_of_keras_2_is_refused(tmp_path):
    model = model_of([INPUT, layer("Activation", "odd", "x", activation="hard_sigmoid")], "odd")
    (found,) = problems(old_file(tmp_path / "old.h5", model, {}))
    assert "the layer `odd`, Activation, has Keras 2's `hard_sigmoid`, 0.2 x + 0.5" in found.message


def test_weights_that_no_layer_has_are_told(tmp_path):
    weights = {"conv": {"conv/kernel:0": KERNEL, "conv/bias:0": BIAS}, "lost": {"lost/kernel:0": KERNEL}}
    model = model_of([INPUT, layer("Conv2D", "conv", "x", use_bias=True, **WINDOW)], "conv")
    (found,) = problems(old_file(tmp_path / "old.h5", model, weights))
    assert found.code is rules.WEIGHTS_MISFIT
    assert "`lost/kernel:0` belong to no layer" in found.message


def test_weights_of_another_shape_are_told(tmp_path):
    weights = {"conv": {"conv/kernel:0": KERNEL, "conv/bias:0": BIAS[:3]}}
    model = model_of([INPUT, layer("Conv2D", "conv", "x", use_bias=True, **WINDOW)], "conv")
    (found,) = problems(old_file(tmp_path / "old.h5", model, weights))
    assert "the layer `conv`, Conv2D, has a bias of 3, but 4 is needed" in found.message


# --- what is refused


def saved(build: Any, folder: Path, shape: tuple[int | None, ...] = (4, 3)) -> Path:
    x = keras().Input(shape, name="x")
    return save(keras().Model(x, build(keras().layers, x)), folder / "model.keras")


def packed(parts: dict[str, bytes], path: Path) -> None:
    """An archive of these parts."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


REFUSED: dict[str, tuple[Any, str]] = {
    "code": (lambda k, x: k.Lambda(lambda y: y + 1, output_shape=(4, 3), name="odd")(x), "Python code"),
    "unknown": (lambda k, x: k.RMSNormalization(name="odd")(x), "RMSNormalization, has no counterpart"),
    "activation": (
        lambda k, x: k.Dense(2, activation="sparsemax", name="odd")(x),
        "the activation `sparsemax`",
    ),
    "reset": (lambda k, x: k.GRU(2, name="odd")(x), "`reset_after` = True"),
    "causal": (lambda k, x: k.Conv1D(2, 2, padding="causal", name="odd")(x), "`padding` = causal"),
    "state": (lambda k, x: k.LSTM(2, return_state=True, name="odd")(x)[0], "`return_state` = True"),
    "inner dropout": (lambda k, x: k.LSTM(2, dropout=0.5, name="odd")(x), "`dropout` = 0.5"),
    "gates": (
        lambda k, x: k.LSTM(2, recurrent_activation="hard_sigmoid", name="odd")(x),
        "has hard_sigmoid as `recurrent_activation`, which `LSTM` does not take",
    ),
    "interpolation": (
        lambda k, x: k.UpSampling2D(interpolation="bilinear", name="odd")(k.Reshape((2, 2, 3))(x)),
        "`interpolation` = bilinear",
    ),
    "strides and dilation": (
        lambda k, x: k.SeparableConv2D(2, 1, dilation_rate=2, name="odd")(k.Reshape((2, 2, 3))(x)),
        "`dilation_rate` = [2, 2]",
    ),
    "both ways": (lambda k, x: k.Bidirectional(k.LSTM(2), merge_mode=None, name="odd")(x)[0], "side by side"),
    "mask": (lambda k, x: k.Masking(name="odd")(x), "Masking, has no counterpart"),
    "training": (lambda k, x: k.Dropout(0.5, name="odd")(x, training=True), "called with `training` = True"),
}


@pytest.mark.parametrize(("build", "why"), REFUSED.values(), ids=REFUSED)
def test_layers_that_are_refused_are_named(build, why, tmp_path):
    (found,) = problems(saved(build, tmp_path))
    assert found.code is rules.UNSUPPORTED_OPERATOR
    assert found.message.startswith("`model.keras`: the layer `odd`, ")
    assert why in found.message


def test_functions_that_are_refused_are_named(tmp_path):
    (found,) = problems(saved(lambda k, x: keras().ops.exp(x), tmp_path))
    assert "Exp, has no counterpart in the language" in found.message


def test_a_base_in_training_mode_is_refused(tmp_path):
    """Its BatchNormalization would use the batch's statistics also when it predicts."""
    base = keras().Sequential([keras().Input((4, 3)), keras().layers.Dropout(0.5)], name="base")
    (found,) = problems(saved(lambda k, x: base(x, training=True), tmp_path))
    assert (
        found.message
        == "`model.keras`: the model has a model `base` in it that is called with `training` = True"
    )


def test_tensors_by_keyword_are_refused(tmp_path):
    def build(k: Any, x: Any) -> Any:
        state = k.GlobalMaxPooling1D()(x)
        return k.SimpleRNN(3, name="odd")(x, initial_state=state)

    (found,) = problems(saved(build, tmp_path))
    assert "`odd`" in found.message


def test_shared_weights_are_refused(tmp_path):
    def build(k: Any, x: Any) -> Any:
        dense = k.Dense(3, name="odd")
        return dense(dense(x))

    (found,) = problems(saved(build, tmp_path))
    assert "the layer `odd`, Dense, is called more than once" in found.message


def test_an_open_size_is_told(tmp_path):
    (found,) = problems(saved(lambda k, x: k.Conv2D(2, 3)(x), tmp_path, (None, None, 3)))
    assert found.message == "`model.keras`: the model has an input `x` of no fixed size: 3x?x?"
    assert "expects 3x224x224" in found.help


def test_a_network_that_is_not_cut_has_one_output(tmp_path):
    def build(k: Any, x: Any) -> Any:
        return [k.Dense(2, name=name)(x) for name in ("first", "second")]

    path = str(saved(build, tmp_path))
    refused = read_pretrained(path, SPAN)
    assert isinstance(refused, tuple)
    assert [problem.message for problem in refused] == [f"`{Path(path).name}`: the model gives 2 outputs"]
    found = read_pretrained(path, SPAN, to_be_cut=True)
    assert isinstance(found, Pretrained)
    assert [layer.name for layer in found.network.layers] == ["first", "second"]


def test_a_network_to_be_cut_may_have_layers_that_are_not_read(tmp_path):
    path = saved(lambda k, x: k.Dense(2, name="head")(k.Masking()(k.Dense(5, name="base")(x))), tmp_path)
    assert len(problems(path)) == 1
    found = read_pretrained(str(path), SPAN, to_be_cut=True)
    assert isinstance(found, Pretrained)
    assert [each.name for each in found.network.layers] == ["base"]
    assert len(found.unread) == 1


def test_a_cut_can_be_made_at_every_name_of_the_file(tmp_path):
    def build(k: Any, x: Any) -> Any:
        x = k.Permute((2, 1, 3), name="turned")(k.Conv2D(4, 3, name="conv")(x))
        x = k.GlobalAveragePooling2D(name="pool")(k.Identity(name="same")(x))
        return k.Dense(2, name="head")(k.Flatten(name="flat")(x))

    found = read_pretrained(str(saved(build, tmp_path, (8, 7, 3))), SPAN, to_be_cut=True)
    assert isinstance(found, Pretrained)
    shapes = {each.name: each.shape for each in found.network.layers}
    wanted = {
        "conv": (4, 6, 5),
        "turned": (4, 5, 6),
        "same": (4, 5, 6),
        "pool": (4,),
        "flat": (4,),
        "head": (2,),
    }
    assert {name: shapes[name] for name in wanted} == wanted
    image = DRAW.normal(size=(2, 3, 8, 7)).astype(np.float32)
    ours = activations(found.network, found.weights, [image])
    assert np.array_equal(ours["turned"], ours["conv"].transpose(0, 1, 3, 2))
    assert np.array_equal(ours["flat"], ours["pool"])


# --- files that are broken


def test_weights_without_a_network_are_told(tmp_path):
    model = keras().Sequential([keras().Input((3,)), keras().layers.Dense(2)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.save_weights(tmp_path / "model.weights.h5")
    (found,) = problems(tmp_path / "model.weights.h5")
    assert found.code is rules.UNREADABLE_MODEL
    assert "holds weights without the network" in found.message


def test_models_that_are_code_are_told(tmp_path):
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(saved(lambda k, x: k.ReLU()(x), tmp_path)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["config.json"] = json.dumps({"class_name": "MyModel", "config": {}}).encode()
    packed(parts, path)
    (found,) = problems(path)
    assert "a model whose graph is Python code" in found.message


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_truncated_files_are_problems(suffix, tmp_path):
    model = keras().Sequential([keras().Input((3,)), keras().layers.Dense(2)])
    content = save(model, tmp_path / f"whole{suffix}").read_bytes()
    path = tmp_path / f"cut{suffix}"
    for end in range(0, len(content) - 1, len(content) // 40):
        path.write_bytes(content[:end])
        for found in problems(path):
            assert found.code is rules.UNREADABLE_MODEL


@pytest.mark.parametrize("part", ["config.json", "metadata.json", "model.weights.h5"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1, 2]"])
def test_damaged_parts_are_problems(part, content, tmp_path):
    path = saved(lambda k, x: k.Dense(2)(x), tmp_path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts.pop(part)
    parts |= {} if content is None else {part: content}
    packed(parts, path)
    found = read_pretrained(str(path), SPAN)
    assert isinstance(found, tuple) or (part, content) == ("metadata.json", b"{}")


def test_the_missing_package_is_named(tmp_path, monkeypatch):
    path = saved(lambda k, x: k.ReLU()(x), tmp_path)
    monkeypatch.setitem(sys.modules, "h5py", None)
    (found,) = problems(path)
    assert found.code is rules.PACKAGE_MISSING
    assert "`h5py`" in found.message
