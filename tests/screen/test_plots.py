import struct

import pytest

from zoodsl.runtime.events import Event
from zoodsl.runtime.history import history
from zoodsl.screen.plots import plots


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_each_thing_that_was_told_has_a_plot(story):
    drawn = {plot.name: plot for plot in plots(history(story()))}
    assert list(drawn) == ["loss", "metrics", "learning_rate", "confusion", "roc"]
    assert all(min(size(plot.png)) >= 400 for plot in drawn.values())
    assert "test rows" in drawn["confusion"].caption


def test_equal_histories_give_equal_pictures(story):
    first, second = ([plot.png for plot in plots(history(story()))] for _ in range(2))
    assert first == second


def test_a_run_that_told_nothing_has_no_plots():
    assert list(plots(history([]))) == []


def test_a_run_that_ended_in_its_first_epoch_has_its_iterations(story):
    drawn = [plot.name for plot in plots(history(story()[:3]))]
    assert drawn == ["loss", "learning_rate"]


@pytest.mark.parametrize("classes", [2, 90])
def test_confusion_grows_with_the_classes_up_to_a_limit(story, classes):
    confusion = next(plot for plot in plots(history(story(classes=classes))) if plot.name == "confusion")
    assert max(size(confusion.png)) <= 1600


def test_values_that_are_not_finite_leave_gaps(story):
    told = [
        Event(event.name, dict(event.fields) | {"loss": None})
        if event.name in {"epoch", "iteration"}
        else event
        for event in story()
    ]
    assert "loss" in [plot.name for plot in plots(history(told))]
