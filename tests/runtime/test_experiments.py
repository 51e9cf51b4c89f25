import json
import os
import signal
from contextlib import contextmanager
from dataclasses import replace

import pytest

from zoodsl.diagnostics import Diagnostics
from zoodsl.model.experiments import Combination
from zoodsl.plan.scaling import Workload
from zoodsl.runtime.events import Event
from zoodsl.runtime.experiments import Comparison, begin, carry_out, keep, planned, read, resume, table
from zoodsl.runtime.outcome import Status
from zoodsl.runtime.record import read_record, write_record

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
    one, two, three = (replace(each, status=Status.FINISHED) for each in comparison().trials)
    trials = (replace(one, value=0.3), replace(two, value=0.1), three)
    assert replace(comparison(), trials=trials).best is trials[0]
    assert replace(comparison(), better="min", trials=trials).best is trials[1]
    assert comparison().best is None


@pytest.mark.parametrize("status", [Status.FAILED, Status.INTERRUPTED])
def test_one_that_did_not_finish_is_not_the_best(status):
    one, two, three = comparison().trials
    early, whole = replace(one, status=status, value=0.9), replace(two, status=Status.FINISHED, value=0.5)
    assert replace(comparison(), trials=(early, whole, three)).best is whole
    assert replace(comparison(), trials=(early, two, three)).best is None


def failing_last(request_for, begun):
    *_, (state, _) = carry_out(
        comparison(),
        begun,
        lambda number: request_for("raise ValueError('x')" if number == 2 else ""),
        unheard,
    )
    return state


def test_what_is_resumed_is_judged_by_the_metric_of_now(request_for, begun, tmp_path):
    assert failing_last(request_for, begun).trials[0].value == 0.9
    by_loss = replace(comparison(), metric="loss", better="min")
    opened = resume(begun, tmp_path / "runs", by_loss, Diagnostics())
    assert opened is not None
    assert opened[1].trials[0].value == pytest.approx(1 / 3)
    assert opened[1].trials[0].status is Status.FINISHED
    unmeasured = resume(begun, tmp_path / "runs", replace(comparison(), metric="F1Score"), Diagnostics())
    assert unmeasured is not None
    assert [trial.value for trial in unmeasured[1].trials] == [None, None, None]


def test_what_is_resumed_takes_the_work_of_now_where_it_runs(request_for, begun, tmp_path):
    failing_last(request_for, begun)
    work = Workload(rows=64, batch=32, executors=2, cores=1, flops=1000, parameters=10)
    now = tuple(replace(trial, work=work) for trial in comparison().trials)
    opened = resume(begun, tmp_path / "runs", replace(comparison(), trials=now), Diagnostics())
    assert opened is not None
    assert [trial.work for trial in opened[1].trials] == [None, None, work]


def test_one_that_ended_before_that_was_kept_is_finished(request_for, begun, tmp_path):
    list(carry_out(comparison(), begun, lambda number: request_for(), unheard))
    whole = read(begun)
    keep(begun, comparison())  # as if the process had been killed just before it kept what came of the runs
    opened = resume(begun, tmp_path / "runs", comparison(), Diagnostics())
    assert opened is not None

    def never(number):
        raise AssertionError(f"run {number} has ended")

    outcomes = [outcome for _, outcome in carry_out(opened[1], begun, never, unheard)]
    assert [outcome.status for outcome in outcomes] == [Status.FINISHED] * 3
    assert outcomes[0].folder == begun / "rate-0.1"
    assert outcomes[0].metrics == {"Accuracy": 0.9}
    assert read(begun) == whole


@pytest.mark.parametrize("killed", [False, True])
def test_the_pause_before_a_run_was_resumed_is_no_part_of_its_time(request_for, begun, tmp_path, killed):
    failing_last(request_for, begun)
    place = begun / "rate-0.001"
    record = read_record(place)
    assert record is not None
    assert record.ended is not None
    before = replace(record, started=record.started - 3600, ended=record.ended - 3600)
    write_record(place, replace(before, status=Status.RUNNING, ended=None) if killed else before)
    os.utime(place / "events.jsonl", 2 * (record.ended - 3600,))
    opened = resume(begun, tmp_path / "runs", comparison(), Diagnostics())
    assert opened is not None
    *_, (state, _) = carry_out(opened[1], begun, lambda number: request_for("raise ValueError('x')"), unheard)
    again = read_record(place)
    assert again is not None
    assert again.seconds is not None
    assert again.seconds == state.trials[2].seconds
    assert again.ran == pytest.approx(record.ended - record.started)
    assert again.ran < again.seconds < 3600


def test_metrics_that_only_some_runs_have_leave_gaps_in_the_table():
    one, *others = comparison().trials
    text = table(replace(comparison(), trials=(replace(one, metrics={"F1Score": 0.5}), *others)))
    assert text.splitlines()[0].endswith(",F1Score")
    assert text.splitlines()[2].endswith(",")
