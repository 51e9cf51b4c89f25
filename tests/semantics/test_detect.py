"""The ``detect`` section: what it takes, and what is said of what it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.semantics.analysis import Analysis, analysis
from zoodsl.model.tasks import Detect

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "object_detection"
PICTURES = 'Images("../../specs/surgery/pictures/*/*.png")'
SPEC = """
data {{
  pictures = {pictures}
  feature {feature}
}}
preprocess {{
  {steps}
}}
base shapes {{
  load    "shapes.onnx"
  expects BGR, ChannelNormalize(mean = [0], std = [255])
}}
network {{
  input 3x96x128
  shapes()
}}
detect {{
  {detect}
}}
"""
STEPS = "Resize(96x128)\n  ChannelNormalize(mean = [0], std = [255])"
OUTPUT = 'output FastestDet(["circle", "square", "triangle"])'


def told(
    *detect: str,
    pictures: str = PICTURES,
    steps: str = STEPS,
    feature: str = "pictures.image",
    folder: Path = EXAMPLE,
) -> Analysis:
    text = SPEC.format(
        pictures=pictures, steps=steps, feature=feature, detect="\n  ".join(detect or (OUTPUT,))
    )
    return analysis(text.lstrip(), path=str(folder / "spec.zoo"))


def task(found: Analysis) -> Detect:
    assert found.messages == []
    assert found.spec is not None
    [only] = found.spec.tasks
    assert isinstance(only, Detect)
    return only


def test_defaults():
    detect = task(told())
    assert (detect.known, detect.drawn, detect.film) == (None, 12, None)
    arguments = detect.detector.arguments
    assert (arguments["threshold"], arguments["iou"]) == (0.3, 0.45)


def test_classes_from_a_file():
    detect = task(told('output FastestDet("shapes.names", threshold = 65%)', "draw 0"))
    assert detect.detector.arguments["classes"] == ("circle", "square", "triangle")
    assert (detect.detector.arguments["threshold"], detect.drawn) == (0.65, 0)


@pytest.mark.parametrize(("fps", "film"), [(", fps = 5", 5.0), ("", 10.0)])
def test_a_film_is_as_fast_as_its_frames_are_taken(fps, film):
    found = told(OUTPUT, 'compare with CSV("boxes.csv")', pictures=f'Video("clip.mp4"{fps})')
    detect = task(found)
    assert detect.film == film
    assert detect.known is not None
    assert detect.known.rows.count is not None


def test_training_steps_move_nothing_that_is_detected():
    steps = "Resize(96x128)\n  training {\n    HFlip()\n  }\n  ChannelNormalize(mean = [0], std = [255])"
    assert "ZOO553" not in told(steps=steps).codes


@pytest.mark.parametrize(("step", "code"), [("HFlip()", "ZOO553"), ("RandomApply(HFlip(), 50%)", "ZOO553")])
def test_what_moves_things_is_refused(step, code):
    assert code in told(steps=f"Resize(96x128)\n  {step}\n  ChannelNormalize(mean = [0], std = [255])").codes


@pytest.mark.parametrize(
    ("detect", "message", "help_"),
    [
        (
            ("draw 3",),
            "`detect` does not say how boxes are made of what the network gives",
            "add a line such as `output FastestDet",
        ),
        (
            ('output FastestDet("shapes.name")',),
            "there is no file `shapes.name`",
            "did you mean `shapes.names`",
        ),
        (
            ('output FastestDet("shapes.onnx")',),
            "`shapes.onnx` is not UTF-8 text",
            "the name of a class a line",
        ),
        (
            ('output FastestDet(["circle", "square", "circle"])',),
            None,
            None,
        ),
        (
            ('output FastestDet(["circle", "square", "triangle"], threshold = 0.3)',),
            None,
            "did you mean `30%`?",
        ),
        ((OUTPUT, "draw some"), None, None),
        (
            (OUTPUT, 'compare CSV("boxes.csv")'),
            '`compare CSV("boxes.csv")` does not fit this setting',
            "compare with CSV",
        ),
        ((OUTPUT, "compare with boxes"), None, None),
        ((OUTPUT, 'compare with CSV("boxs.csv")'), "there is no file `boxs.csv`", "boxes.csv"),
        (('ouput FastestDet(["a"])',), None, "did you mean `output`?"),
    ],
)
def test_mistakes_in_the_section(detect, message, help_):
    found = told(*detect)
    assert found.codes
    assert found.spec is None
    if message is not None:
        assert message in found.messages
    if help_ is not None:
        assert any(help_ in item.help for item in found.diagnostics)


def boxes(tmp_path: Path, *rows: str, header: str = "image,class,x1,y1,x2,y2") -> str:
    (tmp_path / "boxes.csv").write_text("\n".join([header, *rows]) + "\n")
    return f'compare with CSV("{tmp_path / "boxes.csv"}")'


@pytest.mark.parametrize(
    ("header", "row", "message", "help_"),
    [
        (
            "picture,class,x1,y1,x2,y2",
            "day/1.png,circle,1,2,3,4",
            "a table of known boxes has a column `image`, and this one has not",
            "its columns are `image`",
        ),
        (
            "image,class,x1,y1,x2,y_2",
            "day/1.png,circle,1,2,3,4",
            "a table of known boxes has a column `y2`, and this one has not",
            "did you mean `y_2`?",
        ),
        (
            "image,class,x1,y1,x2,y2",
            "day/1.png,circle,left,2,3,4",
            "`x1` holds text, and edges of boxes are numbers of pixels",
            "its columns are",
        ),
        (
            "image,class,x1,y1,x2,y2",
            "day/1.png,circle,10,20,8,30",
            "box 1 covers nothing: 10, 20, 8, 30",
            "x1 < x2",
        ),
        (
            "image,class,x1,y1,x2,y2",
            "day/1.png,circle,10,20,40,50\nday/1.png,circle,10,20,,30",
            "box 2 lacks an edge",
            "each box has x1, y1, x2 and y2",
        ),
        (
            "image,class,x1,y1,x2,y2",
            "day/1.png,circel,1,2,3,4",
            "`circel` is none of the detector's classes",
            "did you mean `circle`?",
        ),
    ],
)
def test_known_boxes_that_are_none(tmp_path, header, row, message, help_):
    item = told(OUTPUT, boxes(tmp_path, row, header=header)).only
    assert (item.code.name, item.message) == ("ZOO555", message)
    assert help_ in item.help


def test_known_boxes_of_these_pictures(tmp_path):
    known = task(told(OUTPUT, boxes(tmp_path, "day/1.png,circle,1,2,3,4", "other.png,square,1,2,3,4"))).known
    assert known is not None
    assert known.rows.count == 2


def test_boxes_are_found_in_images_alone():
    found = told(feature="pictures.x1", pictures='CSV("boxes.csv")')
    assert "ZOO552" in found.codes


def test_a_network_that_ends_before_its_cells():
    text = SPEC.format(pictures=PICTURES, steps=STEPS, feature="pictures.image", detect=OUTPUT)
    cut = text.replace('"shapes.onnx"', '"shapes.onnx"\n  cut     at "box"').lstrip()
    item = analysis(cut, path=str(EXAMPLE / "spec.zoo")).only
    assert item.code.name == "ZOO554"
    assert "the network gives 4x12x16" in item.message
