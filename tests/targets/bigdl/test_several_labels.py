"""Several labels a row, from images to predictions: weights, thresholds, the table of labels, separate chains."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from zoodsl.catalog.values import Kind
from zoodsl.compiler import Compilation
from zoodsl.targets.bigdl.bindings.losses import LOSSES
from zoodsl.targets.numpy.losses import balanced_weights
from zoodsl.targets.numpy.losses import loss as reference
from zoodsl.targets.pyast import render

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

COLOURS = ("red", "green", "blue")
SPEC = """zoo 1
data {
  photos  = Images("photos/*/*.png")
  feature photos.image
  label   photos.folder -> MultiHot(["red", "green", "blue", "black"], separator = "_", none = "grey")
  split   Random(train = 60%, validation = 20%, test = 20%)
}
preprocess {
  training {
    Brightness(-40..40)
  }
  ChannelNormalize(mean = [127], std = [64])
}
network {
  input 3x6x6
  GlobalAveragePooling2D()
  Dense(4, activation = sigmoid)
}
optimize {
  loss      BinaryCrossentropy(weights = balanced)
  optimizer Adam(learning_rate = 0.05)
}
train {
  batch    8
  epochs   2
  validate every 1 epoch with AUC()
}
evaluate {
  on     train, validation, test
  metric RocAuc(per = label), F1Score(threshold = best)
  plot   roc, auc_by_label
}
predict {
  from Images("new/*.png")
}
"""


def criterion(operation: Any, outputs: int, weights: Any) -> Any:
    """What the program's ``criterion(weights)`` gives."""
    from zoodsl.targets.bigdl.library.balance import balanced_binary_cross_entropy

    text = "\n".join(
        line.text for line in render(LOSSES[operation.operator.name](operation.arguments, outputs))
    )
    names = {"balanced_binary_cross_entropy": balanced_binary_cross_entropy, "weights": weights}
    return eval(text, names)


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("outputs", [1, 4])
def test_the_engine_weighs_both_answers_as_the_reference(
    spark: Any, bound: Any, outputs: int, from_logits: bool
) -> None:
    operation = bound(Kind.LOSS, "BinaryCrossentropy", from_logits=from_logits, weights="balanced")
    draw = np.random.default_rng(outputs)
    scores = draw.normal(size=(6, outputs)) * 3
    wanted = np.vstack([np.zeros(outputs), np.ones(outputs), draw.integers(0, 2, (4, outputs))])
    shares = 1 / (1 + np.exp(-scores))
    given = scores if from_logits else shares
    yes = wanted.sum(axis=0)
    weights = balanced_weights(np.stack([6 - yes, yes], axis=-1))
    made = criterion(operation, outputs, weights)
    # BigDL's Python has labels first for a loss of one's own.
    value = made.forward(wanted.astype(np.float32), given.astype(np.float32))
    by_hand = np.mean(
        np.where(wanted > 0, -weights[:, 1] * np.log(shares), -weights[:, 0] * np.log(1 - shares))
    )
    assert value == pytest.approx(by_hand, rel=1e-5)
    assert value == pytest.approx(reference(operation, wanted, given), rel=1e-5)
    slope = np.where(wanted > 0, weights[:, 1] * (shares - 1), weights[:, 0] * shares) / wanted.size
    gradient = made.backward(wanted.astype(np.float32), given.astype(np.float32))
    assert gradient == pytest.approx(slope if from_logits else slope / (shares * (1 - shares)), rel=1e-3)


def test_a_batch_of_one_row_a_core_has_a_loss(spark: Any) -> None:
    """BigDL's mean over the labels of one row loses its axis, and the mean over rows then fails."""
    from bigdl.dllib.keras import autograd
    from bigdl.dllib.keras.autograd import CustomLoss
    from py4j.protocol import Py4JJavaError

    from zoodsl.targets.bigdl.library.balance import balanced_binary_cross_entropy

    row = np.array([[0.0, 1.0]], np.float32), np.array([[0.5, 0.5]], np.float32)
    bare = CustomLoss(lambda wanted, given: autograd.mean(given - wanted, axis=1), [2])
    with pytest.raises(Py4JJavaError):
        bare.forward(*row)
    assert balanced_binary_cross_entropy(np.ones((2, 2))).forward(*row) == pytest.approx(np.log(2))


