"""What a plan says of boxes."""

from __future__ import annotations

import json
from pathlib import Path

from zoodsl.compiler import Compilation
from zoodsl.plan.explain import describe
from zoodsl.plan.steps import Plan

ROOT = Path(__file__).parents[2]


def plan_of(path: str) -> Plan:
    plan = Compilation(str(ROOT / path)).plan
    assert plan is not None
    return plan


def test_a_clip_that_is_compared_and_drawn():
    plan = plan_of("examples/object_detection/object_detection.zoo")
    told = json.loads(json.dumps(describe(plan)))
    stage = next(each for each in told["stages"] if each["name"] == "detect")
    assert stage["detector"]["operator"] == "FastestDet"
    assert stage["detector"]["arguments"]["classes"] == ["circle", "square", "triangle"]
    assert stage["known"]["arguments"]["path"] == "boxes.csv"
    assert (stage["drawn"], stage["film"]) == (12, 5.0)
    assert {artefact.path for artefact in plan.artefacts} >= {
        "detections.csv",
        "detections/",
        "detections.mp4",
        "detections.gif",
    }


def test_what_is_not_drawn_is_not_written():
    plan = plan_of("specs/detection/clip.zoo")
    assert {artefact.path for artefact in plan.artefacts if "detections" in artefact.path} == {
        "detections.csv"
    }


def test_pictures_make_no_film():
    plan = plan_of("specs/detection/pictures.zoo")
    assert not {artefact.path for artefact in plan.artefacts} & {"detections.mp4", "detections.gif"}
