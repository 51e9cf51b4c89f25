import struct
from functools import partial

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from zoodsl.runtime.events import Event
from zoodsl.runtime.history import Evaluation, history, whole
from zoodsl.screen.drawing import DPI, STYLE
from zoodsl.screen.label_plots import areas, auc_rows, auc_size, average_curve, draw_auc, draw_roc, roc_size
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


@pytest.mark.parametrize(
    ("labels", "roc", "rows"),
    [(2, (672, 624), 1), (5, (672, 624), 4), (14, (1212, 810), 13), (90, (672, 624), 50)],
)
def test_labels_have_as_many_curves_and_areas_as_there_is_room_for(labelled, labels, roc, rows):
    """One label has a plot, up to four share one, more have a panel each, and very many are drawn as a range."""
    told = history(labelled(labels))
    drawn = {plot.name: plot for plot in plots(told)}
    assert size(drawn["roc"].png) == roc
    assert size(drawn["auc_by_label"].png) == pytest.approx((864, 120 * (1.5 + 0.27 * max(rows, 3))), abs=1)
    assert len(auc_rows(told.evaluations)) == rows


@pytest.mark.parametrize("count", [2, 5, 14, 30, 90])
def test_texts_of_label_plots_do_not_overlap(labelled, count):
    told = history(labelled(count))
    last = told.evaluations[-1]
    for draw, room in (
        (partial(draw_roc, evaluation=last), roc_size(len(areas(last)))),
        (partial(draw_auc, evaluations=told.evaluations), auc_size(len(auc_rows(told.evaluations)))),
    ):
        with mpl.rc_context(STYLE):
            figure = Figure(figsize=room, dpi=DPI, layout="constrained")
            draw(figure)
            FigureCanvasAgg(figure).draw()
        shown = [
            (text.get_text(), text.get_window_extent())
            for text in figure.findobj(Text)
            if text.get_text() and text.get_visible() and (text.axes is None or text.axes.get_visible())
        ]
        assert len(shown) > 8
        clashes = [
            (one, other)
            for place, (one, box) in enumerate(shown)
            for other, second in shown[place + 1 :]
            if box.x0 < second.x1 and second.x0 < box.x1 and box.y0 < second.y1 and second.y0 < box.y1
        ]
        assert clashes == []
        names = [name for axes in figure.axes for name in (axes.xaxis.label, axes.yaxis.label, axes.title)]
        for name in (*names, *figure.texts):
            box = name.get_window_extent()
            assert box.x0 >= 0, name
            assert box.y0 >= 0, name
            assert box.x1 <= figure.bbox.width, name
            assert box.y1 <= figure.bbox.height, name


def test_the_average_curve_has_the_average_area():
    steep = {"false": [0.0, 0.0, 1.0], "true": [0.0, 1.0, 1.0]}
    flat = {"false": [0.0, 1.0], "true": [0.0, 1.0]}
    false, true = average_curve({"a": steep, "b": flat})
    area = sum((false[k + 1] - false[k]) * (true[k + 1] + true[k]) / 2 for k in range(len(false) - 1))
    assert area == pytest.approx((1 + 0.5) / 2, abs=1e-2)
    assert (false[0], true[0], false[-1], true[-1]) == (0, 0, 1, 1)


def test_areas_are_those_of_the_table_and_else_of_the_curve(labelled):
    last = history(labelled(3)).evaluations[-1]
    assert areas(last)["Atelectasis"] == last.labels[0]["auc"]
    bare = Evaluation("test", {}, last.details)
    assert areas(bare) == pytest.approx(dict.fromkeys(["Atelectasis", "Cardiomegaly"], 0.05 + 0.26 + 0.36))
    assert "Effusion" not in areas(bare), "it has rows of one kind alone"


def test_learning_rates_that_span_much_are_drawn_by_their_logarithm(story):
    wide = [
        Event(event.name, {**event.fields, "learning_rate": 10.0 ** -event["iteration"]})
        if event.name == "iteration"
        else event
        for event in story()
    ]
    pictures = [
        next(plot.png for plot in plots(history(events)) if plot.name == "learning_rate")
        for events in (wide, story())
    ]
    assert pictures[0] != pictures[1]


def test_validation_shows_metrics_without_those_of_single_labels():
    values = {"loss": 0.5, "RocAuc": 0.7, "RocAuc/Mass": 0.8, "a/b": 1.0}
    assert list(whole(values)) == ["loss", "RocAuc", "a/b"]
