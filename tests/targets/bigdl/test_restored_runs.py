"""What a run has saved predicts alike by NumPy and by a program that restores it, and is judged as it was."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zoodsl.compiler import Compilation
from zoodsl.diagnostics import Diagnostics
from zoodsl.model.stored import encode
from zoodsl.restored import Restored
from zoodsl.runtime.outcome import Outcome, Status
from zoodsl.runtime.predicting import Predicted
from zoodsl.runtime.record import Record, write_record
from zoodsl.runtime.request import RunRequest
from zoodsl.runtime.saved import open_run
from zoodsl.version import VERSION

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

TRAINING = """
optimize {
  loss      BinaryCrossentropy()
  optimizer Adam(learning_rate = 0.05)
}
train {
  batch  8
  epochs 1
}
"""
COLOURS = (
    """zoo 1
data {
  photos  = Images("photos/*/*.png", resize = 6x6)
  feature photos.image
  label   photos.folder -> MultiHot(["red", "green", "blue"], separator = "_", none = "grey")
  split   Random(train = 60%, validation = 20%, test = 20%)
}
preprocess {
  training {
    Brightness(-40..40)
  }
  ChannelNormalize(mean = [127, 120, 110], std = [64])
}
network {
  input 3x6x6
  Conv2D(4, 3x3, activation = relu)
  BatchNormalization()
  Flatten()
  Dense(3, activation = sigmoid)
}
"""
    + TRAINING
    + """
evaluate {
  metric RocAuc(per = label), F1Score(threshold = best)
}
"""
)
PAIRS = (
    """zoo 1
data {
  rows    = CSV("rows.csv")
  feature rows.user, rows.item * 2
  label   rows.liked -> ClassIndex(["no", "yes"])
  split   Random(train = 60%, validation = 20%, test = 20%)
}
network {
  user = Input(1)
  item = Input(1)
  u    = user -> Embedding(8, 3) -> Flatten()
  v    = item -> Dense(3, activation = tanh)
  output Concatenate(u, v) -> Dense(1, activation = sigmoid)
}
"""
    + TRAINING
    + """
evaluate {
  metric Accuracy()
}
"""
)


def photos(root: Path) -> None:
    from PIL import Image

    draw = np.random.default_rng(2)
    for number in range(60):
        kind = ("red", "green", "blue", "red_blue", "grey")[number % 5]
        pixels = draw.integers(60, 140, (9, 7, 3)).astype(np.uint8)
        for place, colour in enumerate(("red", "green", "blue")):
            pixels[..., place] += 70 * (colour in kind.split("_"))
        path = root / "photos" / kind / f"{number:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)


def pairs(root: Path) -> None:
    lines = [f"{n % 8},{n % 5 / 4},{'yes' if n % 8 > n % 5 else 'no'}" for n in range(80)]
    (root / "rows.csv").write_text("user,item,liked\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (root / "new.csv").write_text("user,item\n0,0.25\n7,0\n3,0.75\n", encoding="utf-8")


class InThisSession:
    """Stands for the process that carries programs out: they run in the session of the tests."""

    def __init__(self, spark: Any) -> None:
        self.spark = spark
        self.count = 0
        self.events: list[tuple[str, dict[str, Any]]] = []

    def main(self, text: str, root: Path, out: Path) -> None:
        """Runs a program; Spark's workers import it for its image reader."""
        self.count += 1
        name = f"program_restored_{self.count}"
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.py").write_text(text, encoding="utf-8")
        self.spark.sparkContext.addPyFile(str(out / f"{name}.py"))
        self.events = []
        import_module(name).main(
            self.spark,
            hooks=lambda event, **fields: self.events.append((event, fields)),
            root=str(root),
            out=str(out),
        )

    def __call__(self, request: RunRequest, _listener: object) -> Outcome:
        assert request.options.out is not None
        self.main(request.program.text, request.root, request.options.out)
        return Outcome(status=Status.FINISHED, folder=request.options.out, failure=None, metrics={})

    def told(self, event: str) -> dict[str, Any]:
        return next(fields for name, fields in self.events if name == event)


@pytest.fixture(scope="module")
def session(spark: Any) -> Iterator[InThisSession]:
    with pytest.MonkeyPatch.context() as patch:
        made = InThisSession(spark)
        patch.setattr("zoodsl.runtime.launcher.run", made)
        yield made


