"""``zoodsl import``: what it refuses, and what it hands on; the conversion itself is tested with its programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Ended
from tests.targets.bigdl.caffe_files import DEFINITION, blobs, write_weights
from tests.weights.bigdl_messages import module, save, with_weights
from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.running import PROGRAM_FAILED
from zoodsl.runtime.outcome import Outcome, Status
from zoodsl.targets.target import Program

Cli = Callable[..., Ended]


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A small network in BigDL's classic form."""
    linear = module("Linear", "fc", inputSize=3, outputSize=2, withBias=True)
    path = tmp_path / "small.model"
    save(path, module("Sequential", "net", with_weights(linear, np.ones((2, 3)), np.zeros(2))))
    return path


@pytest.fixture
def files(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder to work in, with ``small.model``, Caffe's ``net`` and a graph of TensorFlow."""
    monkeypatch.chdir(network.parent)
    write_weights(Path("net.caffemodel"), blobs())
    Path("net.prototxt").write_text(DEFINITION, encoding="utf-8")
    Path("graph.pb").write_bytes(b"\x0a\x02\x0a\x00\x22\x00")


class Conversions:
    """Stands for the process that carries conversions out."""

    def __init__(self) -> None:
        self.programs: list[Program] = []
        self.result: bytes | Outcome = b"written"

    def __call__(self, program: Program, product: str, place: Path, weights: int, listener: Any) -> Outcome:
        assert product == "model.bigdl"
        self.programs.append(program)
        if isinstance(self.result, Outcome):
            return self.result
        place.write_bytes(self.result)
        return Outcome(status=Status.FINISHED, folder=None, failure=None, metrics={})


@pytest.fixture
def conversions(monkeypatch: pytest.MonkeyPatch) -> Conversions:
    made = Conversions()
    monkeypatch.setattr("zoodsl.runtime.conversion.convert", made)
    monkeypatch.setattr("zoodsl.runtime.caffe.convert", made)
    return made


def failed(message: str, folder: Path | None) -> Outcome:
    failure = Diagnostics().report(PROGRAM_FAILED, None, message)
    return Outcome(status=Status.FAILED, folder=folder, failure=failure, metrics={})


def test_a_network_is_written(cli: Cli, network: Path, tmp_path: Path, conversions: Conversions) -> None:
    ended = cli("import", network, "-o", tmp_path / "new.model")
    assert (ended.status, ended.err) == (0, "")
    assert (
        ended.out
        == f'{tmp_path}/new.model: 1 layers; a spec\'s base loads it by `load "{tmp_path}/new.model"`\n'
    )
    (program,) = conversions.programs
    assert 'Dense(2, name="fc")' in program.text
    assert len(program.attachments) == 1
    quiet = cli("import", network, "-o", tmp_path / "quiet.model", "--quiet")
    assert (quiet.status, quiet.out, quiet.err) == (0, "", "")


def test_a_file_that_is_there_is_replaced_by_force_alone(
    cli: Cli, network: Path, tmp_path: Path, conversions: Conversions
) -> None:
    there = tmp_path / "mine.model"
    there.write_bytes(b"mine")
    refused = cli("import", network, "-o", there)
    assert refused.status == 2
    assert f"`{there}` is there already; `--force` replaces it" in refused.err
    assert (there.read_bytes(), conversions.programs) == (b"mine", [])
    assert cli("import", network, "-o", there, "--force").status == 0
    assert there.read_bytes() == b"written"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["nothing.onnx", "-o", "x.model"], 1, "there is no file `nothing.onnx`"),
        (["small.model"], 2, "Missing option '-o'"),
        (["small.model", "-o", "nowhere/x.model"], 2, "there is no folder `nowhere`"),
        (["small.model", "-o", "."], 2, "`.` is a folder"),
        (["small.model", "-o", "x.model", "--definition", "x.prototxt"], 2, "is no network of Caffe"),
        (["small.model", "-o", "x.model", "--input", "3x"], 2, "`3x` is no shape, such as 3x224x224"),
        (["net.caffemodel", "-o", "x.model"], 1, "name it: `--definition net.prototxt`"),
        (["net.caffemodel", "-o", "x.model", "--definition", "x.prototxt"], 1, "`x.prototxt` cannot be read"),
        (["graph.pb", "-o", "x.model"], 1, "it is a graph of TensorFlow"),
        (["net.prototxt", "-o", "x.model"], 1, "name the file of its weights"),
    ],
)
def test_what_cannot_be_imported(
    cli: Cli, files: None, conversions: Conversions, arguments: list[str], status: int, said: str
) -> None:
    ended = cli("import", *arguments)
    assert ended.status == status
    assert said in ended.err
    assert not conversions.programs


def test_a_state_dictionary_needs_its_network(cli: Cli, tmp_path: Path, conversions: Conversions) -> None:
    header = b'{"fc.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}'
    content = len(header).to_bytes(8, "little") + header + np.ones((2, 3), np.float32).tobytes()
    (tmp_path / "x.safetensors").write_bytes(content)
    ended = cli("import", tmp_path / "x.safetensors", "-o", tmp_path / "x.model")
    assert ended.status == 1
    assert "`x.safetensors` holds weights without the network that they are of" in ended.err
    assert "--network" in ended.err


def test_what_bigdl_says_of_caffe(cli: Cli, tmp_path: Path, conversions: Conversions) -> None:
    write_weights(tmp_path / "net.caffemodel", blobs())
    (tmp_path / "net.prototxt").write_text(DEFINITION, encoding="utf-8")
    command = ("import", tmp_path / "net.caffemodel", "--definition", tmp_path / "net.prototxt", "-o")
    conversions.result = failed("the program failed: InnerProduct : fc missing weight in binary file", None)
    ended = cli(*command, tmp_path / "x.model")
    assert ended.status == 1
    assert "BigDL cannot read `net.caffemodel`: InnerProduct : fc missing weight in binary file" in ended.err


def test_a_conversion_that_fails(cli: Cli, network: Path, tmp_path: Path, conversions: Conversions) -> None:
    conversions.result = failed("the program failed: no such layer", tmp_path)
    ended = cli("import", network, "-o", tmp_path / "x.model")
    assert ended.status == 4
    assert "no such layer" in ended.err
    assert f"what Java said stays in {tmp_path}" in ended.err
    conversions.result = Outcome(status=Status.INTERRUPTED, folder=None, failure=None, metrics={})
    assert cli("import", network, "-o", tmp_path / "x.model").status == 130
