"""Programs that index rows, show judged ones, and predict some of a part, carried out on coloured pictures."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zoodsl.compiler import Compilation
from zoodsl.model.spec import Spec
from zoodsl.runtime.nearest import nearest, read_index
from zoodsl.targets.bigdl.library.neighbours import unit
from zoodsl.targets.numpy import forward

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

COLOURS = ("blue", "green", "red")
DATA = """zoo 1
data {
  photos  = Images("photos/*.png")
  feature photos.image
  label   match(photos.origin, "([a-z]+)") -> ClassIndex(["blue", "green", "red"])
"""
PREPROCESS = """preprocess {
  ChannelNormalize(mean = [127], std = [128])
}
"""
TRAINED = f"""{DATA}  split Random(train = 70%, test = 30%, seed = 3)
}}
{PREPROCESS}network {{
  input 3x16x16
  AveragePooling2D(8x8) as "embedding"
  Flatten()
  Dense(3, activation = softmax)
}}
optimize {{
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = 0.05)
}}
train {{
  batch  6
  epochs 3
}}
evaluate {{
  plot strip, gallery
}}
predict {{
  on  test first 5
  top 1
}}
index {{
  cut     at "embedding"
  top     2
  rank    by prediction then similarity
  include query
}}
"""
APPLIED = f"""{DATA}}}
{PREPROCESS}base tiny {{
  load    "tiny.onnx"
  expects 3x16x16, RGB, ChannelNormalize(mean = [127], std = [128])
  cut     at "pool2"
}}
network {{
  input 3x16x16
  tiny()
  UnitNormalization()
}}
index {{
  top 3
}}
"""


@dataclass(frozen=True)
class Ran:
    """A run of a program: what it was made of, its folder, its network, and its events."""

    spec: Spec
    folder: Path
    trained: Any
    parts: Mapping[str, Any]
    events: list[tuple[str, dict[str, Any]]]

    def only(self, event: str) -> dict[str, Any]:
        [fields] = [fields for name, fields in self.events if name == event]
        return fields

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.folder / "run" / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def ran(spark: Any, folder: Path, text: str) -> Ran:
    """The program of a spec, run on 30 noisy pictures of three colours, of which two are equal."""
    from PIL import Image

    draw = np.random.default_rng(5)
    (folder / "photos").mkdir()
    for number in range(30):
        pixels = draw.integers(60, 140, (16, 16, 3)).astype(np.uint8)
        pixels[..., 2 - number % 3] += 60
        Image.fromarray(pixels).save(folder / "photos" / f"{COLOURS[number % 3]}{number:02}.png")
    (folder / "photos" / "red99.png").write_bytes((folder / "photos" / "red02.png").read_bytes())
    (folder / "tiny.onnx").write_bytes(Path("specs/surgery/tiny.onnx").resolve().read_bytes())
    (folder / "spec.zoo").write_text(text, encoding="utf-8")
    compilation = Compilation(str(folder / "spec.zoo"))
    made = compilation.program("bigdl")
    assert made is not None, compilation.diagnostics
    name = f"program_of_{folder.name}"
    (folder / f"{name}.py").write_text(made.text, encoding="utf-8")
    for path, content in made.attachments.items():
        (folder / path).write_bytes(content)
    spark.sparkContext.addPyFile(str(folder / f"{name}.py"))
    module = import_module(name)
    module.__file__ = str(folder / f"{name}.py")
    told: list[tuple[str, dict[str, Any]]] = []

    def hooks(event: str, **fields: Any) -> None:
        told.append((event, fields))

    trained = module.main(spark, hooks=hooks, root=str(folder), out=str(folder / "run"))
    assert compilation.spec is not None
    return Ran(compilation.spec, folder, trained, module.rows(spark, str(folder)), told)


@pytest.fixture(scope="module")
def classified(spark: Any, tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Ran:
    """Indexed after training, by an inner node, with the rows of the predicted class first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repository)
        return ran(spark, tmp_path_factory.mktemp("classified"), TRAINED)


