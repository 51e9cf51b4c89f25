"""``zoodsl compile``."""

from __future__ import annotations

from pathlib import Path

import pytest

RIGHT = "examples/mnist/mnist.zoo"


@pytest.fixture(autouse=True)
def _in_the_repository(repository, monkeypatch):
    monkeypatch.chdir(repository)


def test_the_program_is_printed_or_written(cli, tmp_path):
    printed = cli("compile", RIGHT, "--target", "bigdl")
    assert printed.status == 0
    compile(printed.out, "train.py", "exec")
    written = cli("compile", RIGHT, "-o", tmp_path / "train.py")
    assert (written.status, written.out, written.err) == (0, "", "")
    assert (tmp_path / "train.py").read_text(encoding="utf-8") == printed.out


def test_a_place_that_cannot_be_written(cli, tmp_path):
    ended = cli("compile", RIGHT, "-o", tmp_path / "no" / "train.py")
    assert ended.status == 3
    assert "error[ZOO007]" in ended.err


def test_an_unknown_target(cli):
    ended = cli("compile", RIGHT, "--target", "bigdll")
    assert ended.status == 2
    assert "did you mean `bigdl`?" in ended.err


def test_a_layer_that_the_target_lacks(cli, tmp_path):
    text = Path(RIGHT).read_text(encoding="utf-8")
    spec = tmp_path / "dilated.zoo"
    dilated = "Conv2D(12, 5x5, activation = tanh)", "DepthwiseConv2D(3x3, dilation_rate = 2)"
    spec.write_text(text.replace(*dilated), encoding="utf-8")
    assert cli("check", spec).status == 0
    ended = cli("compile", spec)
    assert (ended.status, ended.out) == (1, "")
    assert "error[ZOO801]" in ended.err


def test_a_wrong_spec_gives_no_program(cli, tmp_path):
    ended = cli("compile", RIGHT, "--set", "batch_size=0", "-o", tmp_path / "train.py")
    assert ended.status == 1
    assert not (tmp_path / "train.py").exists()


PRETRAINED = "specs/surgery/phases.zoo"


def test_pretrained_weights_are_written_beside_the_program(cli, tmp_path):
    written = cli("compile", PRETRAINED, "-o", tmp_path / "train.py")
    assert (written.status, written.out, written.err) == (0, "", "")
    [weights] = tmp_path.glob("pretrained-*.npz")
    assert f'with_name("{weights.name}")' in (tmp_path / "train.py").read_text(encoding="utf-8")
    before = weights.read_bytes()
    cli("compile", PRETRAINED, "-o", tmp_path / "train.py")
    assert weights.read_bytes() == before


def test_a_printed_program_tells_what_belongs_beside_it(cli):
    printed = cli("compile", PRETRAINED)
    assert printed.status == 0
    compile(printed.out, "train.py", "exec")
    assert "reads pretrained-" in printed.err
    assert "`-o FILE.py` writes both" in printed.err


def test_weights_that_cannot_be_written_beside_it(cli, tmp_path):
    cli("compile", PRETRAINED, "-o", tmp_path / "train.py")
    [weights] = tmp_path.glob("pretrained-*.npz")
    weights.unlink()
    weights.mkdir()
    ended = cli("compile", PRETRAINED, "-o", tmp_path / "train.py")
    assert ended.status == 3
    assert "error[ZOO007]" in ended.err
    assert weights.name in ended.err
