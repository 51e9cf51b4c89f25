import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from zoodsl.runtime.events import Event
from zoodsl.screen.progress import clock, number, progress

STORY = (
    Event(
        "opened",
        {"folder": "runs/mnist/1", "name": "mnist", "master": "local[2]", "heap": 1, "resumed": False},
        0,
    ),
    Event("phase", {"text": "starting Java and Spark"}, 1),
    Event(
        "started",
        {
            "rows": {"train": 1257, "validation": 180, "test": None},
            "iterations_per_epoch": 20,
            "epochs": 10,
            "batch": 64,
            "first_epoch": 1,
        },
        10,
    ),
    Event(
        "iteration",
        {"epoch": 1, "iteration": 5, "loss": 1.5, "learning_rate": 0.01, "records_per_second": 729.4},
        15,
    ),
    Event(
        "epoch",
        {
            "epoch": 1,
            "loss": 0.512345,
            "learning_rate": 0.01,
            "seconds": 20.2,
            "validation": {"Accuracy": 0.9, "loss": 0.4},
            "best": True,
        },
        30,
    ),
    Event("stopped", {"epoch": 1, "reason": "no better Accuracy for 8 epochs"}, 31),
    Event("evaluated", {"part": "test", "metrics": {"Accuracy": 0.975}, "details": {}}, 32),
    Event("finished", {"seconds": 41.2}, 33),
)


def shown(*events: Event, terminal: bool) -> str:
    console = Console(
        file=io.StringIO(), force_terminal=terminal, width=100, color_system=None, highlight=False
    )
    with progress(console=console) as listener:
        for event in events:
            listener(event)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_pipe_gets_a_line_for_what_stays_true():
    assert shown(*STORY, terminal=False).splitlines() == [
        "run folder runs/mnist/1",
        "starting Java and Spark",
        "rows: 1,257 train, 180 validation; 10 epochs of 20 iterations, batch 64",
        "epoch  1/10  loss 0.5123  learning rate 0.01       20 s  validation loss 0.4000  Accuracy 0.9000  ★ best",
        "stopped after epoch 1: no better Accuracy for 8 epochs",
        "test: Accuracy 0.9750",
        "finished in 41 s",
    ]


def test_a_terminal_shows_where_the_run_is():
    text = shown(*STORY[:4], terminal=True)
    assert "epoch  1/10" in text
    assert "iteration 5/20" in text
    assert "729 records/s" in text
    assert "loss 1.5000  learning rate 0.01" in text
    assert "3:15 min left" in text  # 5 of 200 iterations took 5 seconds


def test_before_the_first_iteration_a_terminal_shows_the_phase():
    assert "starting Java and Spark" in shown(*STORY[:2], terminal=True)


def test_a_resumed_run_counts_the_time_of_its_own_iterations():
    started = Event("started", dict(STORY[2].fields) | {"first_epoch": 10}, 10)
    step = Event("iteration", dict(STORY[3].fields) | {"epoch": 10, "iteration": 190}, 20)
    assert "10 s left" in shown(started, step, terminal=True)


def test_one_epoch_is_no_epochs():
    started = replace(STORY[2], fields={**STORY[2].fields, "epochs": 1})
    assert "; 1 epoch of 20 iterations," in shown(started, terminal=False)


def test_an_interrupted_run_says_where():
    assert shown(Event("interrupted", {"epoch": 3}, 0), terminal=False) == "interrupted after epoch 3\n"
    assert shown(Event("interrupted", {"epoch": 0}, 0), terminal=False) == "interrupted\n"


def test_quiet_says_nothing(capsys):
    with progress(quiet=True) as listener:
        for event in STORY:
            listener(event)
    assert capsys.readouterr().out == ""


def test_json_is_a_line_an_event(capsys):
    with progress(as_json=True) as listener:
        for event in STORY:
            listener(event)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == [event.name for event in STORY]
    assert {line["version"] for line in lines} == {1}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.84, "0.8 s"), (41.6, "42 s"), (125, "2:05 min"), (3599.6, "1:00 h"), (7300, "2:01 h")],
)
def test_clock(seconds, text):
    assert clock(seconds) == text


def test_a_number_that_is_none_is_not_finite():
    assert [number(None), number(0.97521)] == ["nan", "0.9752"]


def test_a_table_of_labels_is_told_once_for_each_part(labelled):
    lines = shown(*labelled(), terminal=False).splitlines()
    assert "balanced: a yes weighs 34 (Atelectasis) to 58 (Pleural_Thickening) times a no" in lines
    assert "no training row is Hernia: it cannot be learned" in lines
    at = lines.index("test: RocAuc 0.7000")
    assert lines[at + 1].split() == [
        "label",
        "positives",
        "AUC",
        "AP",
        "threshold",
        "precision",
        "recall",
        "F1",
    ]
    assert lines[at + 2].split() == ["Atelectasis", "3", "0.600", "0.300", "0.400", "0.250", "0.500", "0.333"]
    assert lines[at + 15].split() == ["Hernia", "0", "0.400", "0.250", "0.500", "0.333"]
    assert len({line.index("0.250") for line in lines[at + 2 : at + 16]}) == 1, (
        "columns stand below each other"
    )


def test_very_many_labels_are_in_the_file_alone(labelled):
    text = shown(*labelled(90), terminal=False)
    assert "and 50 more in labels.csv" in text


def test_one_predicted_row_is_told_with_all_its_labels(labelled):
    lines = shown(*labelled(3), terminal=False).splitlines()
    at = lines.index("predicted 1 row")
    assert lines[at + 1 : at + 5] == [
        "  one.png: Atelectasis 0.90",
        "    0.900  Atelectasis  yes",
        "    0.850  Cardiomegaly  yes",
        "    0.800  Effusion  yes",
    ]


def test_one_row_is_a_row():
    counted = [Event("counted", {"rows": {"test": size}}, 1) for size in (1, 2)]
    assert shown(*counted, terminal=False).splitlines() == ["row: 1 test", "rows: 2 test"]
