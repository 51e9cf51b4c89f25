"""The files of a run folder, which the runtime writes and reports name."""

from __future__ import annotations

from collections.abc import Iterator

from zoodsl.catalog.plots import PLOTS
from zoodsl.model.nodes import Train
from zoodsl.model.spec import Spec
from zoodsl.plan.judgement import chooses_thresholds, has_label_table
from zoodsl.plan.steps import Artefact
from zoodsl.plan.tasks import task_artefacts


def artefacts(spec: Spec) -> tuple[Artefact, ...]:
    """What a run of ``spec`` writes, in the order of writing; folders end in ``/``."""
    return tuple(_artefacts(spec))


def _artefacts(spec: Spec) -> Iterator[Artefact]:
    network, train = spec.network, spec.train
    yield Artefact(path="spec.zoo", doc="the spec as it ran")
    yield Artefact(path="spec.json", doc="what the spec means, for `predict` and `evaluate`")
    yield Artefact(path="plan.json", doc="this plan")
    yield Artefact(path="program.py", doc="the program that ran; it needs no zoodsl")
    if network is not None and network.bases:
        yield Artefact(path="pretrained-*.npz", doc="the weights of its bases, which the program reads")
    yield Artefact(path="run.json", doc="where it ran, and how it ended")
    yield Artefact(path="events.jsonl", doc="what happened, as it happened")
    yield from _of_images(spec)
    yield Artefact(path="log.txt", doc="everything Spark and the engine said")
    if train is not None:
        yield from _of_training(train)
    if network is not None:
        kept = "as its bases have them" if train is None else _kept(train)
        yield Artefact(path="model/", doc=f"the network and its weights, {kept}")
        yield Artefact(
            path="prediction/", doc="the model with its preprocessing, ready to predict in a fresh process"
        )
    measured = "the evaluation" if train is None else "every epoch, and of the evaluation"
    yield Artefact(path="metrics.json", doc=f"{'' if train is None else 'loss and '}metrics of {measured}")
    yield from _of_labels(spec)
    for task in spec.tasks:
        yield from task_artefacts(task)
    if train is not None:
        yield Artefact(path="plots/loss.png", doc="training and validation loss")
    for plot in spec.evaluate.plots:
        for picture, doc in PLOTS[plot].pictures.items():
            yield Artefact(path=f"plots/{picture}.png", doc=doc)
    yield Artefact(path="report.html", doc="all of this on one page")


def _of_training(train: Train) -> Iterator[Artefact]:
    logged = f"{_listed(train.log.values)} every {_every(train.log.every, 'iteration')}"
    yield Artefact(path="tensorboard/", doc=logged)
    saved = f"weights and optimizer every {_every(train.checkpoint_every, 'epoch')}"
    yield Artefact(path="checkpoints/", doc=saved)


def _kept(train: Train) -> str:
    return f"best by {train.keep.metric}" if train.keep else "after the last epoch"


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


def _listed(values: tuple[str, ...]) -> str:
    names = [value.replace("_", " ") for value in values]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _every(count: int, unit: str) -> str:
    return unit if count == 1 else f"{count} {unit}s"
