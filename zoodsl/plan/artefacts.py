"""The files of a run folder, which the runtime writes and reports name."""

from __future__ import annotations

from collections.abc import Iterator

from zoodsl.catalog.plots import PLOTS
from zoodsl.model.nodes import Spec
from zoodsl.plan.judgement import chooses_thresholds, has_label_table
from zoodsl.plan.steps import Artefact


def artefacts(spec: Spec) -> tuple[Artefact, ...]:
    """What a run of ``spec`` writes, in the order of writing; folders end in ``/``."""
    train = spec.train
    kept = f"best by {train.keep.metric}" if train.keep else "after the last epoch"
    return (
        Artefact(path="spec.zoo", doc="the spec as it ran"),
        Artefact(path="plan.json", doc="this plan"),
        Artefact(path="program.py", doc="the program that ran; it needs no zoodsl"),
        *(
            [Artefact(path="pretrained-*.npz", doc="the weights of its bases, which the program reads")]
            if spec.network.bases
            else []
        ),
        Artefact(path="run.json", doc="where it ran, and how it ended"),
        Artefact(path="events.jsonl", doc="what happened, as it happened"),
        *_of_images(spec),
        Artefact(path="log.txt", doc="everything Spark and the engine said"),
        Artefact(
            path="tensorboard/",
            doc=f"{_listed(train.log.values)} every {_every(train.log.every, 'iteration')}",
        ),
        Artefact(
            path="checkpoints/", doc=f"weights and optimizer every {_every(train.checkpoint_every, 'epoch')}"
        ),
        Artefact(path="model/", doc=f"the network and its weights, {kept}"),
        Artefact(
            path="prediction/", doc="the model with its preprocessing, ready to predict in a fresh process"
        ),
        Artefact(path="metrics.json", doc="loss and metrics of every epoch, and of the evaluation"),
        *_of_labels(spec),
        Artefact(path="plots/loss.png", doc="training and validation loss"),
        *(
            Artefact(path=f"plots/{picture}.png", doc=doc)
            for plot in spec.evaluate.plots
            for picture, doc in PLOTS[plot].pictures.items()
        ),
        Artefact(path="report.html", doc="all of this on one page"),
    )


def _of_images(spec: Spec) -> Iterator[Artefact]:
    if any(frame.reader.operator.name == "Images" for frame in spec.data.frames):
        yield Artefact(path="bad_files.csv", doc="files that are no images, and why; if there are any")


def _of_labels(spec: Spec) -> Iterator[Artefact]:
    if has_label_table(spec):
        doc = "for each label: rows, areas under its curves, threshold, precision, recall and F1"
        yield Artefact(path="labels.csv", doc=doc)
    if chooses_thresholds(spec):
        doc = "above what a probability means yes: the best F1 score over the validation rows"
        yield Artefact(path="thresholds.json", doc=doc)
    if spec.predict is not None:
        yield Artefact(
            path="predictions.csv", doc="the rows of `predict` with what the network tells of them"
        )


def _listed(values: tuple[str, ...]) -> str:
    names = [value.replace("_", " ") for value in values]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _every(count: int, unit: str) -> str:
    return unit if count == 1 else f"{count} {unit}s"
