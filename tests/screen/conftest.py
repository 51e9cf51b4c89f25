"""The events of a training, as a run folder holds them."""

from collections.abc import Callable, Iterator
from math import exp, sin

import pytest

from zoodsl.runtime.events import Event


def tell(epochs: int, classes: int) -> Iterator[Event]:
    rows = {"train": 200, "validation": 20, "test": 40}
    yield Event(
        "started", {"rows": rows, "iterations_per_epoch": 4, "epochs": 20, "batch": 50, "first_epoch": 1}, 0.0
    )
    for epoch in range(1, epochs + 1):
        for step in range(1, 5):
            number = 4 * (epoch - 1) + step
            yield Event(
                "iteration",
                {
                    "epoch": epoch,
                    "iteration": number,
                    "loss": exp(-number / 9),
                    "learning_rate": 0.01 / number,
                    "records_per_second": 700.0,
                },
                float(number),
            )
        validation = {"loss": exp(-epoch / 2), "Accuracy": 1 - exp(-epoch)}
        yield Event(
            "epoch",
            {
                "epoch": epoch,
                "loss": exp(-epoch / 2),
                "learning_rate": 0.01,
                "seconds": 2.0,
                "validation": validation,
                "best": epoch <= 3,
            },
            4.0 * epoch,
        )
    labels = [f"<class> {index}" for index in range(classes)]
    details = {
        "confusion": {
            "labels": labels,
            "matrix": [[3 * (row == column) for column in labels] for row in labels],
        },
        "roc": {labels[0]: {"false": [0, 0.1, 1], "true": [0, 0.9, 1]}},
    }
    yield Event("evaluated", {"part": "test", "metrics": {"Accuracy": 0.975}, "details": details}, 100.0)
    yield Event("finished", {"seconds": 41.0}, 100.0)


@pytest.fixture
def story() -> Callable[..., list[Event]]:
    """The events of ``epochs`` epochs over ``classes`` classes."""
    return lambda epochs=5, classes=3: list(tell(epochs, classes))


DISEASES = [
    "Atelectasis",
    "Cardiomegaly",
    "Effusion",
    "Infiltration",
    "Mass",
    "Nodule",
    "Pneumonia",
    "Pneumothorax",
    "Consolidation",
    "Edema",
    "Emphysema",
    "Fibrosis",
    "Pleural_Thickening",
    "Hernia",
]


def label_rows(names: list[str], shift: float) -> list[dict[str, object]]:
    """A table of labels; the last has no row of its own, and so no areas."""
    found = [
        {
            "label": name,
            "rows": 120,
            "positives": 3 + 2 * place,
            "auc": 0.7 + 0.2 * sin(place) - shift,
            "average_precision": 0.3,
            "threshold": 0.4,
            "precision": 0.25,
            "recall": 0.5,
            "f1": 1 / 3,
        }
        for place, name in enumerate(names)
    ]
    found[-1] |= {"positives": 0, "auc": None, "average_precision": None}
    return found


def tell_labels(names: list[str]) -> Iterator[Event]:
    """A training on several labels: weights, three parts with their tables, and two rows that are predicted."""
    start, *others = tell(2, 3)
    yield Event(
        "balanced",
        {
            "weights": [
                {"label": name, "rows": 5 * place, "no": 0.5, "yes": 30.0 - place}
                for place, name in enumerate(reversed(names))
            ],
            "missing": names[-1:],
        },
        0.0,
    )
    yield start
    yield from others[:-2]
    curve = {"false": [0, 0.2, 0.6, 1], "true": [0, 0.5, 0.8, 1]}
    for shift, part in enumerate(("train", "validation", "test")):
        details = {"roc": {**dict.fromkeys(names[:-1], curve), names[-1]: {"false": [], "true": []}}}
        yield Event(
            "evaluated",
            {
                "part": part,
                "metrics": {"RocAuc": 0.7, f"RocAuc/{names[0]}": 0.8},
                "details": details if part == "test" else {},
                "labels": label_rows(names, shift / 20),
            },
            100.0,
        )
    answers = [
        {"label": name, "score": 0.9 - place / 20, "threshold": 0.6, "yes": place < 7}
        for place, name in enumerate(names)
    ]
    row = {"row": "one.png", "picture": "predictions/001.png", "answers": answers, "text": "Atelectasis 0.90"}
    yield Event("predicted", {"rows": 1, "shown": [row]}, 101.0)
    yield others[-1]


@pytest.fixture
def labelled() -> Callable[..., list[Event]]:
    """The events of a training on ``count`` labels, by default fourteen."""
    return lambda count=14: list(tell_labels([*DISEASES, *map(str, range(count))][:count]))
