"""BigDL's files, read without BigDL: what they hold, and what is said where they cannot be used.

The engine's own files are read in ``test_bigdl_engine``.
"""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.weights.bigdl_messages import KERAS, fill, module, save, with_weights
from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.source import SourceFile, Span
from zoodsl.targets.numpy import forward
from zoodsl.types import Shape
from zoodsl.weights.files import read_pretrained
from zoodsl.weights.pretrained import Pretrained, Problem

SPAN = Span(SourceFile("test.zoo", ""), 0, 0)
RNG = np.random.default_rng(2)


def normal(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


def linear(name: str, kernel: np.ndarray, bias: np.ndarray) -> Any:
    outputs, inputs = kernel.shape
    made = module("Linear", name, inputSize=inputs, outputSize=outputs, withBias=True)
    return with_weights(made, kernel, bias)


def convolution(name: str, **changes: Any) -> Any:
    window = {"kernelW": 3, "kernelH": 3, "strideW": 1, "strideH": 1, "padW": 0, "padH": 0}
    facts = {"nInputPlane": 3, "nOutputPlane": 4, "nGroup": 1, "withBias": False, **window, **changes}
    made = module("SpatialConvolution", name, **facts)
    return with_weights(made, normal(1, facts["nOutputPlane"], facts["nInputPlane"], 3, 3))


def good(path: Path, shape: Shape | None = None) -> Pretrained:
    found = read_pretrained(str(path), SPAN, shape)
    assert isinstance(found, Pretrained), found
    return found


def bad(path: Path, shape: Shape | None = None) -> tuple[Problem, ...]:
    found = read_pretrained(str(path), SPAN, shape)
    assert isinstance(found, tuple), found
    return found


def perceptron() -> tuple[Any, list[np.ndarray]]:
    arrays = [normal(4, 3), normal(4), normal(2, 4), normal(2)]
    first, last = linear("first", *arrays[:2]), linear("last", *arrays[2:])
    return module("Sequential", "net", first, module("ReLU", "relu"), last), arrays


def test_a_row_of_modules(tmp_path):
    root, (kernel, bias, other, shift) = perceptron()
    found = good(save(tmp_path / "x.model", root))
    x = normal(5, 3)
    assert found.format == "bigdl"
    assert [node.name for node in found.network.layers] == ["first", "relu", "last"]
    expected = np.maximum(x @ kernel.T + bias, 0) @ other.T + shift
    np.testing.assert_allclose(forward(found.network, found.weights, [x]), expected, rtol=1e-5)
    np.testing.assert_array_equal(found.weights["first"][0], kernel.T)


def test_files_of_before_release_0_6(tmp_path):
    """Their modules have ``weight`` and ``bias`` with the numbers in place, and packages of other names."""
    kernel, bias = normal(4, 3), normal(4)
    made = module("com.intel.analytics.bigdl.nn.Linear", "fc", inputSize=3, outputSize=4, withBias=True)
    fill(made.weight, kernel)
    fill(made.bias, bias)
    path = tmp_path / "old.model"
    path.write_bytes(module("com.intel.analytics.bigdl.nn.Sequential", "net", made).SerializeToString())
    np.testing.assert_array_equal(good(path).weights["fc"][0], kernel.T)


def test_tensors_are_views_of_storages(tmp_path):
    numbers = normal(20)
    made = module("Linear", "fc", inputSize=3, outputSize=4, withBias=False)
    made.has_parameters = True
    tensor = made.parameters.add(size=[4, 3], stride=[1, 4], offset=5)
    tensor.storage.id = 9
    tensor.storage.float.append(numbers.tobytes())
    found = good(save(tmp_path / "x.model", module("Sequential", "net", made)))
    np.testing.assert_array_equal(found.weights["fc"][0], numbers[4:16].reshape(3, 4))


def apart(path: Path, storages: dict[int, np.ndarray]) -> None:
    """Weights in a file of their own, as BigDL writes it for Java to read."""
    content = struct.pack(">ii", 3721, len(storages))
    for identity, array in storages.items():
        content += struct.pack(">iii", identity, 0, array.size) + array.astype(">f4").tobytes()
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    path.write_bytes(content + struct.pack(">i", len(digest)) + digest)


def test_weights_in_a_file_beside_it(tmp_path):
    root, arrays = perceptron()
    tensors = [tensor for inner in root.modules for tensor in inner.parameters]
    for place, tensor in enumerate(tensors):
        tensor.storage.id = place
        del tensor.storage.float[:]
    path = tmp_path / "x.model"
    path.write_bytes(root.SerializeToString())
    assert "its weights are not in it" in bad(path)[0].message
    apart(tmp_path / "x.bin", dict(enumerate(arrays)))
    np.testing.assert_array_equal(good(path).weights["last"][0], arrays[2].T)
    damaged = bytearray((tmp_path / "x.bin").read_bytes())
    damaged[30] ^= 1
    (tmp_path / "x.bin").write_bytes(damaged)
    assert "its checksum is another" in bad(path)[0].message
    (tmp_path / "x.bin").write_bytes(damaged[:40])
    assert "`x.bin` beside it is cut off" in bad(path)[0].message
    (tmp_path / "x.bin").write_bytes(bytes(100))
    assert "`x.bin` beside it holds no weights of BigDL" in bad(path)[0].message


def test_the_size_of_an_image_is_the_first_usual_one_that_fits(tmp_path):
    pooled = module("SpatialAveragePooling", "pool", **pooling(globalPooling=True))
    any_size = module("Sequential", "net", convolution("conv"), pooled)
    assert good(save(tmp_path / "a.model", any_size)).network.inputs[0].shape == (3, 224, 224)
    assert good(tmp_path / "a.model", (3, 50, 40)).network.inputs[0].shape == (3, 50, 40)
    head = linear("fc", normal(2, 4 * 26 * 26), normal(2))
    fixed = module(
        "Sequential", "net", convolution("conv"), module("View", "flat", sizes=(4 * 26 * 26,)), head
    )
    assert good(save(tmp_path / "b.model", fixed)).network.inputs[0].shape == (3, 28, 28)


def pooling(**changes: Any) -> dict[str, Any]:
    window = {"kW": 2, "kH": 2, "dW": 2, "dH": 2, "padW": 0, "padH": 0}
    facts = {"globalPooling": False, "ceilMode": False, "countIncludePad": True, "divide": True}
    return {**window, **facts, **changes}


def test_a_size_that_no_usual_one_fits(tmp_path):
    head = linear("fc", normal(2, 7), normal(2))
    root = module("Sequential", "net", convolution("conv"), module("View", "flat", sizes=(7,)), head)
    (problem,) = bad(save(tmp_path / "x.model", root))
    assert problem.code is rules.UNREADABLE_MODEL
    assert (
        "does not say how large its input is, and no usual size fits: with 3x224x224, `flat`"
        in problem.message
    )
    assert "`expects 3x224x224`" in problem.help
    (problem,) = bad(tmp_path / "x.model", (3, 8, 8))
    assert "`flat`, View, makes 7 of 4x6x6" in problem.message


def test_a_grey_image_has_its_channel_back(tmp_path):
    shape = module(f"{KERAS}Reshape", "image/channel", before=("image",), targetShape=(1, 6, 5))
    given = module(f"{KERAS}Input", "image", inputShape=(6, 5))
    flat = module(f"{KERAS}Flatten", "flat", before=("image/channel",))
    graph = module("StaticGraph", "", flat, shape, given, inputNames=("image",), outputNames=("flat",))
    found = good(save(tmp_path / "x.model", module("com.intel.analytics.bigdl.dllib.keras.Model", "", graph)))
    assert found.network.inputs[0].shape == (1, 6, 5)
    assert found.network.shape == (30,)


def test_every_class_without_a_counterpart_is_named_with_its_places(tmp_path):
    strange = [module("VolumetricFullConvolution", f"up{place}") for place in range(5)]
    root = module("Sequential", "net", convolution("conv"), *strange, module("Bottle", "bottle"))
    first, second = bad(save(tmp_path / "x.model", root))
    assert first.code is second.code is rules.UNSUPPORTED_OPERATOR
    assert "`up0`, `up1`, `up2` and 2 more, VolumetricFullConvolution, has no counterpart" in first.message
    assert "`bottle`, Bottle" in second.message
    assert "new_graph" in first.help


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        (
            lambda: convolution("conv", nInputPlane=5),
            "`conv`, SpatialConvolution, takes 5 channels, and would get 3",
        ),
        (lambda: convolution("conv", format=1), "`conv`, SpatialConvolution, has its channels last"),
        (lambda: module("SpatialAveragePooling", "pool", **pooling(divide=False)), "`pool`"),
        (lambda: module("HardTanh", "cut", minValue=-2.0, maxValue=1.0), "cuts numbers off at -2 and 1"),
        (lambda: module("SoftPlus", "plus", beta=2.0), "has a beta of 2"),
        (lambda: module("SoftMax", "prob"), "`Softmax` takes a vector or a series"),
        (lambda: module("CMul", "scale", size=(1, 3, 8, 8)), "not one a channel"),
        (lambda: module("MulConstant", "half", constant=0.5), "MulConstant"),
        (lambda: module(f"{KERAS}SpatialDropout2D", "drop", p=0.5, dimOrdering=0), "shrinks its input"),
    ],
)
def test_what_a_module_has_that_the_language_has_not(tmp_path, inner, words):
    (problem,) = bad(save(tmp_path / "x.model", module("Sequential", "net", inner())), (3, 8, 8))
    assert words in problem.message
    assert problem.message.startswith("`x.model`: `")


