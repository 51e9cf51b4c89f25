"""Tasks in a plan: the stages that carry them out, what is told of them, and the files that they write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, assert_never

from zoodsl.catalog.plots import SERIES_PLOTS
from zoodsl.model.printer import show_frame, show_operation
from zoodsl.model.spec import Spec
from zoodsl.model.tasks import Anomalies, Detect, Gallery, Index, Offer, Predict, Recommend, Task
from zoodsl.plan import plain
from zoodsl.plan.steps import Artefact, Perform

Json = dict[str, Any]


def task_stages(spec: Spec, after: tuple[str, ...]) -> Iterator[Perform]:
    """A stage for each task of ``spec``, which follow the stages named ``after``."""
    for task in spec.tasks:
        yield Perform(
            span=task.span,
            name=kind(task),
            inputs=after,
            deterministic=True,
            task=task,
            steps=tuple(step for step in spec.preprocess.steps if not step.training_only),
        )


def kind(task: Task) -> str:
    """The keyword of a task's section."""
    match task:
        case Predict():
            return "predict"
        case Anomalies():
            return "anomalies"
        case Index():
            return "index"
        case Detect():
            return "detect"
        case Gallery():
            return "gallery"
        case Recommend():
            return "recommend"
        case _:
            assert_never(task)


def described(task: Task) -> Json:
    """A task in JSON's types, for the stage that carries it out."""
    match task:
        case Predict():
            return {
                "reader": plain.operation(task.frame.reader),
                "rows": plain.rows(task.frame.rows),
                "top": task.top,
                "part": None if task.part is None else task.part.value,
                "first": task.first,
            }
        case Anomalies():
            return {
                "flag": task.share,
                "on": [part.value for part in task.parts],
                "time": None if task.time is None else plain.value(task.time),
                "known": None
                if task.known is None
                else {"file": PurePath(task.known.path).name, "series": task.known.series},
                "plots": list(task.plots),
            }
        case Index():
            return {
                "node": task.node,
                "top": task.top,
                "rank": ["prediction", "similarity"] if task.by_prediction else ["similarity"],
                "include_query": task.included,
            }
        case Detect():
            return {
                "detector": plain.operation(task.detector),
                "known": None if task.known is None else plain.operation(task.known.reader),
                "drawn": task.drawn,
                "film": task.film,
            }
        case Gallery():
            return {
                "lines": [
                    {"text": line.text, "steps": [plain.step(each) for each in line.steps]}
                    for line in task.lines
                ],
                "rows": task.rows,
                "draws": task.draws,
            }
        case Recommend():
            return {
                "offers": [{"what": each.item.name, "to": each.user.name} for each in task.offers],
                "top": task.top,
                "among": task.among,
                "by": task.order,
                "metrics": [plain.operation(metric) for metric in task.metrics],
            }
        case _:
            assert_never(task)


def sentence(task: Task) -> str:
    """A task in a line, for people."""
    match task:
        case Predict():
            first = f"the first {task.first:,} of " if task.first else ""
            if task.part is not None:
                return f"{first}the {task.part.value} rows"
            return f"{first}{show_frame(task.frame)}: rows {task.frame.rows}"
        case Anomalies():
            parts = " and ".join(part.value for part in task.parts)
            beside = "" if task.known is None else f', against the windows of "{task.known.series}"'
            return f"the {task.share * 100:g}% of the {parts} rows whose error is largest{beside}"
        case Index():
            first = "of the predicted class first, " if task.by_prediction else ""
            own = "the row itself included" if task.included else "the row itself left out"
            return f"the {task.top} nearest rows by the output of `{task.node}`, {first}{own}"
        case Detect():
            made = task.detector
            count = len(made.arguments["classes"])
            classes = "1 class" if count == 1 else f"{count} classes"
            beside = "" if task.known is None else f", compared with {show_operation(task.known.reader)}"
            return (
                f"boxes of {classes} by {made.operator.name}, above {made.arguments['threshold']:.0%}{beside}"
            )
        case Gallery():
            shown = ", ".join(line.text for line in task.lines[:3])
            more = f" and {len(task.lines) - 3} more" if len(task.lines) > 3 else ""
            images = "the first image" if task.rows == 1 else f"the first {task.rows} images"
            return f"what {shown}{more} make of {images}"
        case Recommend():
            offers = ", ".join(f"{each.item.name} to {each.user.name}" for each in task.offers)
            among = "unseen pairs" if task.among == "unseen" else f"the pairs of the {task.among} part"
            measured = "".join(f", {show_operation(metric)}" for metric in task.metrics)
            return f"{offers}: the {task.top} best among {among}, by {task.order}{measured}"
        case _:
            assert_never(task)


def task_artefacts(task: Task) -> Iterator[Artefact]:
    """The files that a task writes, in the order of writing."""
    match task:
        case Predict():
            yield Artefact(
                path="predictions.csv", doc="the rows of `predict` with what the network tells of them"
            )
        case Anomalies():
            yield Artefact(
                path="anomalies.csv",
                doc="each row with what is predicted of it, its error, and whether it is flagged",
            )
            for plot in task.plots:
                yield Artefact(path=f"plots/{SERIES_PLOTS[plot].name}.png", doc=SERIES_PLOTS[plot].doc)
        case Index():
            yield Artefact(
                path="index.npz", doc="what the network gives for each row, of length 1, with keys and labels"
            )
            yield Artefact(path="neighbours.csv", doc="for each row the nearest ones, with their similarity")
        case Detect():
            yield Artefact(path="detections.csv", doc="the boxes: picture, class, score, and edges in pixels")
            if task.drawn:
                yield Artefact(path="detections/", doc="pictures with their boxes")
            if task.drawn and task.film is not None:
                yield Artefact(path="detections.mp4", doc="all frames with their boxes")
                yield Artefact(path="detections.gif", doc="the first of them, smaller")
        case Gallery():
            yield Artefact(path="gallery/", doc="images before and after the steps of `gallery`")
            yield Artefact(path="plots/steps.png", doc="all of them side by side")
        case Recommend():
            yield Artefact(
                path="pairs.csv", doc="the pairs of the judged part, with the ratings expected of them"
            )
            yield from (
                Artefact(
                    path=offered(each),
                    doc=f"the {task.top} best of {each.item.name} for each {each.user.name}",
                )
                for each in task.offers
            )
            if task.metrics:
                yield Artefact(
                    path="plots/ranks.png", doc="held-out rows among the first k of their candidates"
                )
        case _:
            assert_never(task)


def offered(offer: Offer) -> str:
    """The file of what is recommended."""
    return f"{offer.item.name}_to_{offer.user.name}.csv"
