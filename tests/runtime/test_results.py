import json
from pathlib import Path

import pytest

from zoodsl.runtime.events import Event, to_line
from zoodsl.runtime.history import history, read_history
from zoodsl.runtime.outcome import Status
from zoodsl.runtime.record import Record, claim, read_record, write_record
from zoodsl.runtime.results import list_runs, prune, resumable
from zoodsl.screen.runs import table


def epoch(number: int, accuracy: float | None, *, best: bool = False) -> Event:
    validation = {"Accuracy": accuracy}
    fields = {
        "epoch": number,
        "loss": 0.5,
        "learning_rate": 0.1,
        "seconds": 1.0,
        "validation": validation,
        "best": best,
    }
    return Event("epoch", fields, 0.0)


def started(first: int) -> Event:
    return Event("started", {"epochs": 9, "first_epoch": first, "iterations_per_epoch": 2}, 0.0)


def step(number: int) -> Event:
    fields = {"epoch": (number + 1) // 2, "iteration": number, "loss": 1.0, "learning_rate": 0.1}
    return Event("iteration", fields | {"records_per_second": 1.0}, 0.0)


@pytest.fixture
def make(tmp_path: Path):
    def make(name: str, begin: float, status: Status = Status.FINISHED, *events: Event) -> Path:
        folder = tmp_path / name / str(begin)
        folder.mkdir(parents=True)
        record = Record(
            name=name,
            spec=f"{name}.zoo",
            status=status,
            parameters={"epochs": 9},
            versions={},
            master="local[2]",
            heap=1,
            batch=50,
            seed=42,
            root="/",
            started=begin,
            ended=begin + 10,
            failure={"code": "ZOO799", "message": "no luck", "help": "", "line": 3}
            if status is Status.FAILED
            else None,
        )
        write_record(folder, record)
        (folder / "events.jsonl").write_text("".join(map(to_line, events)))
        return folder

    return make


def test_a_record_is_read_as_it_was_written(make):
    folder = make("mnist", 1.0, Status.FAILED)
    record = read_record(folder)
    assert record is not None
    write_record(folder, record)
    assert read_record(folder) == record


@pytest.mark.parametrize(
    ("change", "readable"),
    [({"later": 1}, True), ({"status": "lost"}, False), ({"resumed": None}, False), ({"version": 2}, False)],
)
def test_a_record_of_another_hand_is_no_record(make, change, readable):
    """A field that a later zoodsl adds is none of ours; what has no meaning is not guessed at."""
    folder = make("mnist", 1.0)
    path = folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert (read_record(folder) is not None) is readable


def test_a_record_without_a_field_is_no_record(make):
    folder = make("mnist", 1.0)
    path = folder / "run.json"
    path.write_text(json.dumps({"version": 1, "status": "finished", "resumed": []}))
    assert read_record(folder) is None


def test_runs_are_listed_newest_first_with_what_matters(make, tmp_path):
    make("mnist", 1.0, Status.FAILED, started(1), epoch(1, 0.25), epoch(2, 0.5))
    make(
        "resnet",
        2.0,
        Status.FINISHED,
        Event("evaluated", {"part": "test", "metrics": {"AUC": 0.9}, "details": {}}, 0),
    )
    (tmp_path / "mnist" / "thesis").mkdir()
    (tmp_path / "mnist" / "thesis" / "run.json").write_text("not ours")
    newest, oldest = list_runs(tmp_path)
    assert (newest.name, newest.status, newest.metrics) == ("resnet", Status.FINISHED, {"AUC": 0.9})
    assert (oldest.epochs, oldest.planned_epochs, oldest.seconds) == (2, 9, 10.0)
    assert oldest.metrics == {"Accuracy": 0.5}
    assert oldest.failure == "no luck"
    assert [run.name for run in list_runs(tmp_path / "mnist")] == ["mnist"]


def test_no_folder_has_no_runs(tmp_path):
    assert list_runs(tmp_path / "nowhere") == ()


def test_a_run_is_running_as_long_as_its_process_has_it(make):
    folder = make("mnist", 1.0, Status.RUNNING)
    with claim(folder) as file:
        assert file is not None
        running = read_record(folder)
        with claim(folder) as second:
            assert second is None
    killed = read_record(folder)
    assert running is not None
    assert killed is not None
    assert (running.status, killed.status) == (Status.RUNNING, Status.INTERRUPTED)


def test_the_newest_open_end_is_resumed(make, tmp_path):
    make("mnist", 1.0, Status.INTERRUPTED)
    wanted = make("mnist", 2.0, Status.FAILED)
    make("mnist", 3.0, Status.FINISHED)
    assert resumable(tmp_path / "mnist") == wanted
    assert resumable(tmp_path / "resnet") is None


def test_pruning_keeps_the_newest_of_each_spec_and_what_runs(make, tmp_path):
    old = make("mnist", 1.0)
    running = make("mnist", 2.0, Status.RUNNING)
    make("mnist", 3.0)
    make("resnet", 1.0)
    with claim(running):
        assert prune(tmp_path, keep=1) == (old,)
    assert [(run.name, run.started) for run in list_runs(tmp_path)] == [
        ("mnist", 3.0),
        ("mnist", 2.0),
        ("resnet", 1.0),
    ]


def test_the_runs_of_an_experiment_are_listed_and_go_together(make, tmp_path):
    grid = tmp_path / "mnist" / "grid"
    grid.mkdir(parents=True)
    for begin, name in ((1.0, "rate-1"), (2.0, "rate-2")):
        make("mnist", begin).rename(grid / name)
    (grid / "experiment.json").write_text("{}")
    newest = make("mnist", 3.0)
    assert len(list_runs(tmp_path)) == 3
    assert prune(tmp_path, keep=1) == (grid,)
    assert [run.folder for run in list_runs(tmp_path)] == [newest]


def test_evaluations_are_no_runs_of_their_own(make, tmp_path):
    folder = make("mnist", 100.0)
    for name in ("x", "y"):
        (folder / "evaluations" / name).mkdir(parents=True)
        (folder / "evaluations" / name / "run.json").write_text((folder / "run.json").read_text())
    for root in (tmp_path, tmp_path / "mnist", folder):
        (run,) = list_runs(root)
        assert (run.folder, run.evaluations) == (folder, 2)
    assert table(list_runs(folder)).splitlines()[1].endswith("judged again 2 times")
    assert prune(tmp_path / "mnist", 1) == ()


def test_a_resumed_run_replaces_what_it_repeats():
    first = [started(1), step(1), step(2), epoch(1, 0.5), step(3), step(4), epoch(2, 0.6), step(5)]
    told = history([*first, started(2), step(3), step(4), epoch(2, 0.7)])
    assert [row.number for row in told.iterations] == [1, 2, 3, 4]
    assert [row.validation["Accuracy"] for row in told.epochs] == [0.5, 0.7]


def test_metrics_are_the_best_validations_until_there_is_an_evaluation():
    told = history([started(1), epoch(1, 0.9, best=True), epoch(2, 0.8)])
    assert told.metrics == {"Accuracy": 0.9}
    assert history([started(1), epoch(1, 0.9), epoch(2, None)]).metrics == {}
    told.add(Event("evaluated", {"part": "test", "metrics": {"Accuracy": 0.85}, "details": {}}, 0.0))
    assert told.metrics == {"Accuracy": 0.85}


def test_a_broken_last_line_does_not_spoil_a_history(make):
    folder = make("mnist", 1.0, Status.INTERRUPTED, started(1), epoch(1, 0.9))
    with (folder / "events.jsonl").open("a") as file:
        file.write(to_line(epoch(2, 0.95))[:30])
    assert len(read_history(folder).epochs) == 1
