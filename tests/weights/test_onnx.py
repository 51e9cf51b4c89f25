"""Networks read from ONNX give what onnxruntime gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.weights.onnx_models import Array, Model, batch, outputs, prove, read
from zoodsl.weights.pretrained import Pretrained


def examples(count: int) -> settings:
    """So many examples, which share one folder."""
    return settings(
        max_examples=count, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    )


OPSETS = (7, 9, 11, 13, 17, 21)


def operators(found: Pretrained) -> list[str]:
    return [layer.operation.operator.name for layer in found.network.layers]


# --- windows, however they are padded


@st.composite
def windows(draw: st.DrawFn, *, dilated: bool = False) -> tuple[tuple[int, int], dict[str, Any]]:
    """Height and width, and the attributes of a window that fits."""
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    strides = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    dilation = draw(st.integers(1, 2)) if dilated and strides == (1, 1) else 1
    attributes: dict[str, Any] = {"kernel_shape": kernel, "strides": strides}
    if dilated:
        attributes["dilations"] = (dilation, dilation)
    kind = draw(st.sampled_from(["none", "even", "uneven", "SAME_UPPER", "SAME_LOWER", "VALID"]))
    most = [size // 2 for size in kernel]
    if kind == "even":
        sides = [draw(st.integers(0, each)) for each in most]
        attributes["pads"] = (*sides, *sides)
    elif kind == "uneven":
        attributes["pads"] = tuple(draw(st.integers(0, each)) for each in (*most, *most))
    elif kind != "none":
        attributes["auto_pad"] = kind
        attributes["strides"] = tuple(
            map(min, strides, kernel)
        )  # onnxruntime fails where windows skip places
    sizes = draw(st.tuples(st.integers(7, 12), st.integers(7, 12)))
    return sizes, attributes


@pytest.mark.law("convolutions converted from ONNX = onnxruntime's outputs")
@examples(60)
@given(windows(dilated=True), st.sampled_from(["full", "depthwise", "doubled", "grouped"]), st.booleans())
def test_convolutions(tmp_path, window, kind, biased):
    (height, width), attributes = window
    channels, groups, filters = {
        "full": (3, 1, 5),
        "depthwise": (4, 4, 4),
        "doubled": (3, 3, 6),
        "grouped": (4, 2, 6),
    }[kind]
    model = Model("N", channels, height, width)
    weights = [model.weight(filters, channels // groups, *attributes["kernel_shape"])]
    weights += [model.weight(filters)] * biased
    found = prove(
        model.proto(model.add("Conv", "x", *weights, group=groups, **attributes)),
        batch(channels, height, width),
        tmp_path,
    )
    (tensors,) = found.weights.values()
    kernel = model.constants[weights[0]]
    assert sorted(tensors[0].ravel().tolist()) == sorted(kernel.ravel().tolist())


@pytest.mark.law("poolings converted from ONNX = onnxruntime's outputs")
@examples(60)
@given(windows(), st.sampled_from(["MaxPool", "AveragePool"]), st.booleans(), st.booleans())
def test_poolings(tmp_path, window, operator, ceils, counts):
    (height, width), attributes = window
    pads = attributes.get("pads", (0, 0, 0, 0))
    uneven = attributes.get("auto_pad") == "SAME_LOWER" or pads[:2] != pads[2:]
    counted = operator == "AveragePool" and counts and "auto_pad" not in attributes
    if uneven and not counted:
        pads = (*pads[:2], *pads[:2])
        attributes = {key: value for key, value in attributes.items() if key != "auto_pad"} | {"pads": pads}
    if ceils and not counted and "auto_pad" not in attributes:
        attributes["ceil_mode"] = 1
    if counted:
        attributes["count_include_pad"] = 1
    model = Model("N", 2, height, width)
    prove(model.proto(model.add(operator, "x", **attributes)), batch(2, height, width), tmp_path)


@pytest.mark.parametrize("size", [14, 15])
def test_caffes_one_sided_padding_of_a_maximum_is_same(tmp_path, size):
    model = Model("N", 2, size, size)
    pool = model.add(
        "MaxPool", "x", kernel_shape=(3, 3), strides=(2, 2), pads=(0, 0, 1 - size % 2, 1 - size % 2)
    )
    prove(model.proto(pool), batch(2, size, size) - 5, tmp_path)


@pytest.mark.law("windows over series converted from ONNX = onnxruntime's outputs")
@examples(12)
@given(st.integers(1, 4), st.integers(1, 3), st.sampled_from(["NOTSET", "SAME_UPPER"]))
def test_convolution_and_pooling_of_series(tmp_path, kernel, stride, side):
    model = Model("N", 3, 11)
    x = model.add(
        "Conv",
        "x",
        model.weight(4, 3, kernel),
        model.weight(4),
        strides=(stride,),
        auto_pad=side,
        kernel_shape=(kernel,),
    )
    x = model.add("BatchNormalization", x, *(model.positive(4) for _ in range(4)))
    x = model.add("MaxPool", model.add("Relu", x), kernel_shape=(2,), strides=(1,), auto_pad="SAME_UPPER")
    prove(model.proto(model.add("Flatten", x)), batch(3, 11), tmp_path)


# --- one operator at a time


def _activation(name: str, **attributes: Any) -> Callable[[Model], str]:
    return lambda model: model.add(name, "x", **attributes)


def _with(name: str, *constants: Any, swapped: bool = False, **attributes: Any) -> Callable[[Model], str]:
    def build(model: Model) -> str:
        inputs = ["x", *(model.constant(each) for each in constants)]
        return model.add(name, *(inputs[::-1] if swapped else inputs), **attributes)

    return build


PER_CHANNEL = np.linspace(0.5, 2, 4, dtype=np.float32).reshape(4, 1, 1)

IMAGES: dict[str, Callable[[Model], str]] = {
    **{
        name: _activation(name)
        for name in ("Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Exp", "Elu", "Selu")
    },
    "LeakyRelu": _activation("LeakyRelu", alpha=0.2),
    "Elu, alpha": _activation("Elu", alpha=0.5),
    "HardSigmoid": _activation("HardSigmoid", alpha=1 / 6),
    "HardSwish": lambda model: model.add("HardSwish", "x"),
    "Clip": _with("Clip", np.float32(0), np.float32(6)),
    "Softmax over channels": _activation("Softmax", axis=1),
    "Softmax over columns": _activation("Softmax", axis=-1),
    "LogSoftmax": _activation("LogSoftmax", axis=1),
    "LRN": _activation("LRN", size=3, alpha=0.1, beta=0.6, bias=2.0),
    "LpNormalization": _activation("LpNormalization", axis=1),
    "LpNormalization of columns": _activation("LpNormalization"),
    "PRelu": lambda model: model.add("PRelu", "x", model.weight(4, 1, 1)),
    "PRelu of one slope": lambda model: model.add("PRelu", "x", model.weight(1)),
    "PRelu of each number": lambda model: model.add("PRelu", "x", model.weight(4, 5, 6)),
    "ConvTranspose": lambda model: model.add("ConvTranspose", "x", model.weight(4, 3, 3, 2), model.weight(3)),
    "ConvTranspose, cut": lambda model: model.add(
        "ConvTranspose", "x", model.weight(4, 3, 4, 4), strides=(2, 2), pads=(1, 1, 1, 1)
    ),
    "ConvTranspose, cut and longer": lambda model: model.add(
        "ConvTranspose",
        "x",
        model.weight(4, 2, 3, 3),
        strides=(2, 3),
        pads=(1, 0, 1, 0),
        output_padding=(1, 2),
    ),
    "GlobalAveragePool": _activation("GlobalAveragePool"),
    "GlobalMaxPool": _activation("GlobalMaxPool"),
    "ReduceMean, kept": _activation("ReduceMean", axes=(2, 3)),
    "ReduceMean, gone": _activation("ReduceMean", axes=(-1, -2), keepdims=0),
    "ReduceMax": _activation("ReduceMax", axes=(2, 3)),
    "Pad": _with("Pad", np.array([0, 0, 1, 0, 0, 0, 2, 3])),
    "Pad of channels": _with("Pad", np.array([0, 1, 0, 0, 0, 1, 0, 0])),
    "Pad that cuts": _with("Pad", np.array([0, 0, -1, 1, 0, 0, 0, -2])),
    "Transpose": _activation("Transpose", perm=(0, 2, 3, 1)),
    "Transpose of all": _activation("Transpose", perm=(0, 3, 2, 1)),
    "Flatten": _activation("Flatten"),
    "Reshape": _with("Reshape", np.array([0, 2, -1])),
    "Unsqueeze and Squeeze": lambda model: model.add(
        "Squeeze", model.add("Unsqueeze", "x", model.constant(np.array([2]))), model.constant(np.array([2]))
    ),
    "Slice of channels": _with("Slice", np.array([1]), np.array([3]), np.array([1])),
    "Slice of every other column": _with(
        "Slice", np.array([1]), np.array([100]), np.array([3]), np.array([2])
    ),
    "Gather of a channel": _with("Gather", np.array(2), axis=1),
    "Add of a number": _with("Add", np.float32(3)),
    "Mul by channel": _with("Mul", PER_CHANNEL),
    "Sub from channel": _with("Sub", PER_CHANNEL, swapped=True),
    "Div by a number": _with("Div", np.float32(7)),
    "Mul by column": _with("Mul", np.arange(6, dtype=np.float32)),
    "Mul by the gate of each channel": lambda model: model.add(
        "Mul", "x", model.add("Sigmoid", model.add("GlobalAveragePool", "x"))
    ),
    "Mul by the gate of each place": lambda model: model.add(
        "Mul", "x", model.add("Conv", "x", model.weight(1, 4, 1, 1), kernel_shape=(1, 1))
    ),
    "Sum": lambda model: model.add("Sum", "x", model.add("Relu", "x"), model.add("Tanh", "x")),
    "Mean": lambda model: model.add("Mean", "x", model.add("Relu", "x")),
    "Max": lambda model: model.add("Max", "x", model.add("Tanh", "x")),
    "Sub": lambda model: model.add("Sub", "x", model.add("Tanh", "x")),
    "Concat": lambda model: model.add("Concat", "x", model.add("Tanh", "x"), axis=1),
    "Concat of rows": lambda model: model.add("Concat", "x", model.add("Tanh", "x"), axis=2),
    "Split": lambda model: model.add(
        "Concat", "s:1", model.add("Split", "x", outputs=2, name="s", axis=1) and "s", axis=1
    ),
    "BatchNormalization": lambda model: model.add(
        "BatchNormalization", "x", *(model.positive(4) for _ in range(4)), epsilon=1e-3
    ),
    "Dropout": _activation("Dropout"),
    "Identity": lambda model: model.add("Relu", model.add("Identity", "x")),
    "Expand": lambda model: model.add(
        "Expand", model.add("GlobalMaxPool", "x"), model.constant(np.array([1, 4, 2, 3]))
    ),
    "MatMul of rows": lambda model: model.add("MatMul", "x", model.weight(6, 3)),
    "without names": lambda model: model.add("Tanh", model.add("Relu", "x", name=""), name=""),
}


@pytest.mark.parametrize("build", IMAGES.values(), ids=IMAGES)
def test_operators_on_images(build, tmp_path):
    model = Model("N", 4, 5, 6, opset=14)
    prove(model.proto(build(model)), batch(4, 5, 6), tmp_path)


@pytest.mark.parametrize("mode", ["asymmetric", "half_pixel", "pytorch_half_pixel"])
def test_resize_that_repeats(tmp_path, mode):
    nearest = "floor" if mode == "asymmetric" else "round_prefer_floor"
    model = Model("N", 2, 3, 4)
    scales = model.constant(np.array([1, 1, 2, 3], np.float32))
    x = model.add(
        "Resize", "x", "", scales, mode="nearest", coordinate_transformation_mode=mode, nearest_mode=nearest
    )
    assert operators(prove(model.proto(x), batch(2, 3, 4), tmp_path)) == ["UpSampling2D"]


def test_upsample_of_old_files(tmp_path):
    model = Model("N", 2, 3, 4, opset=9)
    x = model.add("Upsample", "x", model.constant(np.array([1, 1, 2, 2], np.float32)), mode="nearest")
    prove(model.proto(x), batch(2, 3, 4), tmp_path)


@pytest.mark.parametrize("shape", [(5,), (6, 5), (3, 4, 5)])
def test_layer_normalization(shape, tmp_path):
    model = Model("N", *shape, opset=17)
    made = model.add("LayerNormalization", "x", model.positive(5), model.weight(5), axis=-1, epsilon=0.01)
    prove(model.proto(made), batch(*shape), tmp_path)


@pytest.mark.parametrize("operator", ["Gelu", "Mish"])
def test_activations_of_later_operator_sets(operator, tmp_path):
    model = Model("N", 4, 5, 6, opset=20)
    prove(model.proto(model.add(operator, "x")), batch(4, 5, 6), tmp_path)


@pytest.mark.parametrize("opset", OPSETS)
def test_operators_whose_form_changed(opset, tmp_path):
    model = Model("N", 3, 8, 8, opset=opset)
    bounds: dict[str, Any] = {"min": 0.0, "max": 6.0} if opset < 11 else {}
    limits = [] if bounds else [model.constant(np.float32(0)), model.constant(np.float32(6))]
    pads = (0, 0, 1, 1, 0, 0, 1, 1)
    padding: dict[str, Any] = {"pads": pads} if opset < 11 else {}
    x = model.add("Pad", "x", *([] if padding else [model.constant(np.array(pads))]), **padding)
    x = model.add("Conv", x, model.weight(4, 3, 3, 3), model.weight(4), kernel_shape=(3, 3))
    x = model.add("Clip", x, *limits, **bounds)
    ratio: dict[str, Any] = {"ratio": 0.3} if opset < 12 else {}
    x = model.add("Dropout", x, **ratio)
    axes: dict[str, Any] = {"axes": (2, 3)} if opset < 18 else {}
    x = model.add("ReduceMean", x, *([] if axes else [model.constant(np.array([2, 3]))]), **axes)
    gone: dict[str, Any] = {"axes": (2, 3)} if opset < 13 else {}
    x = model.add("Squeeze", x, *([] if gone else [model.constant(np.array([2, 3]))]), **gone)
    x = model.add("Gemm", x, model.weight(5, 4), model.weight(5), transB=1)
    found = prove(model.proto(model.add("Softmax", x)), batch(3, 8, 8), tmp_path)
    assert operators(found)[-4:] == ["Dropout", "GlobalAveragePooling2D", "Dense", "Activation"]


def test_softmax_over_all_axes_from_one_on(tmp_path):
    model = Model("N", 4, 3, 2, opset=11)
    prove(model.proto(model.add("Softmax", "x", axis=1)), batch(4, 3, 2), tmp_path)


# --- layouts


def test_a_network_of_tensorflow_is_channels_first(tmp_path):
    """tf2onnx turns images round at the front, flattens them channels last, and works out sizes in the graph."""
    model = Model("N", 6, 8, 3)
    x = model.add("Transpose", "x", perm=(0, 3, 1, 2))
    x = model.add(
        "Relu", model.add("Conv", x, model.weight(4, 3, 3, 3), model.weight(4), kernel_shape=(3, 3))
    )
    x = model.add("Transpose", x, perm=(0, 2, 3, 1))
    sizes = model.add("Cast", model.add("Shape", x), to=6)
    first = model.add("Slice", sizes, model.constant(np.array([0])), model.constant(np.array([1])))
    target = model.add("Concat", first, model.constant(np.array([-1], np.int32)), axis=0)
    x = model.add("Reshape", x, model.add("Cast", target, to=7), name="flatten")
    x = model.add("Dropout", x)
    x = model.add("Add", model.add("MatMul", x, model.weight(4 * 4 * 6, 5)), model.weight(5), name="dense")
    for _ in range(2):
        x = model.add("Mul", model.add("Relu", x), model.positive(5))
    x = model.add("Add", x, model.weight(5), name="scaled")
    found = prove(model.proto(model.add("Softmax", x)), batch(6, 8, 3), tmp_path)
    assert [node.shape for node in found.network.inputs] == [(3, 6, 8)]
    named = {layer.name: layer for layer in found.network.layers}
    assert named["flatten"].shape == (4 * 4 * 6,)
    assert named["dense"].operation.operator.name == "Dense"
    assert "Permute" not in operators(found)
    assert named["scaled"].shape == (5,)


def test_norms_and_joins_of_flattened_images_keep_their_order(tmp_path):
    model = Model("N", 3, 4, 5)
    parts = []
    for _ in range(2):
        x = model.add("Conv", "x", model.weight(4, 3, 1, 1), kernel_shape=(1, 1))
        x = model.add("Transpose", x, perm=(0, 2, 3, 1))
        x = model.add("Reshape", x, model.constant(np.array([0, -1])))
        parts.append(model.add("BatchNormalization", x, *(model.positive(80) for _ in range(4))))
    x = model.add("Concat", *parts, axis=1)
    found = prove(model.proto(model.add("Gemm", x, model.weight(160, 3))), batch(3, 4, 5), tmp_path)
    assert "Permute" not in operators(found)


def test_shuffled_channels(tmp_path):
    """ShuffleNet as exported for one record: the batch is folded into the channels, then one half is taken."""
    model = Model(1, 4, 3, 3)
    x = model.add("Conv", "x", model.weight(8, 4, 1, 1), kernel_shape=(1, 1))
    x = model.add("Reshape", x, model.constant(np.array([4, 2, 9])))
    x = model.add("Transpose", x, perm=(1, 0, 2))
    x = model.add("Reshape", x, model.constant(np.array([2, -1, 4, 3, 3])))
    halves = [model.add("Gather", x, model.constant(np.array(index)), axis=0) for index in (0, 1)]
    x = model.add("Concat", model.add("Relu", halves[1]), halves[0], axis=1)
    prove(model.proto(x), batch(4, 3, 3, records=1), tmp_path)


def test_embedding(tmp_path):
    model = Model("N", 5)
    indices = model.add("Cast", "x", to=7)
    x = model.add("Gather", model.weight(11, 3), indices, axis=0)
    x = model.add("ReduceMean", x, axes=(1,), keepdims=0)
    prove(model.proto(x), np.random.default_rng(2).integers(0, 11, (4, 5)).astype(np.float32), tmp_path)


def test_biases_that_are_added_later_are_the_layers_own(tmp_path):
    model = Model("N", 3, 5, 5)
    x = model.add("Conv", "x", model.weight(4, 3, 3, 3), kernel_shape=(3, 3))
    x = model.add("Add", x, model.constant(np.arange(4, dtype=np.float32).reshape(4, 1, 1)), name="biased")
    x = model.add("Flatten", model.add("GlobalMaxPool", x))
    x = model.add("Add", model.add("MatMul", x, model.weight(4, 2)), model.weight(2), name="dense")
    found = prove(model.proto(x), batch(3, 5, 5), tmp_path)
    assert operators(found) == ["Conv2D", "GlobalMaxPooling2D", "Dense"]
    assert found.weights["biased"][1].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("last", [("Div", 6.0), ("Mul", 1 / 6)])
def test_hard_sigmoid_spelled_out(last, tmp_path):
    model = Model("N", 3, 5, 4)
    x = model.add(
        "Clip", model.add("Add", "x", model.constant(3.0)), model.constant(0.0), model.constant(6.0)
    )
    gate = model.add(last[0], x, model.constant(last[1]), name="gate")
    found = prove(model.proto(model.add("Mul", "x", gate)), batch(3, 5, 4) * 3, tmp_path)
    assert operators(found) == ["Activation", "Multiply"]


def test_what_is_nearly_a_hard_sigmoid_is_computed_as_it_is(tmp_path):
    model = Model("N", 3, 5, 4)
    x = model.add(
        "Clip", model.add("Add", "x", model.constant(3.0)), model.constant(0.0), model.constant(6.0)
    )
    found = prove(model.proto(model.add("Div", x, model.constant(5.0))), batch(3, 5, 4) * 3, tmp_path)
    assert operators(found) == ["DepthwiseConv2D", "ReLU", "DepthwiseConv2D"]


# --- whole networks


@pytest.mark.law("networks converted from ONNX = onnxruntime's outputs")
@examples(25)
@given(st.data())
def test_random_networks(tmp_path, data):
    draw = data.draw
    model = Model("N", 3, 9, 8, seed=draw(st.integers(0, 99)))
    x, channels = model.add("Conv", "x", model.weight(4, 3, 3, 3), kernel_shape=(3, 3), pads=(1, 1, 1, 1)), 4
    alike = [x]
    for _ in range(draw(st.integers(2, 8))):
        match draw(st.sampled_from(["conv", "norm", "relu", "add", "gate", "concat", "depthwise", "pool"])):
            case "conv":
                x = model.add("Conv", x, model.weight(channels, channels, 1, 3), model.weight(channels),
                              kernel_shape=(1, 3), pads=(0, 1, 0, 1))  # fmt: skip
            case "depthwise":
                x = model.add("Conv", x, model.weight(channels, 1, 3, 3), kernel_shape=(3, 3), group=channels,
                              auto_pad="SAME_UPPER")  # fmt: skip
            case "norm":
                x = model.add("BatchNormalization", x, *(model.positive(channels) for _ in range(4)))
            case "relu":
                x = model.add("Relu", x)
            case "add":
                x = model.add(
                    draw(st.sampled_from(["Add", "Sub", "Mul", "Max"])), x, draw(st.sampled_from(alike))
                )
            case "gate":
                x = model.add("Mul", x, model.add("Sigmoid", model.add("GlobalAveragePool", x)))
            case "concat":
                other = draw(st.sampled_from(alike))
                x = model.add("Concat", x, other, axis=1)
                x = model.add("Conv", x, model.weight(channels, 2 * channels, 1, 1), kernel_shape=(1, 1))
            case "pool":
                x = model.add("AveragePool", x, kernel_shape=(3, 3), pads=(1, 1, 1, 1))
        alike.append(x)
    x = model.add("Flatten", model.add("MaxPool", x, kernel_shape=(2, 2), strides=(2, 2)))
    x = model.add("Gemm", x, model.weight(5, channels * 4 * 4), model.weight(5), transB=1)
    prove(model.proto(model.add("Softmax", x)), batch(3, 9, 8), tmp_path)


def pixels(file: Path) -> Array:
    """A photo as the detector takes it: BGR from 0 to 1, channels first."""
    import cv2

    image = cv2.imread(str(file))
    assert image is not None
    return cv2.resize(image, (352, 352)).transpose(2, 0, 1)[None].astype(np.float32) / 255


@pytest.mark.data
@pytest.mark.parametrize("photo", ["cat_720p.jpg", "skimage_astronaut.png", "owl.jpg"])
def test_a_detector_on_photos(photo, shared: Path, tmp_path):
    model = onnx.load(shared / "models" / "FastestDet_coco_352.onnx")
    prove(model, pixels(shared / "natural" / photo), tmp_path)


@pytest.mark.data
@pytest.mark.spark
def test_a_detector_on_a_photo_by_bigdl(shared: Path, tmp_path, spark):
    """Shuffled channels, padded means, softmax over channels: what the layers mean on the engine too."""
    from tests.targets.bigdl.engine import build, forward, set_weights

    model = onnx.load(shared / "models" / "FastestDet_coco_352.onnx")
    found = read(model, tmp_path)
    image = pixels(shared / "natural" / "cat_720p.jpg")
    engine = build(found.network)
    set_weights(engine, found.network, found.weights)
    (wanted,) = outputs(model, [image])
    given = forward(engine, found.network, [image])
    np.testing.assert_allclose(
        given.reshape(wanted.shape), wanted, rtol=0, atol=1e-4 * float(np.abs(wanted).max())
    )
