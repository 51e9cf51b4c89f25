"""The example's detector, carried out on frames of its clip: boxes, pictures, films, and how good the boxes are."""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zoodsl.compiler import Compilation
from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.videos import decoded_frames
from zoodsl.targets.numpy import forward
from zoodsl.targets.numpy.detection import Found, fastest_det, suppressed
from zoodsl.targets.numpy.transforms import to_tensor, transform

cv2 = pytest.importorskip("cv2")

FOLDER = Path(__file__).parents[3] / "examples" / "object_detection"
SPEC = FOLDER / "object_detection.zoo"
FRAMES = (40, 45, 50, 55)


def compiled(**overrides: str) -> Compilation:
    return Compilation(str(SPEC), overrides=overrides)


def in_the_reference(frame: Array) -> list[Found]:
    """The boxes of a frame (BGR), as parts of it, by the reference interpreter."""
    spec = compiled().spec
    assert spec is not None
    assert spec.network is not None
    value = frame[..., ::-1]
    for step in spec.preprocess.steps:
        value = transform(step.operation, value, np.random.default_rng(0))
    [cells] = forward(spec.network, spec.network.bases[0].weights, [to_tensor(value)[None]])
    return suppressed(fastest_det(cells, 0.3), 0.45)


def test_the_detector_computes_what_its_file_says() -> None:
    runtime = pytest.importorskip("onnxruntime")
    spec = compiled().spec
    assert spec is not None
    assert spec.network is not None
    pictures = np.random.default_rng(3).random((1, 3, 96, 128), np.float32)
    session = runtime.InferenceSession(str(FOLDER / "shapes.onnx"), providers=["CPUExecutionProvider"])
    [wanted] = session.run(None, {"image": pictures[:, ::-1]})
    given = forward(spec.network, spec.network.bases[0].weights, [pictures])
    np.testing.assert_allclose(given, wanted, rtol=0, atol=1e-4)


def carried_out(
    spark: Any, compilation: Compilation, folder: Path, root: Path
) -> tuple[Path, list[tuple[str, dict[str, Any]]]]:
    """A run of a spec: its folder, and what it told."""
    program = compilation.program("bigdl")
    assert program is not None
    file = folder / f"{folder.name}_program.py"
    file.write_text(program.text, encoding="utf-8")
    for name, content in program.attachments.items():
        (folder / name).write_bytes(content)
    description = importlib.util.spec_from_file_location(file.stem, file)
    assert description is not None
    assert description.loader is not None
    module = importlib.util.module_from_spec(description)
    sys.modules[file.stem] = module
    description.loader.exec_module(module)
    spark.sparkContext.addPyFile(str(file))  # tasks import it
    events: list[tuple[str, dict[str, Any]]] = []
    out = folder / "run"
    module.main(
        spark, hooks=lambda event, **fields: events.append((event, fields)), root=str(root), out=str(out)
    )
    return out, events


@pytest.fixture(scope="module")
def done(
    spark: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[tuple[str, dict[str, Any]]]]:
    """The example on four frames of its clip."""
    compilation = compiled(pictures='Video("clip.mp4", fps = 2, start = 4 s, end = 6 s)')
    return carried_out(spark, compilation, tmp_path_factory.mktemp("frames"), FOLDER)


pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


