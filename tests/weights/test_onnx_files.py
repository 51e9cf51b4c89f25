"""ONNX files that are broken, foreign, or hold what the language lacks; and files that are read in part."""

from __future__ import annotations

import sys

import numpy as np
import onnx
import pytest

from tests.weights.onnx_models import SPAN, Array, Model, batch, prove, read
from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.targets.numpy import activations
from zoodsl.weights.files import read_pretrained
from zoodsl.weights.pretrained import Pretrained, Problem


def small(*shape: int | str) -> Model:
    model = Model(*(shape or ("N", 3, 8, 8)))
    x = model.add("Conv", "x", model.weight(4, 3, 3, 3), model.weight(4), kernel_shape=(3, 3), name="conv")
    model.add("Relu", x, name="relu")
    return model


def problems(content: bytes, folder, shape=None) -> tuple[Problem, ...]:
    path = folder / "model.onnx"
    path.write_bytes(content)
    found = read_pretrained(str(path), SPAN, shape)
    assert isinstance(found, tuple), found
    return found


def test_every_unsupported_node_is_named_with_its_operator(tmp_path):
    model = small()
    other = model.add("Erf", "relu", name="odd")
    x = model.add(
        "Add", other, model.add("Pad", "relu", mode="reflect", pads=(0, 0, 1, 1, 0, 0, 1, 1), name="edge")
    )
    model.opset = 10
    found = problems(model.proto(x).SerializeToString(), tmp_path)
    assert [problem.code for problem in found] == [rules.UNSUPPORTED_OPERATOR] * 2
    assert found[0].message == "`model.onnx`: the node `odd`, Erf, has no counterpart in the language"
    assert found[1].message == "`model.onnx`: the node `edge`, Pad, pads by `reflect`, not by zeros"


@pytest.mark.parametrize(
    ("operator", "attributes", "why"),
    [
        ("MaxPool", {"kernel_shape": (2, 2), "pads": (0, 0, 2, 1)}, "pads by 0x0 before and 2x1 after"),
        ("HardSigmoid", {}, "clip(0.2 x + 0.5, 0, 1)"),
        ("Selu", {"alpha": 1.0}, "not those of SELU's paper"),
        ("ReduceMean", {"axes": (1,)}, "summarises the axes [1] of 1x4x6x6"),
        ("LRN", {"size": 4}, "a `size` of 4"),
    ],
)
def test_what_is_not_expressed_is_told_why(operator, attributes, why, tmp_path):
    model = small()
    (found,) = problems(
        model.proto(model.add(operator, "relu", name="odd", **attributes)).SerializeToString(), tmp_path
    )
    assert f"the node `odd`, {operator}," in found.message
    assert why in found.message


def test_domains_of_others_are_named(tmp_path):
    model = small()
    model.nodes.append(
        onnx.helper.make_node("Attention", ["relu"], ["y"], name="odd", domain="com.microsoft")
    )
    proto = model.proto("y")
    proto.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
    (found,) = problems(proto.SerializeToString(), tmp_path)
    assert "`odd`, com.microsoft.Attention, has no counterpart" in found.message


def test_a_fixed_batch_is_told(tmp_path):
    (found,) = problems(small(4, 3, 8, 8).proto("relu").SerializeToString(), tmp_path)
    assert found.message == "`model.onnx`: the input `x` takes batches of 4 records"


def test_an_open_size_is_told_and_taken(tmp_path):
    proto = small("N", 3, "height", "width").proto("relu")
    (found,) = problems(proto.SerializeToString(), tmp_path)
    assert found.message == "`model.onnx`: the input `x` has no fixed size: 3x?x?"
    assert "expects 3x224x224" in found.help
    assert read(proto, tmp_path, (3, 9, 7)).network.shape == (4, 7, 5)


def test_truncated_files_are_problems_or_whole(tmp_path):
    content = small().proto("relu").SerializeToString()
    for end in range(0, len(content) - 1, 7):
        for found in problems(content[:end], tmp_path):
            assert found.code is rules.UNREADABLE_MODEL


def test_damaged_files_never_crash(tmp_path):
    content = small().proto("relu").SerializeToString()
    draw = np.random.default_rng(4)
    path = tmp_path / "model.onnx"
    for _ in range(300):
        damaged = bytearray(content)
        for place in draw.integers(0, len(content), 3):
            damaged[place] = draw.integers(0, 256)
        path.write_bytes(damaged)
        assert isinstance(read_pretrained(str(path), SPAN), Pretrained | tuple)


def test_an_old_operator_set_is_told(tmp_path):
    model = small()
    model.opset = 6
    (found,) = problems(model.proto("relu").SerializeToString(), tmp_path)
    assert found.code is rules.UNREADABLE_MODEL
    assert "operator set 6; 7 is the oldest" in found.message