@dataclass(frozen=True)
class Ran:
    """A run of the program: its folder, module, trained pipeline and events."""

    folder: Path
    module: ModuleType
    trained: Any
    events: list[tuple[str, dict[str, Any]]]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [fields for name, fields in self.events if name == event]

    def outcomes(self, spark: Any, part: str, model: Any) -> tuple[np.ndarray, np.ndarray]:
        frame = self.module.rows(spark, str(self.folder))[part]
        rows = model.transform(frame).orderBy("_key").select("folder", "prediction").collect()
        wanted = [[name in row["folder"].split("_") for name in (*COLOURS, "black")] for row in rows]
        return np.array(wanted, float), np.array([row["prediction"] for row in rows])


@pytest.fixture(scope="module")
def ran(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Trained on coloured pictures, whose folder names their colours."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("colours")
    draw = np.random.default_rng(2)
    kinds = [*[("red",)] * 4, ("green",), ("blue",), ("red", "blue"), *[("grey",)] * 3]
    for number in range(120):
        kind = kinds[number % len(kinds)]
        pixels = draw.integers(60, 140, (6, 6, 3)).astype(np.uint8)
        for place, colour in enumerate(COLOURS):
            pixels[..., place] += 70 * (colour in kind)
        path = folder / "photos" / "_".join(kind) / f"{number:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    (folder / "new").mkdir()
    for name, value in (("a", (220, 90, 90)), ("b", (90, 90, 220))):
        Image.new("RGB", (6, 6), value).save(folder / "new" / f"{name}.png")
    (folder / "new" / "broken.png").write_bytes(b"no picture")
    (folder / "spec.zoo").write_text(SPEC, encoding="utf-8")
    made = Compilation(str(folder / "spec.zoo")).program("bigdl")
    assert made is not None
    # Spark's workers import the program for its image reader.
    (folder / "program_of_colours.py").write_text(made.text, encoding="utf-8")
    spark.sparkContext.addPyFile(str(folder / "program_of_colours.py"))
    module = import_module("program_of_colours")
    told: list[tuple[str, dict[str, Any]]] = []
    trained = module.main(
        spark,
        hooks=lambda event, **fields: told.append((event, fields)),
        root=str(folder),
        out=str(folder / "run"),
    )
    return Ran(folder, module, trained, told)


def table(path: Path) -> list[Mapping[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_weights_are_balanced_by_the_training_rows_alone(spark: Any, ran: Ran) -> None:
    [told] = ran.of("balanced")
    wanted, _ = ran.outcomes(spark, "train", ran.trained)
    assert [row["rows"] for row in told["weights"]] == wanted.sum(axis=0).tolist()
    for row in told["weights"][:3]:
        assert row["yes"] == pytest.approx(len(wanted) / (2 * row["rows"]))
        assert row["no"] == pytest.approx(len(wanted) / (2 * (len(wanted) - row["rows"])))
    assert told["missing"] == ["black"]
    assert (told["weights"][3]["yes"], told["weights"][3]["no"]) == (1, 1)
    assert json.loads((ran.folder / "run" / "metrics.json").read_text())["weights"] == told["weights"]


def test_the_validation_loss_has_the_same_weights(spark: Any, ran: Ran, bound: Any) -> None:
    """And none of the steps of training: with them, it would differ from call to call."""
    [told] = ran.of("balanced")
    wanted, given = ran.outcomes(spark, "validation", ran.trained)
    yes, no = (np.array([row[answer] for row in told["weights"]]) for answer in ("yes", "no"))
    entropy = np.where(wanted > 0, -yes * np.log(given), -no * np.log(1 - given)).mean()
    assert ran.of("epoch")[-1]["validation"]["loss"] == pytest.approx(entropy, rel=1e-4)


def test_each_part_has_a_table_of_its_labels(spark: Any, ran: Ran) -> None:
    from sklearn import metrics as sklearn

    rows = table(ran.folder / "run" / "labels.csv")
    assert [row["part"] for row in rows[::4]] == ["train", "validation", "test"]
    limits = json.loads((ran.folder / "run" / "thresholds.json").read_text())
    assert (limits["part"], limits["thresholds"]["black"]) == ("validation", 0.5)
    for part in ("train", "validation", "test"):
        wanted, given = ran.outcomes(spark, part, ran.trained)
        for place, name in enumerate(COLOURS):
            [row] = [each for each in rows if (each["part"], each["label"]) == (part, name)]
            told = given[:, place] > limits["thresholds"][name]
            assert float(row["auc"]) == pytest.approx(
                sklearn.roc_auc_score(wanted[:, place], given[:, place])
            )
            assert float(row["f1"]) == pytest.approx(sklearn.f1_score(wanted[:, place], told))
        [row] = [each for each in rows if (each["part"], each["label"]) == (part, "black")]
        assert (row["auc"], row["average_precision"], row["positives"]) == ("", "", "0")
    evaluated = ran.of("evaluated")
    assert [list(each["details"]) for each in evaluated] == [[], [], ["roc"]]
    test = [float(row["f1"]) for row in rows if row["part"] == "test"]
    assert evaluated[-1]["metrics"]["F1Score"] == pytest.approx(np.mean(test))


def test_rows_without_labels_are_predicted(ran: Ran) -> None:
    from PIL import Image

    rows = table(ran.folder / "run" / "predictions.csv")
    assert [row["origin"] for row in rows] == ["a.png", "b.png"]
    limits = json.loads((ran.folder / "run" / "thresholds.json").read_text())["thresholds"]
    for row in rows:
        yes = [name for name, limit in limits.items() if float(row[name]) > limit]
        assert row["predicted"] == "_".join(yes)
    [told] = ran.of("predicted")
    assert told["rows"] == 2
    for row in told["shown"]:
        scores = [answer["score"] for answer in row["answers"]]
        assert scores == sorted(scores, reverse=True)
        with Image.open(ran.folder / "run" / row["picture"]) as picture:
            assert picture.size == (156, 156), "a picture of 6x6 is shown larger"
    phases = [fields["text"] for fields in ran.of("phase")]
    assert any("broken.png" in text for text in phases), "an image that cannot be read is told"
    assert ran.events[-1][0] == "finished"


def test_training_steps_in_the_saved_pipeline(spark: Any, ran: Ran) -> None:
    """BigDL's model of a fit goes on with the training chain: the fitted and the saved pipeline have that of prediction."""
    loaded = ran.module.load(spark, str(ran.folder / "run" / "prediction"))
    outputs = [ran.outcomes(spark, "train", model)[1] for model in (ran.trained, ran.trained, loaded, loaded)]
    assert np.ptp(outputs, axis=0).max() == 0
    frame = ran.module.rows(spark, str(ran.folder))["train"]
    images = frame.orderBy("_key").select("image").collect()
    weights, bias = (np.array(each) for each in ran.trained.stages[0].model.get_weights())
    pixels = [
        np.frombuffer(row["image"]["data"], np.uint8).reshape(-1, 3)[:, ::-1].mean(axis=0) for row in images
    ]
    expected = 1 / (1 + np.exp(-((np.array(pixels) - 127) / 64 @ weights.T + bias)))
    assert outputs[0] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("count", [1, 3])
def test_fewer_rows_than_the_batch_are_predicted(spark: Any, ran: Ran, count: int) -> None:
    """As many as there are, each once, however many cores share the batch."""
    frame = ran.module.rows(spark, str(ran.folder))["test"]
    everything = {row["_key"]: row["prediction"] for row in ran.trained.transform(frame).collect()}
    few = frame.orderBy("_key").limit(count)
    for model in (ran.trained, ran.module.load(spark, str(ran.folder / "run" / "prediction"))):
        found = {row["_key"]: row["prediction"] for row in model.transform(few).collect()}
        assert len(found) == count
        assert all(found[key] == pytest.approx(everything[key], abs=1e-6) for key in found)
