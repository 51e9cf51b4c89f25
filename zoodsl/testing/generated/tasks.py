"""The sections of generated specs for what is done after training or with the data, and the laws that they state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from zoodsl.catalog.operator import Target
from zoodsl.testing.generated.data import Data
from zoodsl.testing.generated.wording import Draw, Wording, body
from zoodsl.types import TensorType, show

Task = Callable[[Draw, Wording, Data], str]


@st.composite
def tasks(
    draw: Draw, wording: Wording, data: Data, fed: TensorType, outputs: int, *, judged: bool
) -> list[str]:
    """Sections for what a spec does besides training, in most specs none or one of them.

    ``fed`` is what feeds the network, ``outputs`` how many numbers it gives; ``judged``: it is evaluated by metrics.
    """
    sections = [
        task(draw, wording, data) for able, task in _TASKS.values() if able(data) and wording.chance(15)
    ]
    if judged and wording.tuned and wording.chance(60):
        name, value = wording.tuned[0]
        sections.append(body("experiment", [f"compare {name} in [{value}, {value + 1}]"]))
    if not data.series and wording.chance(15):
        sections.append(_property(draw, data, fed, outputs))
    return sections


def _predict(draw: Draw, wording: Wording, data: Data) -> str:
    first = " first 10" if wording.chance(50) else ""
    rows = draw(
        st.sampled_from((f"on {draw(st.sampled_from(data.parts))}", f"from {data.source.readers[0]}"))
    )
    if data.frame != data.source.name:
        rows = f"on {draw(st.sampled_from(data.parts))}"  # a file has not the columns of a frame that is made
    top = ["top 2"] if data.label.operator.target is Target.CLASS and wording.chance(50) else []
    return body("predict", [rows + first, *top])


def _anomalies(draw: Draw, _wording: Wording, _data: Data) -> str:
    plots = draw(st.sampled_from(("series, errors", "forecast", "anomalies, series")))
    return body("anomalies", [f"flag {draw(st.integers(1, 9)) * 5}%", f"plot {plots}"])


def _cluster(draw: Draw, _wording: Wording, _data: Data) -> str:
    return body("cluster", [f"executors {draw(st.integers(0, 1))}", "cores 1", "memory 1 GB"])


def _gallery(draw: Draw, _wording: Wording, _data: Data) -> str:
    lines = draw(
        st.lists(
            st.sampled_from(
                ("Resize(9x9) -> CenterCrop(5x5)", "HFlip()", "Brightness(-9..9)", "Contrast(0.5, 2)")
            ),
            min_size=1,
            unique=True,
        )
    )
    return body("gallery", ["show 2", "draw 2", *lines])


def _index(draw: Draw, wording: Wording, data: Data) -> str:
    lines = [f"top {draw(st.integers(1, 4))}"]
    if data.label.operator.target is Target.CLASS and data.label.operator.size(data.label.arguments) != 2:
        lines += draw(st.sampled_from(([], ["rank by prediction then similarity"], ["rank by similarity"])))
    return body("index", [*lines, *(["include query"] if wording.chance(30) else [])])


def _recommend(draw: Draw, wording: Wording, data: Data) -> str:
    who, what = (each.removesuffix(" -> Index()") for each in data.columns)
    lines = [f"offer {what} to {who}", f"top {draw(st.integers(1, 3))} among unseen"]
    if len(data.parts) > 1 and wording.chance(60):
        lines.append("metric HitRatio(k = 1, negatives = 2), NDCG(k = 2, negatives = 2)")
    return body("recommend", lines)


_TASKS: Mapping[str, tuple[Callable[[Data], bool], Task]] = {
    "predict": (lambda data: not data.series, _predict),
    "anomalies": (lambda data: data.series and "test" in data.parts, _anomalies),
    "cluster": (lambda _data: True, _cluster),
    "gallery": (lambda data: data.source.image is not None, _gallery),
    "index": (lambda data: not data.series, _index),
    "recommend": (lambda data: data.ratings, _recommend),
}
"""For each section, for which data there may be one, and how it is drawn."""


# --- laws


def _property(draw: Draw, data: Data, fed: TensorType, outputs: int) -> str:
    image = data.source.image
    drawn, name = f"row in AnyRow({data.frame})", "row"
    claims = [f"Shape(predict({name})) == {outputs}"]
    if image is not None:
        size = f"height = {image.height}..{image.height}, width = {image.width}..{image.width}"
        drawn, name = f"image in AnyImage(channels = {image.channels}, {size})", "image"
        claims = [
            "Shape(training(image)) == Shape(preprocess(image))",
            "Finite(predict(image -> HFlip()))",
        ]
    elif not data.tables:
        drawn, name = f"numbers in AnyTensor({show(fed.shape)}, values = -9..9)", "numbers"
        claims = ["Min(numbers) >= -9", "Sum(numbers) / 2 <= 1000"]
    claims += [
        f"Shape(preprocess({name})) == {show(fed.shape)}",
        f"Finite(preprocess({name}))",
        f"Within(predict({name}), -1e9..1e9)",
        f"Mean(predict({name})) <= Max(predict({name}))",
        f"Argmax(predict({name})) < {outputs}",
        f"Close(predict({name}), predict({name}), 1e-5)",
    ]
    chosen: list[Any] = draw(st.lists(st.sampled_from(claims), min_size=1, max_size=3, unique=True))
    return body('property "it is as it is said"', [f"forall {drawn}", *chosen])
