"""What outputs say: the reference beside what generated programs make of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.catalog.values import Kind
from zoodsl.model.nodes import Column, Label
from zoodsl.source import SourceFile, Span
from zoodsl.targets.numpy.answers import Decoding, answers, sentence

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")

NOWHERE = Span(SourceFile("", ""), 0, 0)
LABELS: dict[str, tuple[str, dict[str, Any], int]] = {
    "numbers": ("ClassIndex", {"classes": 4}, 4),
    "texts": ("ClassIndex", {"classes": ("cat", "dog", "fox")}, 3),
    "two": ("ClassIndex", {"classes": ("no", "yes")}, 1),
    "several": ("MultiHot", {"names": ("red", "green", "blue"), "separator": "_"}, 3),
    "rating": ("Rating", {"scale": (0.5, 2.0), "step": 0.5}, 4),
    "number": ("Number", {}, 1),
}


def decoding(bound: Any, kind: str, **changes: Any) -> Decoding:
    name, arguments, _ = LABELS[kind]
    column = Column(span=NOWHERE, frame="rows", name="label", type=None)
    label = Label(span=NOWHERE, column=column, codec=bound(Kind.LABEL, name, **arguments))
    return Decoding(**{"label": label, "top": 2, **changes})


@pytest.fixture(scope="session")
def library(bound: Any) -> Any:
    """``library(decoding, outputs)``: the columns and the sentence of each row by the programs' own helpers."""
    from zoodsl.targets.bigdl.library import labels, predictions
    from zoodsl.targets.bigdl.library.evaluation import probabilities

    def tell(how: Decoding, outputs: np.ndarray) -> list[tuple[dict[str, Any], str]]:
        assert how.label is not None
        arguments = how.label.codec.arguments
        made: Any
        match how.label.codec.operator.name:
            case "ClassIndex":
                made = labels.ClassIndex("label", arguments["classes"], how.signs)
            case "MultiHot":
                made = labels.MultiHot("label", arguments["names"], arguments["separator"], None, how.signs)
            case "Rating":
                made = labels.Rating("label", ("0.5", "1", "1.5", "2"))
            case _:
                made = labels.Number("label")
        outputs = outputs.astype(float)
        if how.logits:
            outputs = probabilities(outputs, exclusive=isinstance(made, labels.ClassIndex))
        programs = predictions.Decoding(made, how.top, how.thresholds)
        told = [predictions.answer(row, programs) for row in outputs]
        return [(predictions.cells(each, programs), predictions.sentence(each, programs)) for each in told]

    return tell


@pytest.mark.law("programs word a prediction as the reference does")
@pytest.mark.parametrize("kind", LABELS)
@given(data=st.data())
def test_programs_say_the_same(bound: Any, library: Any, kind: str, data: st.DataObject) -> None:
    width = LABELS[kind][2]
    row = st.lists(st.integers(0, 16).map(lambda part: part / 16), min_size=width, max_size=width)
    outputs = np.array(data.draw(st.lists(row, min_size=1, max_size=3)), np.float32)
    thresholds = data.draw(st.sampled_from([{}, {"yes": 0.3}, {"red": 0.1, "blue": 0.9}]))
    how = decoding(
        bound,
        kind,
        top=data.draw(st.integers(1, 4)),
        thresholds=thresholds,
        signs=kind == "two" and data.draw(st.booleans()),
        logits=kind != "number" and data.draw(st.booleans()),
    )
    cells = answers(outputs, how)
    assert [(each, sentence(each, how)) for each in cells] == library(how, outputs)


def test_the_most_probable_classes_come_first(bound: Any) -> None:
    how = decoding(bound, "texts")
    (cells,) = answers(np.array([[0.2, 0.7, 0.1]]), how)
    assert cells == {"predicted": "dog", "probability": 0.7, "predicted_2": "cat", "probability_2": 0.2}
    assert sentence(cells, how) == "dog 0.70, cat 0.20"


def test_labels_above_their_thresholds_are_yes(bound: Any) -> None:
    how = decoding(bound, "several", thresholds={"red": 0.1})
    yes, none = answers(np.array([[0.2, 0.4, 0.6], [0.05, 0.5, 0.3]]), how)
    assert yes == {"predicted": "red_blue", "red": 0.2, "green": 0.4, "blue": 0.6}
    assert sentence(yes, how) == "blue 0.60, red 0.20"
    assert none["predicted"] == ""
    assert sentence(none, how) == "none; the nearest is green 0.50"


def test_outputs_that_nothing_is_said_of_are_told_as_they_are() -> None:
    how = Decoding(label=None, top=1)
    (cells,) = answers(np.arange(7.0)[None], how)
    assert cells == {f"output_{place}": place - 1.0 for place in range(1, 8)}
    assert sentence(cells, how) == "0, 1, 2, 3, 4, ..."
