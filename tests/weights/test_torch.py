"""PyTorch's files: what is in them, and that nothing of it is run."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weights import pytorch
from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.source import SourceFile, Span
from zoodsl.weights.files import read_pretrained
from zoodsl.weights.pretrained import Problem, StateDict

SPAN = Span(SourceFile("test.zoo", ""), 0, 0)
FORMATS = pytest.mark.parametrize("save", [pytorch.archive, pytorch.row])

KERNEL = np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2)
COUNT = np.array(7, np.int64)


def tensors(path: Path) -> dict[str, np.ndarray]:
    found = read_pretrained(str(path), SPAN)
    assert isinstance(found, StateDict), found
    assert found.ordered
    return dict(found.tensors)


def problem(path: Path) -> Problem:
    found = read_pretrained(str(path), SPAN)
    assert isinstance(found, tuple), found
    (only,) = found
    assert only.code is rules.UNREADABLE_MODEL
    return only


@FORMATS
def test_a_state_dictionary_in_the_order_of_the_file(tmp_path, save):
    given = {"b.weight": KERNEL, "a.bias": KERNEL[0, 0, 0], "a.num_batches_tracked": COUNT}
    found = tensors(save(tmp_path / "x.pth", pytorch.state(given)))
    assert list(found) == list(given)
    for name, array in given.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


@FORMATS
@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: {"state_dict": state, "epoch": 3},
        lambda state: {
            "net": {"model": state},
            "optimizer": {"state": {0: {"step": state["module.a.weight"]}}},
        },
        lambda state: {"lr": 0.1, "ema": None, "weights": state},
    ],
)
def test_a_checkpoint_is_searched_for_its_weights(tmp_path, save, wrap):
    state = pytorch.state({"module.a.weight": KERNEL, "module.a.bias": KERNEL[0, 0, 0]})
    found = tensors(save(tmp_path / "x.pt", wrap(state)))
    assert list(found) == ["a.weight", "a.bias"]


@FORMATS
def test_views_of_one_storage(tmp_path, save):
    storage = pytorch.Storage("Float", KERNEL.tobytes())
    turned = pytorch.Tensor(storage, (4, 3), (1, 4), offset=12)
    found = tensors(save(tmp_path / "x.pth", {"all": pytorch.Tensor(storage, (24,), (1,)), "turned": turned}))
    np.testing.assert_array_equal(found["turned"], KERNEL[1].reshape(3, 4).T)
    np.testing.assert_array_equal(found["all"], KERNEL.ravel())
    assert found["turned"].flags.c_contiguous


@FORMATS
def test_halves_become_float32(tmp_path, save):
    half = pytorch.tensor(np.array([1.5, -2.0], np.float16), "Half")
    brain = pytorch.Tensor(
        pytorch.Storage("BFloat16", np.array([1.5, -2.0], np.float32).view(np.uint16)[1::2].tobytes()),
        (2,),
        (1,),
    )
    double = pytorch.tensor(np.array([1.5, -2.0]), "Double")
    found = tensors(save(tmp_path / "x.pth", {"half": half, "brain": brain, "double": double}))
    assert [found[name].dtype for name in found] == [np.float32, np.float32, np.float64]
    for array in found.values():
        np.testing.assert_array_equal(array, [1.5, -2.0])


def test_tensors_of_storages_without_a_type(tmp_path):
    storage = pytorch.Storage("Untyped", KERNEL.tobytes())
    tensor = pytorch.Tensor(storage, (2, 12), (12, 1), dtype="float32")
    np.testing.assert_array_equal(
        tensors(pytorch.archive(tmp_path / "x.pth", {"w": tensor}))["w"], KERNEL.reshape(2, 12)
    )


class Model:
    """A network that was saved whole, class and all, as PyTorch pickles one."""

    def __init__(self, parameters: dict[str, Any], modules: dict[str, Any]) -> None:
        self._parameters, self._modules = parameters, modules
        self._buffers: dict[str, Any] = {}


@FORMATS
def test_a_network_saved_whole_gives_its_weights(tmp_path, save):
    inner = Model({"weight": pytorch.tensor(KERNEL)}, {})
    found = tensors(save(tmp_path / "x.pth", Model({}, {"features": Model({}, {"0": inner})})))
    np.testing.assert_array_equal(found["features.0.weight"], KERNEL)


class Malicious:
    """Runs a command as soon as it is unpickled the usual way."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.mark}",)


@FORMATS
def test_nothing_that_a_pickle_names_is_run(tmp_path, save):
    """Unpickled the usual way, a pickle runs what it names."""
    mark = tmp_path / "ran"
    bad = Malicious(mark)
    pickle.loads(pickle.dumps(bad))  # noqa: S301 - what must not happen below
    assert mark.exists()  # it would run
    mark.unlink()
    found = tensors(
        save(tmp_path / "x.pth", {"state_dict": pytorch.state({"a.weight": KERNEL}), "extra": bad})
    )
    assert list(found) == ["a.weight"]
    alone = problem(save(tmp_path / "y.pth", [bad, {"x": bad}]))
    assert "system`, which was not run" in alone.message
    assert not mark.exists()


@pytest.mark.law("no file of PyTorch makes the reader run code or raise")
@given(code=st.binary(max_size=60))
def test_no_pickle_runs_or_raises(tmp_path_factory, code):
    path = tmp_path_factory.mktemp("pickle") / "x.pth"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("archive/data.pkl", b"\x80\x02" + code)
    assert isinstance(read_pretrained(str(path), SPAN), (StateDict, tuple))


@FORMATS
def test_a_file_that_is_cut_off(tmp_path, save):
    path = save(tmp_path / "x.pth", pytorch.state({"a.weight": KERNEL}))
    content = path.read_bytes()
    for length in range(20, len(content) - 1, 37):
        path.write_bytes(content[:length])
        assert "cut off" in problem(path).message or "end is missing" in problem(path).message


def test_a_tensor_larger_than_its_storage(tmp_path):
    tensor = pytorch.Tensor(pytorch.Storage("Float", KERNEL.tobytes()), (25,), (1,))
    assert "`w` is larger" in problem(pytorch.archive(tmp_path / "x.pth", {"w": tensor})).message


def test_other_pickles_and_programs(tmp_path):
    other = tmp_path / "x.pth"
    other.write_bytes(pickle.dumps({"a": 1}, protocol=2))
    assert "a pickle of something else" in problem(other).message
    program = pytorch.archive(tmp_path / "y.pt", {"a": 1})
    with zipfile.ZipFile(program, "a") as file:
        file.writestr("archive/constants.pkl", b"")
    assert "a program of TorchScript" in problem(program).message
