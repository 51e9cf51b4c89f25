"""A spec on the NumPy reference, and what its data hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zoodsl.compiler import Compilation
from zoodsl.model.spec import Spec
from zoodsl.testing.subjects.interpreted import Interpreted, fed
from zoodsl.testing.subjects.subject import Unavailable

ROOT = Path(__file__).parents[3]


def spec_of(path: str) -> Spec:
    compiled = Compilation(str(ROOT / path))
    assert not compiled.has_errors
    assert compiled.spec is not None
    return compiled.spec


@pytest.fixture(scope="module")
def series() -> Interpreted:
    return Interpreted(spec_of("specs/series/several_series.zoo"))


def test_an_image_becomes_what_feeds_the_network():
    subject = Interpreted(spec_of("specs/data/augmentation.zoo"))
    image = np.full((8, 8, 1), 78, np.uint8)
    made = subject.preprocess(image)
    assert made.shape == (1, 8, 8)
    assert made.dtype == np.float32
    assert made == pytest.approx((78 - 77.9) / 95.9, abs=1e-6)
    assert subject.spec.network is not None
    assert subject.predict(fed(subject.spec.network, [made, made])).shape == (2, 10)


def test_steps_of_training_draw_from_the_seed():
    subject = Interpreted(spec_of("specs/data/augmentation.zoo"))
    image = np.random.default_rng(0).integers(0, 256, (8, 8, 1), np.uint8)
    made = [subject.training(image, seed) for seed in (1, 1, 2)]
    assert (made[0] == made[1]).all()
    assert not (made[0] == made[2]).all()
    assert (subject.preprocess(image, 1) == subject.preprocess(image, 2)).all()


def test_the_network_begins_with_the_weights_of_its_bases():
    subject = Interpreted(spec_of("specs/surgery/head.zoo"))
    network = subject.spec.network
    assert network is not None
    stored = {name: tensors for base in network.bases for name, tensors in base.weights.items()}
    assert stored
    for name, tensors in stored.items():
        assert all((one == other).all() for one, other in zip(subject.weights[name], tensors, strict=True))
    drawn = {layer.name for layer in network.layers if layer.weights} - stored.keys()
    assert drawn <= subject.weights.keys()


def test_a_window_is_standardised_by_the_rows_that_train(series):
    read = series.readings.numbers(training_only=True)
    made = series.preprocess([read.mean(axis=0)] * 6)
    assert made.shape == (6, 2)
    assert made == pytest.approx(0, abs=1e-6)


def test_windows_of_rows_are_those_of_their_own_series(series):
    first, *_ = series.readings.training_rows(3)
    assert series.readings.feature(first).shape == (6, 2)
    assert len(series.readings.training_rows(3)) == 3


def test_a_text_becomes_indices_of_words_that_train():
    subject = Interpreted(spec_of("specs/text/classification.zoo"))
    known = next(iter(subject.readings.words))
    made = subject.preprocess(f"{known} qqqqq")
    assert made.tolist() == [0.0] * 14 + [2.0, 1.0]


def test_a_value_that_did_not_train_has_the_last_index():
    subject = Interpreted(spec_of("examples/recommendation/recommendation.zoo"))
    users, items = (len(subject.readings.places[name]) for name in ("user", "item"))
    assert subject.preprocess([10**9, 10**9]).tolist() == [users, items]


def test_several_inputs_share_the_columns_out():
    subject = Interpreted(spec_of("specs/network/several_inputs.zoo"))
    made = [subject.preprocess(row) for row in ([13.0, 2.0], [14.0, 3.0])]
    assert subject.spec.network is not None
    alcohol, ash = fed(subject.spec.network, made)
    assert (alcohol.ravel().tolist(), ash.ravel().tolist()) == ([13.0, 14.0], [2.0, 3.0])


def test_labels_are_learned_on_the_scale_of_what_is_standardised(series):
    rows = series.readings.training_rows(50)
    assert abs(float(series.readings.labels(rows).mean())) < 2


@pytest.mark.parametrize(
    ("path", "ask", "why"),
    [
        ("specs/data/table.zoo", lambda own: own.readings.keys, "what `Table` reads is read by Spark alone"),
        ("specs/data/gallery.zoo", lambda own: own.readings.labels([0]), "the spec has no label"),
        ("specs/data/gallery.zoo", lambda own: own.predict([]), "the spec has no network"),
        ("specs/detection/clip.zoo", lambda own: own.readings.picture(0), "what `Video` reads is read by"),
    ],
)
def test_what_needs_spark_is_said(path: str, ask: Any, why: str):
    with pytest.raises(Unavailable, match=why):
        ask(Interpreted(spec_of(path)))


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("specs/data/augmentation.zoo", (8, 8, 1)),
        ("examples/mnist/perceptron.zoo", (8, 8, 1)),
        ("specs/data/joins.zoo", (8, 8, 1)),
        ("specs/surgery/head.zoo", (16, 16, 3)),
    ],
)
def test_pictures_of_rows_are_read_as_a_reader_gives_them(path, shape):
    picture = Interpreted(spec_of(path)).readings.picture(0)
    assert picture.shape == shape
    assert picture.dtype == np.uint8