def test_the_missing_package_is_named(tmp_path, monkeypatch):
    content = small().proto("relu").SerializeToString()
    monkeypatch.setitem(sys.modules, "onnx", None)
    (found,) = problems(content, tmp_path)
    assert found.code is rules.PACKAGE_MISSING
    assert "`onnx`" in found.message
    assert "zoodsl[weights]" in found.help


def test_weights_beside_the_file_are_read(tmp_path):
    proto = small().proto("relu")
    inside = prove(proto, batch(3, 8, 8), tmp_path)
    path = tmp_path / "apart.onnx"
    onnx.save(proto, path, save_as_external_data=True, location="apart.bin", size_threshold=0)
    assert (tmp_path / "apart.bin").exists()
    apart = read_pretrained(str(path), SPAN)
    assert isinstance(apart, Pretrained)
    for ours, theirs in zip(apart.weights["conv"], inside.weights["conv"], strict=True):
        assert np.array_equal(ours, theirs)


def test_absent_weights_beside_the_file_are_a_problem(tmp_path):
    path = tmp_path / "apart.onnx"
    onnx.save(small().proto("relu"), path, save_as_external_data=True, location="apart.bin", size_threshold=0)
    (tmp_path / "apart.bin").unlink()
    found = read_pretrained(str(path), SPAN)
    assert isinstance(found, tuple)
    assert found[0].code is rules.UNREADABLE_MODEL


# --- networks that are read to be cut


def two_headed(odd: bool) -> onnx.ModelProto:
    model = small()
    first = model.add("GlobalAveragePool", "relu", name="first")
    second = model.add("Erf" if odd else "Tanh", "relu", name="second")
    return model.proto(second, first)


def to_be_cut(model: onnx.ModelProto, folder) -> Pretrained:
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    found = read_pretrained(str(path), SPAN, to_be_cut=True)
    assert isinstance(found, Pretrained)
    return found


def test_a_network_to_be_cut_has_the_nodes_of_all_outputs(tmp_path):
    found = to_be_cut(two_headed(odd=False), tmp_path)
    assert [layer.name for layer in found.network.layers] == ["conv", "relu", "first", "second"]
    assert (found.network.output, found.unread) == ("second", ())
    x: Array = batch(3, 8, 8)
    ours = activations(found.network, found.weights, [x])
    assert np.array_equal(ours["relu"].mean(axis=(2, 3)), ours["first"])


def test_a_network_that_is_not_cut_has_one_output(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(two_headed(odd=False).SerializeToString())
    found = read_pretrained(str(path), SPAN)
    assert isinstance(found, tuple)
    (problem,) = found
    assert problem.code is rules.UNSUPPORTED_OPERATOR
    assert problem.message == "`model.onnx`: the network gives 2 outputs"
    assert "cut at" in problem.help


def test_a_network_to_be_cut_may_have_parts_that_are_not_read(tmp_path):
    found = to_be_cut(two_headed(odd=True), tmp_path)
    assert [layer.name for layer in found.network.layers] == ["conv", "relu", "first"]
    assert [problem.code for problem in found.unread] == [rules.UNSUPPORTED_OPERATOR]


def test_a_cut_can_be_made_at_every_name_of_the_file(tmp_path):
    model = small()
    x = model.add("Identity", "relu", name="same")
    x = model.add("Transpose", x, perm=(0, 2, 3, 1), name="turned")
    x = model.add("Unsqueeze", x, axes=(1,), name="wide")
    x = model.add("Squeeze", x, axes=(1,), name="narrow")
    x = model.add("Flatten", model.add("GlobalMaxPool", "relu", name="pool"), name="flat")
    model.opset = 11
    found = to_be_cut(model.proto(x), tmp_path)
    shapes = {layer.name: layer.shape for layer in found.network.layers}
    assert shapes["same"] == shapes["turned"] == shapes["narrow"] == shapes["relu"] == (4, 6, 6)
    assert shapes["wide"] == (1, 6, 6, 4)
    assert shapes["flat"] == (4,)
    ours = activations(found.network, found.weights, [batch(3, 8, 8)])
    assert np.array_equal(ours["same"], ours["relu"])
    assert np.array_equal(ours["turned"], ours["relu"])
    assert np.array_equal(ours["wide"][:, 0], ours["relu"].transpose(0, 2, 3, 1))
    assert np.array_equal(ours["flat"], ours["pool"].reshape(-1, 4))


def test_an_approximated_gelu_is_refused(tmp_path):
    model = Model("N", 4, opset=20)
    proto = model.proto(model.add("Gelu", "x", approximate="tanh"))
    (found,) = problems(proto.SerializeToString(), tmp_path)
    assert found.message == "`model.onnx`: the node `gelu0`, Gelu, is approximated by tanh"
