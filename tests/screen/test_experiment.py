"""The table, the charts and the page of an experiment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product

import pytest

from zoodsl.plan.scaling import Workload
from zoodsl.runtime.experiments import Comparison, Trial, keep
from zoodsl.runtime.folder import EVENTS
from zoodsl.runtime.history import Epoch, Evaluation, History
from zoodsl.runtime.outcome import Status
from zoodsl.screen.experiment import grid_in_words, table
from zoodsl.screen.experiment_plots import named, plots
from zoodsl.screen.experiment_report import write_report
from zoodsl.screen.progress import BEST
from zoodsl.screen.scaling_plots import scaled

LABELS = ("Mass", "Edema", "Hernia")


def trial(values: Mapping[str, str], number: int, work: Workload | None) -> Trial:
    score = 0.7 + 0.02 * number
    seconds = 8.0 if work is None else 8.0 / work.executors**0.5
    return Trial(
        folder=f"run-{number}",
        values=values,
        status=Status.FINISHED,
        seconds=20.0 + number,
        epochs=4,
        epoch_seconds=seconds,
        metrics={"RocAuc": score} | {f"RocAuc/{label}": score - 0.1 for label in LABELS},
        value=score,
        work=work,
    )


def compared(
    lists: Mapping[str, tuple[str, ...]], work: Callable[[Mapping[str, str]], Workload] | None = None
) -> Comparison:
    grid = [dict(zip(lists, values, strict=True)) for values in product(*lists.values())]
    trials = tuple(
        trial(values, number, work(values) if work else None) for number, values in enumerate(grid)
    )
    return Comparison(name="xray", spec="xray.zoo", metric="RocAuc", better="max", cores=16, trials=trials)


def told(comparison: Comparison) -> dict[str, History]:
    """Histories whose learning rate goes by whether ``scheduled`` is on."""
    found = {}
    for each in comparison.trials:
        rates = [1e-4, 1e-3, 1e-3, 1e-4] if each.values.get("scheduled") == "true" else [1e-3] * 4
        epochs = [
            Epoch(number, 1 / number, rate, 2.0, {"loss": 1 / number, "AUC": 0.5 + 0.1 * number}, best=True)
            for number, rate in enumerate(rates, 1)
        ]
        evaluations = [Evaluation("test", each.metrics, {})]
        found[each.folder] = History(epochs=epochs, evaluations=evaluations)
    return found


BODIES = {"body": ('"lite0"', '"small"'), "scheduled": ("true", "false")}


def on_executors(values: Mapping[str, str]) -> Workload:
    executors = int(values["executors"])
    return Workload(
        rows=1000,
        batch=int(values.get("batch", 32 * executors)),
        executors=executors,
        cores=1,
        flops=10**7,
        parameters=10**5,
    )


def test_the_table_marks_the_best():
    lines = table(compared(BODIES)).splitlines()
    assert lines[0].split()[:4] == ["body", "scheduled", "run", "took"]
    assert [BEST in line for line in lines] == [False, False, False, False, True]
    assert "0.7600" in lines[-1]


def test_the_table_says_what_failed_and_what_has_not_begun():
    first, second, *others = compared(BODIES).trials
    failed = replace(first, status=Status.FAILED, failure="no luck", metrics={}, value=None)
    waiting = replace(second, status=None, seconds=None, epoch_seconds=None, metrics={}, value=None)
    lines = table(replace(compared(BODIES), trials=(failed, waiting, *others))).splitlines()
    assert lines[1].endswith("no luck")
    assert "not begun" in lines[2]


def test_the_grid_in_words():
    assert (
        grid_in_words(compared(BODIES))
        == 'body in ["lite0", "small"], scheduled in [true, false]: 4 combinations'
    )


def test_combinations_are_named_in_few_words():
    names = [named(each) for each in compared(BODIES | {"rate": ("1e-3",)}).trials]
    assert names[:2] == ["lite0, scheduled, rate = 1e-3", "lite0, not scheduled, rate = 1e-3"]


@pytest.mark.parametrize(
    ("lists", "work", "names"),
    [
        (BODIES, None, ["metric", "labels", "schedules"]),
        ({"body": BODIES["body"]}, None, ["metric", "labels"]),
        ({"rate": ("1e-3", "1e-2", "1e-1"), "units": ("8", "16")}, None, ["metric", "labels"]),
        ({"executors": ("1", "2")}, on_executors, ["metric", "labels", "speed_up"]),
    ],
)
def test_each_thing_that_differs_has_a_chart(lists, work, names):
    comparison = compared(lists, work)
    drawn = {plot.name: plot for plot in plots(comparison, told(comparison))}
    assert list(drawn) == names
    assert all(plot.png.startswith(b"\x89PNG") for plot in drawn.values())


def test_a_sweep_over_numbers_is_drawn_along_an_axis():
    swept = compared({"rate": ("1e-3", "1e-2", "1e-1"), "units": ("8", "16")})
    chart = next(iter(plots(swept, told(swept))))
    assert chart.caption == "RocAuc by rate."


def test_an_experiment_of_which_nothing_ran_has_no_charts():
    trials = tuple(replace(each, status=None, value=None, metrics={}) for each in compared(BODIES).trials)
    histories = {each.folder: History() for each in trials}
    assert list(plots(replace(compared(BODIES), trials=trials), histories)) == []


def test_speed_up_is_over_the_fewest_cores_and_foretold_by_the_plan():
    (points,) = scaled(compared({"executors": ("1", "2", "4")}, on_executors)).values()
    assert [point.cores for point in points] == [1, 2, 4]
    assert [point.batch for point in points] == [32, 64, 128]
    assert [point.speed_up for point in points] == pytest.approx([1, 2**0.5, 2])
    assert points[0].foretold == 1
    assert 1 < points[1].foretold < points[2].foretold <= 4


def test_runs_that_differ_otherwise_are_held_against_their_own():
    series = scaled(compared({"executors": ("1", "2"), "batch": ("32", "64")}, on_executors))
    assert list(series) == ["batch = 32", "batch = 64"]
    assert all([point.cores for point in points] == [1, 2] for points in series.values())


def test_runs_on_one_number_of_cores_have_no_speed_up():
    assert scaled(compared({"executors": ("2",), "batch": ("32", "64")}, on_executors)) == {}
    assert scaled(compared(BODIES)) == {}


def test_the_page_holds_the_table_the_charts_and_links_to_reports(tmp_path):
    comparison = compared({"executors": ("1", "2")}, on_executors)
    for each in comparison.trials:
        (tmp_path / each.folder).mkdir()
        (tmp_path / each.folder / EVENTS).write_text("")
    (tmp_path / "run-0" / "report.html").write_text("")
    keep(tmp_path, comparison)
    page = write_report(tmp_path, comparison).read_text(encoding="utf-8")
    assert 'href="run-0/report.html"' in page
    assert 'href="run-1/report.html"' not in page
    assert page.count("<img") == len(list((tmp_path / "plots").glob("*.png"))) == 2
    assert "speed-up" in page
    assert "http" not in page.replace("http-equiv", "")


def test_this_machine_bounds_no_cluster_that_is_elsewhere():
    grid = compared({"executors": ("1", "2", "4")}, on_executors)
    (here,) = scaled(replace(grid, cores=1)).values()
    (there,) = scaled(replace(grid, cores=None)).values()
    assert there[-1].foretold > 2
    assert here[-1].foretold < there[-1].foretold
