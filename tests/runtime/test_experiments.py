import json
import os
import signal
from contextlib import contextmanager
from dataclasses import replace

import pytest

from zoodsl.diagnostics import Diagnostics
from zoodsl.model.experiments import Combination
from zoodsl.runtime.events import Event
from zoodsl.runtime.experiments import Comparison, begin, carry_out, planned, read, resume, table
from zoodsl.runtime.outcome import Status

RATES = ("0.1", "0.01", "0.001")


def comparison(rates=RATES) -> Comparison:
    grid = [Combination((("rate", rate),)) for rate in rates]
    trials = planned(grid, [None] * len(grid))
    return Comparison(name="mnist", spec="mnist.zoo", metric="Accuracy", better="max", cores=2, trials=trials)


@contextmanager
def unheard(number):
    yield lambda event: None


@pytest.fixture
def begun(tmp_path):
    """An experiment's folder."""
    folder = begin(tmp_path / "grid", tmp_path / "runs", comparison(), Diagnostics())
    assert folder is not None
    return folder


def test_each_combination_is_a_run_in_a_folder_of_its_own(request_for, begun):
    listened = []

    @contextmanager
    def listening(number):
        listened.append(number)
        yield lambda event: None

    states = [state for state, _ in carry_out(comparison(), begun, lambda number: request_for(), listening)]
    assert listened == [0, 1, 2]
    assert [state.trials[2].status for state in states] == [None, None, Status.FINISHED]
    last = states[-1]
    assert read(begun) == last
    assert [trial.folder for trial in last.trials] == ["rate-0.1", "rate-0.01", "rate-0.001"]
    for trial in last.trials:
        assert (trial.status, trial.value, trial.epochs) == (Status.FINISHED, 0.9, 3)
        assert trial.epoch_seconds == 0.1
        assert json.loads((begun / trial.folder / "run.json").read_text())["status"] == "finished"
    header, *rows = (begun / "experiment.csv").read_text().splitlines()
    assert header == "rate,status,seconds,epochs,epoch_seconds,folder,Accuracy"
    assert [row.split(",")[0] for row in rows] == list(RATES)


def test_one_that_fails_is_passed_over_and_taken_up_when_resumed(request_for, begun, tmp_path):
    def once(number):
        return request_for("raise ValueError('no luck')" if number == 1 else "")

    *_, (state, _) = carry_out(comparison(), begun, once, unheard)
    assert [trial.status for trial in state.trials] == [Status.FINISHED, Status.FAILED, Status.FINISHED]
    assert "no luck" in state.trials[1].failure
    assert state.best is state.trials[0]

    opened = resume(begun, tmp_path / "runs", comparison(), Diagnostics())
    assert opened is not None
    asked = []

    def again(number):
        asked.append(number)
        return request_for("raise ValueError('no luck')")

    *_, (state, outcome) = carry_out(opened[1], begun, again, unheard)
    assert asked == [1]
    assert outcome.status is Status.FAILED
    assert json.loads((begun / "rate-0.01" / "run.json").read_text())["resumed"]


def test_one_that_is_interrupted_is_the_last(request_for, begun):
    @contextmanager
    def interrupting(number):
        def listener(event: Event) -> None:
            if event.name == "epoch" and event["epoch"] == 1:
                os.kill(os.getpid(), signal.SIGINT)

        yield listener

    (ended,) = carry_out(
        comparison(), begun, lambda number: request_for("import time; time.sleep(20)"), interrupting
    )
    assert [trial.status for trial in ended[0].trials] == [Status.INTERRUPTED, None, None]


@pytest.mark.parametrize(
    ("rates", "finished", "words"),
    [
        (("0.1", "0.2"), False, "compared other values"),
        (RATES, True, "is finished"),
    ],
)
def test_what_cannot_be_resumed_is_told(begun, tmp_path, rates, finished, words):
    if finished:
        text = (begun / "experiment.json").read_text().replace('"status": null', '"status": "finished"')
        (begun / "experiment.json").write_text(text)
    sink = Diagnostics()
    assert resume(begun, tmp_path / "runs", comparison(rates), sink) is None
    assert words in sink.sorted()[0].message
    assert resume(None, tmp_path / "runs", comparison(), sink) is None
    assert "there is no experiment in" in sink.sorted()[-1].message


def test_the_newest_is_resumed_where_none_is_named(tmp_path):
    for day in ("2026-01-01", "2026-01-02"):
        begin(tmp_path / "runs" / "mnist" / day, tmp_path, comparison(), Diagnostics())
    opened = resume(None, tmp_path / "runs", comparison(), Diagnostics())
    assert opened is not None
    assert opened[0].name == "2026-01-02"


def test_folders_of_values_have_plain_names_and_differ():
    values = ['IDX("a/b.gz")', 'IDX("a b.gz")', "-1", "x" * 200]
    trials = planned([Combination((("source", value),)) for value in values], [None] * 4)
    folders = [trial.folder for trial in trials]
    assert folders[:3] == ["source-IDX-a-b.gz", "source-IDX-a-b.gz_2", "source-1"]
    assert len(folders[3]) <= 80


def test_the_best_goes_by_the_direction_of_the_metric():
    one, two, three = comparison().trials
    trials = (replace(one, value=0.3), replace(two, value=0.1), three)
    assert replace(comparison(), trials=trials).best is trials[0]
    assert replace(comparison(), better="min", trials=trials).best is trials[1]
    assert comparison().best is None


def test_metrics_that_only_some_runs_have_leave_gaps_in_the_table():
    one, *others = comparison().trials
    text = table(replace(comparison(), trials=(replace(one, metrics={"F1Score": 0.5}), *others)))
    assert text.splitlines()[0].endswith(",F1Score")
    assert text.splitlines()[2].endswith(",")
