"""``zoodsl test``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]

SPEC = """zoo 1
data {
  pets = Images("pets/*.png", channels = 1, resize = 6x6)
  feature pets.image
  label   match(pets.origin, "^([a-z]+)") -> ClassIndex(["cat", "dog"])
}
preprocess {
  ChannelNormalize(mean = 127, std = 128)
}
network {
  input 1x6x6
  Flatten()
  Dense(2)
}
optimize {
  loss      SparseCategoricalCrossentropy(from_logits = true)
  optimizer Adam()
}
train {
  batch 4
}
property "pixels stay below a half" {
  forall image in AnyImage(channels = 1, height = 6..6, width = 6..6)
  Within(preprocess(image), -1..LIMIT)
}
"""


WITHOUT_TRAINING = """zoo 1
data {
  pets = Images("pets/*.png", channels = 1, resize = 6x6)
  feature pets.image
}
preprocess {
  ChannelNormalize(mean = 127, std = 128)
}
gallery {
  HFlip()
}
"""


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A spec with a property that does not hold, in the folder that we are in."""
    (tmp_path / "pets").symlink_to(ROOT / "specs/data/pets")
    (tmp_path / "pets.zoo").write_text(SPEC.replace("LIMIT", "0.5"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "zoodsl.testing.laws.derived.training_laws", lambda *_: ()
    )  # Keras takes seconds to load
    return "pets.zoo"


def test_laws_that_hold(cli, spec, tmp_path):
    (tmp_path / spec).write_text(SPEC.replace("LIMIT", "1"))
    ended = cli("test", spec, "--examples", 10)
    assert ended.status == 0
    assert ["pixels", "stay", "below", "a", "half", "stated", "10", "holds"] in [
        line.split() for line in ended.out.splitlines()
    ]
    assert ended.out.splitlines()[-1] == "6 laws hold in pets.zoo, seed 0"
    assert not (tmp_path / "zoodsl-test").exists()
    assert not (tmp_path / ".hypothesis").exists()


def test_a_law_that_is_broken_shows_the_smallest_example(cli, spec, tmp_path):
    ended = cli("test", spec, "--examples", 20, "--seed", 3)
    assert ended.status == 5
    assert 'error[ZOO951]: "pixels stay below a half" does not hold' in ended.out
    assert "image: 6x6 pixels, all 192" in ended.out
    assert "zoodsl test pets.zoo --seed 3 --examples 20" in ended.out
    assert ended.out.splitlines()[-1] == "5 laws hold, 1 is broken in pets.zoo, seed 3"
    picture = Path("zoodsl-test/pets/pixels-stay-below-a-half.png")
    assert f"`{picture}`" in ended.out
    with Image.open(tmp_path / picture) as drawn:
        assert min(drawn.size) > 200, "few pixels are drawn large"
        assert (np.asarray(drawn.convert("RGB")) == 192).all(axis=2).any()


def test_the_same_again(cli, spec):
    def told() -> str:
        ended = cli("test", spec, "--examples", 20, "--seed", 3, "--json")
        document = json.loads(ended.out)
        return json.dumps([each | {"seconds": 0} for each in document["specs"][0]["laws"]])

    assert told() == told()


def test_the_same_for_programs(cli, spec):
    ended = cli("test", spec, "--examples", 20, "--json", "--out", "pictures")
    assert ended.status == 5
    document = json.loads(ended.out)
    assert {name: document[name] for name in ("version", "on", "seed")} == {
        "version": 1,
        "on": "numpy",
        "seed": 0,
    }
    (tried,) = document["specs"]
    assert tried["file"] == "pets.zoo"
    first = tried["laws"][0]
    assert (first["law"], first["verdict"]) == ("pixels stay below a half", "broken")
    assert first["smallest"] == {"image": {"shape": [6, 6, 1], "dtype": "uint8", "min": 192, "max": 192}}
    assert first["picture"] == "pictures/pets/pixels-stay-below-a-half.png"
    assert [law["verdict"] for law in tried["laws"][1:]] == ["holds"] * 5


def test_without_matplotlib_there_is_no_picture(cli, spec, monkeypatch):
    def missing(*_: object) -> None:
        raise ModuleNotFoundError(name="matplotlib")

    monkeypatch.setattr("zoodsl.screen.smallest.write_smallest", missing)
    ended = cli("test", spec, "--examples", 20)
    assert ended.status == 5
    assert "no picture is drawn: matplotlib is not installed (`zoodsl doctor`)" in ended.err
    assert "it is drawn" not in ended.out


def test_a_spec_with_errors_is_not_tried(cli, tmp_path):
    (tmp_path / "wrong.zoo").write_text(SPEC.replace("Dense(2)", "Dens(2)").replace("LIMIT", "1"))
    ended = cli("test", tmp_path / "wrong.zoo")
    assert ended.status == 1
    assert "ZOO202" in ended.err


def test_without_hypothesis_it_says_what_installs_it(spec):
    """In a process of its own, where nothing has loaded it before."""
    program = (
        "import sys; sys.modules['hypothesis'] = None\n"
        f"from zoodsl.cli.main import main; main(['test', {spec!r}])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 3
    assert "error[ZOO952]: examples are drawn by hypothesis, which is not installed" in ended.stderr
    assert "pip install 'zoodsl[testing]'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_nothing_is_left_where_one_is(spec, tmp_path):
    (tmp_path / spec).write_text(WITHOUT_TRAINING)
    before = sorted(tmp_path.iterdir())
    program = f"from zoodsl.cli.main import main; main(['test', {spec!r}, '--examples', '2'])"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "laws hold" in ended.stdout, ended.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_without_java_the_doctor_is_named(cli, spec, monkeypatch):
    (Path(spec)).write_text((ROOT / "specs/data/resized.zoo").read_text())
    monkeypatch.setattr("zoodsl.runtime.doctor.java_home", lambda *_: None)
    monkeypatch.setattr(
        "zoodsl.testing.subjects.engine.environment_fits",
        lambda sink: sink.report(_lacks(), None, "this environment cannot run programs: Java") is None,
    )
    ended = cli("test", spec, "--on", "bigdl")
    assert ended.status == 3
    assert "this environment cannot run programs: Java" in ended.err


def _lacks() -> object:
    from zoodsl.diagnostics.rules.environment import ENVIRONMENT_LACKS

    return ENVIRONMENT_LACKS


def test_standard_input_is_called_as_it_was_given(cli, spec):
    ended = cli("test", "-", "--examples", 5, stdin=Path(spec).read_bytes())
    assert ended.status == 5
    assert "try it again: zoodsl test - --seed 0 --examples 5" in ended.out
    assert "`zoodsl-test/stdin/pixels-stay-below-a-half.png`" in ended.out
