import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from zoodsl.runtime.events import Event, to_line
from zoodsl.runtime.outcome import Status
from zoodsl.runtime.record import Record, write_record
from zoodsl.screen.report import write_report

PLAN = {
    "doc": "Digits & more",
    "network": {
        "inputs": [{"name": "input", "shape": [1, 28, 28]}],
        "layers": [{"name": "fc1", "operator": "Dense", "shape": [10], "parameters": 7850}],
        "parameters": 7850,
    },
    "optimize": {
        "loss": {"operator": "SparseCategoricalCrossentropy", "arguments": {}},
        "optimizer": {"operator": "Adam", "arguments": {"learning_rate": 0.001, "clip_norm": None}},
        "schedule": [{"operator": "Poly", "arguments": {"power": 1.0}, "epochs": 18, "iterations": None}],
    },
    "train": {
        "stop": {"operator": "EarlyStopping", "arguments": {"monitor": "Accuracy"}},
        "keep": {"metric": "Accuracy", "better": "higher"},
    },
    "artefacts": [
        {"path": "program.py", "doc": "the program that ran"},
        {"path": "model/", "doc": "the network and its weights"},
        {"path": "prediction/", "doc": "the model with its preprocessing"},
        {"path": "report.html", "doc": "all of this on one page"},
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    (tmp_path / "program.py").write_text("")
    return tmp_path


def record(status: Status = Status.FINISHED, **fields: object) -> Record:
    known: dict[str, object] = {
        "name": "mnist",
        "spec": "mnist.zoo",
        "status": status,
        "parameters": {"source": {"operator": "Sample", "arguments": {"name": "digits"}}, "epochs": 20},
        "versions": {"zoodsl": "1.2.3"},
        "master": "local[2]",
        "heap": 4 * 10**9,
        "batch": 50,
        "seed": 42,
        "root": "/",
        "started": 0.0,
        "ended": 41.0,
    }
    return Record(**known | fields)  # type: ignore[arg-type]


class Page(HTMLParser):
    """The page's visible text, and what it refers to; tags must close in order."""

    VOID = frozenset({"meta", "img", "br", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.references: list[str] = []
        self.feed(html)
        assert self.open == []
        self.text = re.sub(r"\s+", " ", self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "link", "iframe"}
        self.references += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += f" {data}"


def page(folder: Path) -> Page:
    return Page(write_report(folder).read_text(encoding="utf-8"))


def test_the_page_tells_all_and_needs_nothing_else(folder, story):
    (folder / "events.jsonl").write_text("".join(map(to_line, story())))
    (folder / "prediction").mkdir()
    write_record(folder, record())
    shown = page(folder)
    for words in (
        "mnist finished",
        "Digits & more",
        "test Accuracy 0.9750",
        "epochs 5 of 20",
        "best epoch 3",
        "time 41 s",
        "fc1 Dense 10 7,850",
        "train 200",
        "Adam(learning_rate = 0.001, clip_norm = none)",
        "Poly(power = 1.0) for 18 epochs",
        "param source Sample(name = digits)",
        "master local[2]",
        "Java heap 4 GB",
        "program.py the program that ran",
        'model = program.load(spark, "prediction")',
    ):
        assert words in shown.text
    assert "model/" not in shown.text  # it is not there
    assert len(shown.references) == 5
    assert all(reference.startswith("data:image/png;base64,") for reference in shown.references)
    assert {path.name for path in (folder / "plots").iterdir()} == {
        "loss.png",
        "metrics.png",
        "learning_rate.png",
        "confusion.png",
        "roc.png",
    }


def test_a_run_that_failed_before_training_has_its_reason(folder):
    failure = {"code": "ZOO711", "message": "Java ran out of <memory>", "help": "take less", "line": 12}
    write_record(folder, record(Status.FAILED, failure=failure))
    shown = page(folder)
    assert "ZOO711, line 12 of the spec Java ran out of <memory> take less" in shown.text
    assert shown.references == []
    assert not (folder / "plots").exists()


def test_an_interrupted_run_shows_the_epochs_there_are(folder, story):
    (folder / "events.jsonl").write_text("".join(map(to_line, story()[:11])) + '{"version": 1, "ev')
    write_record(folder, record(Status.INTERRUPTED))
    shown = page(folder)
    assert "mnist was interrupted" in shown.text
    assert "epochs 2 of 20" in shown.text
    assert "validation Accuracy 0.8647" in shown.text


def test_labels_weights_and_predictions_have_tables_of_their_own(folder, labelled):
    (folder / "events.jsonl").write_text("".join(map(to_line, labelled())))
    (folder / "predictions").mkdir()
    (folder / "predictions" / "001.png").write_bytes(b"picture")
    (folder / "thresholds.json").write_text("{}")
    write_record(folder, record())
    shown = page(folder)
    for words in (
        "label test rows train AUC validation AUC test AUC average precision threshold precision recall F1",
        "Atelectasis 3 0.700 0.650 0.600 0.300 0.400 0.250 0.500 0.333",
        "Hernia 0 0.400 0.250 0.500 0.333",
        "label training rows weight of a yes weight of a no",
        "Atelectasis 65 17 0.5",
        "All rows are in predictions.csv",
        "one.png label probability yes above Atelectasis 0.900 0.600 yes",
        "Pneumothorax 0.550 0.600 Consolidation",
    ):
        assert words in shown.text
    assert "RocAuc/Atelectasis" not in shown.text  # it stands in the table
    assert "data:image/png;base64,cGljdHVyZQ==" in shown.references


def test_pictures_of_results_are_what_their_names_end_in(folder, story):
    (folder / "a.png").write_bytes(b"still")
    (folder / "b.GIF").write_bytes(b"moving")
    result = Event(
        "result",
        {
            "task": "detect",
            "title": "boxes",
            "lines": [],
            "metrics": {},
            "table": [],
            "details": {},
            "pictures": ["a.png", "b.GIF"],
        },
        0.0,
    )
    (folder / "events.jsonl").write_text("".join(map(to_line, [*story(), result])))
    write_record(folder, record())
    shown = page(folder).references
    assert "data:image/png;base64,c3RpbGw=" in shown
    assert "data:image/gif;base64,bW92aW5n" in shown


def test_balanced_classes_have_one_weight_each(folder, story):
    weights = [{"label": "cat", "rows": 90, "weight": 0.5556}, {"label": "dog", "rows": 10, "weight": 5.0}]
    events = [Event("balanced", {"weights": weights, "missing": []}, 0.0), *story()]
    (folder / "events.jsonl").write_text("".join(map(to_line, events)))
    write_record(folder, record())
    assert "class training rows weight cat 90 0.5556 dog 10 5" in page(folder).text