def test_two_outputs_and_a_table_where_a_tensor_belongs(tmp_path):
    both = module("ConcatTable", "both", module("ReLU", "a"), module("Tanh", "b"))
    (problem,) = bad(save(tmp_path / "x.model", module("Sequential", "net", both)), (4,))
    assert "gives 2 tensors: `a`, `b`" in problem.message
    row = module("Sequential", "net", both, module("Sigmoid", "s"))
    (problem,) = bad(save(tmp_path / "y.model", row), (4,))
    assert "`s`, Sigmoid, reads a table of 2 tensors" in problem.message
    picked = module("Sequential", "net", both, module("SelectTable", "pick", index=-1))
    assert good(save(tmp_path / "z.model", picked), (4,)).network.output == "b"


def test_a_network_that_is_cut_need_not_be_read_to_its_end(tmp_path):
    rest = module("Bottle", "bottle"), linear("fc", normal(2, 3), normal(2))
    pooled = module("SpatialAveragePooling", "pool5", **pooling())
    path = save(tmp_path / "x.model", module("Sequential", "net", convolution("conv"), pooled, *rest))
    found = read_pretrained(str(path), SPAN, (3, 8, 8), to_be_cut=True)
    assert isinstance(found, Pretrained)
    assert [node.name for node in found.network.layers] == ["conv", "pool5"]
    assert set(found.weights) == {"conv"}
    assert ["`bottle`, Bottle" in problem.message for problem in found.unread] == [True]
    both = module("ConcatTable", "both", module("ReLU", "a"), module("Tanh", "b"))
    path = save(tmp_path / "y.model", module("Sequential", "net", both))
    found = read_pretrained(str(path), SPAN, (4,), to_be_cut=True)
    assert isinstance(found, Pretrained)
    assert {node.name for node in found.network.layers} == {"a", "b"}