@pytest.fixture(scope="module")
def applied(spark: Any, tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Ran:
    """Indexed by a pretrained network as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repository)
        return ran(spark, tmp_path_factory.mktemp("applied"), APPLIED)


def test_the_index_has_what_the_reference_computes(applied: Ran) -> None:
    from PIL import Image

    index = read_index(applied.folder / "run" / "index.npz")
    photos = sorted((applied.folder / "photos").iterdir())
    assert index.keys.tolist() == [photo.name for photo in photos]
    pictures = np.stack([np.asarray(Image.open(photo), np.float32) for photo in photos]).transpose(0, 3, 1, 2)
    network = applied.spec.network
    assert network is not None
    outputs = forward(network, network.bases[0].weights, [(pictures - 127) / 128])
    np.testing.assert_allclose(index.vectors, unit(outputs.reshape(len(outputs), -1)), atol=1e-4)
    assert all(name.startswith(label) for name, label in zip(index.keys, index.labels, strict=True))


def test_a_row_is_not_its_own_neighbour_and_a_copy_of_it_is(applied: Ran) -> None:
    rows = applied.table("neighbours.csv")
    assert len(rows) == 31 * 3
    assert not any(row["row"] == row["neighbour_row"] for row in rows)
    first = next(row for row in rows if row["row"] == "red02.png")
    assert (first["neighbour_row"], float(first["similarity"])) == ("red99.png", 1.0)


def test_the_file_of_neighbours_and_the_look_up_agree(applied: Ran) -> None:
    rows = applied.table("neighbours.csv")
    for key in ("red02.png", "blue00.png"):
        told = [(row["neighbour_row"], float(row["similarity"])) for row in rows if row["row"] == key]
        found = nearest(applied.folder / "run" / "index.npz", key, 3)
        assert [each.key for each in found] == [name for name, _ in told]
        assert [each.similarity for each in found] == pytest.approx([each for _, each in told], abs=2e-6)


def test_the_precision_is_that_of_the_table(applied: Ran) -> None:
    rows = applied.table("neighbours.csv")
    measured = json.loads((applied.folder / "run" / "metrics.json").read_text())["results"]["index"]
    right = [row["label"] == row["neighbour_label"] for row in rows]
    assert measured["PrecisionAt(3)"] == pytest.approx(np.mean(right))
    reds = [good for good, row in zip(right, rows, strict=True) if row["label"] == "red"]
    assert measured["PrecisionAt(3)/red"] == pytest.approx(np.mean(reds))
    shown = applied.only("result")["details"]["queries"]
    assert [query["label"] for query in shown] == [*COLOURS, *COLOURS]
    assert all((applied.folder / "run" / query["picture"]).is_file() for query in shown)


def test_rows_of_the_predicted_class_come_first_and_the_row_itself_may(classified: Ran) -> None:
    rows = classified.table("neighbours.csv")
    sizes = {name: len({row["row"] for row in rows if row["predicted"] == name}) for name in COLOURS}
    for row in rows:
        if sizes[row["predicted"]] > 1:
            assert row["neighbour_predicted"] == row["predicted"]
    firsts = [row for row in rows if row["rank"] == "1"]
    assert all(float(row["similarity"]) == pytest.approx(1, abs=2e-6) for row in firsts)


def test_the_network_stays_whole_when_it_was_cut_for_an_index(classified: Ran) -> None:
    """A cut breaks what it was cut from: BigDL's `new_graph` takes edges out of the network itself."""
    outputs = classified.trained.transform(classified.parts["test"]).select("prediction").collect()
    assert {len(row[0]) for row in outputs} == {3}


def test_judged_rows_are_shown_with_what_was_predicted(classified: Ran) -> None:
    details = classified.only("evaluated")["details"]
    strip = details["strip"]["rows"]
    tested = classified.parts["test"].count()
    assert len(strip) == min(12, tested)
    assert [row["row"] for row in strip] == sorted(row["row"] for row in strip)
    assert all(row["row"].startswith(row["label"]) for row in strip)
    assert sum(each["rows"] for each in details["gallery"]["classes"]) == tested
    for each in details["gallery"]["classes"]:
        marks = [row["label"] == each["predicted"] for row in each["shown"]]
        assert marks == sorted(marks)
        assert all((classified.folder / "run" / row["picture"]).is_file() for row in each["shown"])


def test_the_first_rows_of_a_part_are_predicted_and_counted(classified: Ran) -> None:
    told, rows = classified.only("predicted"), classified.table("predictions.csv")
    tested = sorted(row["origin"] for row in classified.parts["test"].select("origin").collect())
    assert [row["origin"] for row in rows] == tested[:5]
    right = [row["origin"].startswith(row["predicted"]) for row in rows]
    assert told["metrics"] == {"Accuracy": pytest.approx(np.mean(right))}
    assert [("; it is " in row["text"]) for row in told["shown"]] == [not each for each in right]
    kept = json.loads((classified.folder / "run" / "metrics.json").read_text())["results"]
    assert kept["predict"] == told["metrics"]
