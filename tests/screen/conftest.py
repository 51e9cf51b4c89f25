"""The events of a training, as a run folder holds them."""

from collections.abc import Callable, Iterator
from math import exp

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
