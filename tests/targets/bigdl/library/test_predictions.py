from __future__ import annotations

import numpy as np
import pytest

from zoodsl.targets.bigdl.library.labels import ClassIndex, Label, MultiHot, Number
from zoodsl.targets.bigdl.library.predictions import Decoding, answer, answer_columns, cells, sentence

FINDINGS = MultiHot("found", names=("Mass", "Nodule", "Edema"), separator="; ")
PETS = ClassIndex("pet", classes=("cat", "dog", "fox"))
SIDES = ClassIndex("side", classes=("left", "right"))
SIGNED = ClassIndex("side", classes=("left", "right"), signs=True)


@pytest.mark.parametrize(
    ("label", "outputs", "thresholds", "row", "line"),
    [
        (
            FINDINGS,
            [0.3, 0.6, 0.5],
            {"Mass": 0.2, "Edema": 0.55},
            {"predicted": "Mass; Nodule", "Mass": 0.3, "Nodule": 0.6, "Edema": 0.5},
            "Nodule 0.60, Mass 0.30",
        ),
        (
            FINDINGS,
            [0.1, 0.2, 0.4],
            {},
            {"predicted": "", "Mass": 0.1, "Nodule": 0.2, "Edema": 0.4},
            "none; the nearest is Edema 0.40",
        ),
        (
            PETS,
            [0.2, 0.5, 0.3],
            {},
            {"predicted": "dog", "probability": 0.5, "predicted_2": "fox", "probability_2": 0.3},
            "dog 0.50, fox 0.30",
        ),
        (
            SIDES,
            [0.4],
            {"right": 0.25},
            {"predicted": "right", "probability": 0.4, "predicted_2": "left", "probability_2": 0.6},
            "right 0.40, left 0.60",
        ),
        (
            SIDES,
            [0.25],
            {},
            {"predicted": "left", "probability": 0.75, "predicted_2": "right", "probability_2": 0.25},
            "left 0.75, right 0.25",
        ),
        (
            SIGNED,
            [0.25],
            {},
            {"predicted": "right", "score": 0.25, "predicted_2": "left", "score_2": -0.25},
            "right 0.25, left -0.25",
        ),
        (Number("price"), [1234.5678], {}, {"predicted": 1234.5678}, "1235"),
    ],
    ids=[
        "labels",
        "no label",
        "classes",
        "one sigmoid",
        "one sigmoid by half",
        "the side of a boundary",
        "number",
    ],
)
def test_what_is_told_of_a_row(
    label: Label,
    outputs: list[float],
    thresholds: dict[str, float],
    row: dict[str, object],
    line: str,
) -> None:
    decoding = Decoding(label, 2, thresholds)
    told = answer(np.array(outputs), decoding)
    assert cells(told, decoding) == row
    assert answer_columns(decoding) == list(row)
    assert sentence(told, decoding) == line


def test_labels_are_told_by_their_probability_with_what_they_are_decided_by() -> None:
    told = answer(np.array([0.3, 0.6, 0.5]), Decoding(FINDINGS, 1, {"Edema": 0.55}))
    assert told == [
        {"label": "Nodule", "score": 0.6, "threshold": 0.5, "yes": True},
        {"label": "Edema", "score": 0.5, "threshold": 0.55, "yes": False},
        {"label": "Mass", "score": 0.3, "threshold": 0.5, "yes": False},
    ]


def test_as_many_classes_are_told_as_are_asked_for() -> None:
    for top in (1, 2, 3):
        told = answer(np.array([0.2, 0.5, 0.3]), Decoding(PETS, top, {}))
        assert [each["label"] for each in told] == ["dog", "fox", "cat"][:top]