@pytest.mark.spark
def test_boxes_are_those_of_the_reference_in_the_pixels_of_the_frames(done: Any) -> None:
    out, _ = done
    with (out / "detections.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [*rows[0]] == ["image", "time", "class", "score", "x1", "y1", "x2", "y2"]
    names = ("circle", "square", "triangle")
    wanted = [
        (f"clip.mp4/{number:06}", number / 10, names[each.kind], each.score, *each.box)
        for number, frame in decoded_frames(FOLDER / "clip.mp4", list(FRAMES))
        for each in in_the_reference(frame)
    ]
    assert [(row["image"], float(row["time"]), row["class"]) for row in rows] == [each[:3] for each in wanted]
    for row, (_, _, _, score, *parts) in zip(rows, wanted, strict=True):
        edges = np.array(parts).clip(0, 1) * (240, 180, 240, 180)
        assert float(row["score"]) == pytest.approx(score, abs=1e-3)
        assert [float(row[edge]) for edge in ("x1", "y1", "x2", "y2")] == pytest.approx(list(edges), abs=0.15)


@pytest.mark.spark
def test_known_boxes_of_other_frames_do_not_count(done: Any) -> None:
    out, events = done
    [result] = [fields for event, fields in events if event == "result"]
    with (FOLDER / "boxes.csv").open(encoding="utf-8") as file:
        known = [row for row in csv.DictReader(file) if int(row["image"][-6:]) in FRAMES]
    assert sum(row["known"] for row in result["table"]) == len(known)
    assert result["metrics"]["mAP@0.5"] > 0.8
    assert result["metrics"]["mAP@0.5:0.95"] < result["metrics"]["mAP@0.5"]
    assert json.loads((out / "metrics.json").read_text())["results"]["detect"] == result["metrics"]


@pytest.mark.spark
def test_pictures_and_films_have_the_frames(done: Any) -> None:
    from PIL import Image

    out, events = done
    [result] = [fields for event, fields in events if event == "result"]
    drawn = [f"detections/clip.mp4_{number:06}.png" for number in FRAMES]
    assert result["pictures"] == [*drawn, "detections.gif"]
    with Image.open(out / result["pictures"][0]) as picture:
        assert picture.size == (480, 360)
    with Image.open(out / "detections.gif") as gif:
        assert (getattr(gif, "n_frames", 1), gif.info["duration"]) == (4, 500)
    film = cv2.VideoCapture(str(out / "detections.mp4"))
    assert (film.get(cv2.CAP_PROP_FRAME_COUNT), film.get(cv2.CAP_PROP_FPS)) == (4, 2)


@pytest.mark.spark
def test_pictures_in_which_nothing_is_found_are_drawn_all_the_same(spark: Any, tmp_path: Path) -> None:
    root = FOLDER.parents[1] / "specs" / "detection"
    text = (root / "pictures.zoo").read_text(encoding="utf-8")
    never = text.replace('"triangle"]', '"triangle"], threshold = 100%')
    compilation = Compilation(str(root / "pictures.zoo"), text=never)
    out, events = carried_out(spark, compilation, tmp_path, root)
    [result] = [fields for event, fields in events if event == "result"]
    assert result["lines"] == ["0 boxes in 0 of 3 pictures"]
    assert (result["metrics"], result["table"]) == ({}, [])
    assert (out / "detections.csv").read_text() == "image,class,score,x1,y1,x2,y2\n"
    assert result["pictures"] == [f"detections/day_{number}.png.png" for number in (1, 2, 3)]
    assert all((out / path).is_file() for path in result["pictures"])
    assert not list(out.glob("detections.*4"))


@pytest.mark.data
def test_fastestdet_finds_what_is_in_photographs(shared: Path) -> None:
    """The scores are those that the model's own program gives: person .90, dog .90, kite .88, cat .71 and so on."""
    runtime = pytest.importorskip("onnxruntime")
    from zoodsl.targets.bigdl.library.boxes import FastestDet, in_pixels

    names = (FOLDER / "coco.names").read_text(encoding="utf-8").splitlines()
    model = shared / "models" / "FastestDet_coco_352.onnx"
    session = runtime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    found = {}
    for name in ("cat_720p.jpg", "skimage_astronaut.png", "owl.jpg"):
        pixels = cv2.imread(str(shared / "natural" / name))
        small = cv2.resize(pixels, (352, 352)).transpose(2, 0, 1)[None].astype(np.float32) / 255
        [cells] = session.run(None, {"input.1": small})
        best = in_pixels(FastestDet((85, 22, 22))(cells[0], 0.65), *pixels.shape[:2])[0]
        found[name] = names[int(best[0])], best[2:]
    assert [kind for kind, _ in found.values()] == ["cat", "person", "bird"]
    np.testing.assert_allclose(found["owl.jpg"][1], (161, 17, 330, 376), atol=40)