@pytest.fixture(scope="module")
def trained(session: InThisSession, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """``trained(name)``: the folder of a finished run of a spec above, and what it told of its evaluation."""
    made: dict[str, Path] = {}

    def train(name: str) -> Path:
        if name in made:
            return made[name]
        text, furnish = {"colours": (COLOURS, photos), "pairs": (PAIRS, pairs)}[name]
        root = tmp_path_factory.mktemp(name)
        furnish(root)
        path = root / f"{name}.zoo"
        path.write_text(text, encoding="utf-8")
        compiled = Compilation(str(path))
        program = compiled.program("bigdl")
        assert program is not None, compiled.diagnostics
        assert compiled.spec is not None
        folder = root / "runs" / name / "2026-01-01_12-00-00"
        session.main(program.text, root, folder)
        (folder / "evaluated.json").write_text(json.dumps(session.told("evaluated")["metrics"]))
        (folder / "spec.zoo").write_text(text, encoding="utf-8")
        (folder / "spec.json").write_text(json.dumps(encode(compiled.spec)), encoding="utf-8")
        record = Record(
            name=name,
            spec=f"{name}.zoo",
            status=Status.FINISHED,
            parameters={},
            versions={"zoodsl": VERSION},
            master="local[2]",
            heap=10**9,
            batch=8,
            seed=42,
            root=str(root),
            started=0.0,
        )
        write_record(folder, record)
        made[name] = folder
        return folder

    return train


def restored(folder: Path) -> Restored:
    problems = Diagnostics()
    run = open_run(str(folder), folder.parents[1], problems)
    assert run is not None, problems.sorted()
    return Restored(run, problems)


@pytest.mark.parametrize(("name", "files"), [("colours", "photos/*/*.png"), ("pairs", "new.csv")])
def test_numpy_and_bigdl_give_equal_answers(
    session: InThisSession,
    trained: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    files: str,
) -> None:
    folder = trained(name)
    monkeypatch.chdir(folder.parents[2])
    here, there = (restored(folder).predict([files], on=engine) for engine in ("numpy", "bigdl"))
    assert isinstance(here, Predicted)
    assert isinstance(there, Predicted)
    assert len(here.rows) == len(there.rows) == {"colours": 60, "pairs": 3}[name]
    for mine, other in zip(here.rows, there.rows, strict=True):
        assert mine == pytest.approx(other, abs=1e-5)
        assert list(mine) == list(other)
    assert here.sentences == there.sentences
    usual = restored(folder).predict([files])
    assert isinstance(usual, Predicted)
    assert usual.engine == "numpy"


@pytest.mark.parametrize("name", ["colours", "pairs"])
def test_a_run_that_is_judged_again_has_the_same_metrics(
    session: InThisSession, trained: Callable[..., Path], name: str
) -> None:
    from zoodsl.targets.bigdl.library.runs import finite

    folder = trained(name)
    before = sorted(path.name for path in folder.iterdir())
    outcome = restored(folder).evaluate()
    assert outcome is not None
    assert outcome.folder is not None
    kept = json.loads((folder / "evaluated.json").read_text())
    assert session.told("evaluated")["metrics"] == pytest.approx(kept, abs=1e-6, nan_ok=True)
    measured = json.loads((outcome.folder / "metrics.json").read_text())["evaluation"]["test"]
    assert measured == pytest.approx(finite(kept), abs=1e-6)
    assert sorted(path.name for path in folder.iterdir()) == sorted([*before, "evaluations"])
    if name == "colours":
        (first, *_) = csv.DictReader((outcome.folder / "labels.csv").read_text().splitlines())
        chosen = json.loads((folder / "thresholds.json").read_text())["thresholds"]
        assert float(first["threshold"]) == pytest.approx(chosen[first["label"]])


def test_other_rows_are_judged_whole(session: InThisSession, trained: Callable[..., Path]) -> None:
    folder = trained("pairs")
    work = restored(folder)
    assert work.evaluate(all_rows=True) is not None
    assert session.told("counted")["rows"] == {"test": 80}
    assert replace(work.run.spec.data, split=None) != work.run.spec.data  # the spec itself still divides