def test_quantized_weights(tmp_path):
    made = linear("fc", normal(2, 3), normal(2))
    made.parameters[0].kind = 1
    assert (
        "its weights are quantized"
        in bad(save(tmp_path / "x.model", module("Sequential", "net", made)))[0].message
    )


def test_a_damaged_file(tmp_path):
    root, _ = perceptron()
    path = save(tmp_path / "x.model", root)
    content = path.read_bytes()
    for length in range(1, len(content), 11):
        path.write_bytes(content[:length])
        assert all(
            problem.code in {rules.UNREADABLE_MODEL, rules.UNSUPPORTED_OPERATOR} for problem in bad(path)
        )
    graph = module(
        "StaticGraph", "", module("ReLU", "a", before=("b",)), inputNames=("a",), outputNames=("a",)
    )
    assert "no module `b`, which another reads" in bad(save(path, graph), (4,))[0].message


def test_what_no_size_mends_is_told_as_it_is(tmp_path):
    cut = module("HardTanh", "cut", minValue=-2.0, maxValue=1.0)
    path = save(tmp_path / "x.model", module("Sequential", "net", convolution("conv"), cut))
    assert bad(path)[0].message == "`x.model`: `cut`, HardTanh, cuts numbers off at -2 and 1"


def test_a_network_that_says_nothing_of_its_input(tmp_path):
    path = save(tmp_path / "x.model", module("Sequential", "net", module("ReLU", "relu")))
    assert bad(path)[0].message == "`x.model` does not say how large its input is"
    assert good(path, (7,)).network.shape == (7,)
