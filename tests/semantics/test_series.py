"""Series: windows are counted, their rows are in order, and nothing that judges is seen in training."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.semantics.analysis import Analysis, analysis
from zoodsl.model.nodes import Certainty, Part
from zoodsl.model.series import is_label_standardized, standardize_of, window_of
from zoodsl.model.tasks import Anomalies

SPEC = """
data {{
  taxi    = CSV("{folder}/taxi.csv")
  awake   = hour(taxi.time) >= 6
  feature taxi.value, hour(taxi.time), awake
  label   taxi.value -> Number()
  split   {split}
}}
preprocess {{
  {steps}
}}
network {{
  input {input}
  GRU(2)
  Dense(1)
}}
optimize {{
  loss      MeanSquaredError()
  optimizer Adam()
}}
train {{
  batch 2
}}
{more}
"""
ROWS = [
    f"2024-05-{1 + row // 24:02} {row % 24:02}:00:00,{10 + row % 7},{'ab'[row % 2]}" for row in range(100)
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "taxi.csv").write_text("\n".join(["time,value,city", *ROWS]) + "\n")
    return tmp_path


def of(folder: Path, **changed: str) -> Analysis:
    parts = {
        "split": "Tail(train = 60%, validation = 20%, test = 20%)",
        "steps": "Standardize()\n  Window(5, horizon = 2)",
        "input": "5x3",
        "more": "",
    }
    return analysis(SPEC.format(folder=folder, **(parts | changed)))


def counts(found: Analysis) -> dict[str, int | None]:
    assert found.spec is not None, found.messages
    return {part.value: rows.count for part, rows in found.spec.data.parts.items()}


def test_the_first_rows_have_no_window_and_later_parts_look_back(folder: Path) -> None:
    found = of(folder)
    assert counts(found) == {"train": 54, "validation": 20, "test": 20}
    assert found.spec is not None
    assert found.spec.preprocess.output.shape == (5, 3)
    assert found.spec.data.parts[Part.TRAIN].certainty is Certainty.EXACT


def test_windows_longer_than_what_trains_reach_into_the_next_part(folder: Path) -> None:
    found = of(
        folder, split="Tail(train = 20%, validation = 30%, test = 50%)", steps="Window(18)", input="18x3"
    )
    assert counts(found) == {"train": 2, "validation": 30, "test": 50}
    found = of(folder, split="Tail(train = 20%, test = 80%)", steps="Window(19)", input="19x3")
    assert counts(found) == {"train": 1, "test": 80}


def test_each_series_has_windows_of_its_own(folder: Path) -> None:
    assert counts(of(folder, steps="Window(5, by = taxi.city)")) == {
        "train": 50,
        "validation": 20,
        "test": 20,
    }


def test_a_series_that_begins_late_lacks_windows_where_it_begins(folder: Path) -> None:
    rows = [row if number < 70 else row[:-1] + "c" for number, row in enumerate(ROWS)]
    (folder / "taxi.csv").write_text("\n".join(["time,value,city", *rows]) + "\n")
    found = of(folder, steps="Window(5, by = taxi.city)")
    assert counts(found) == {"train": 50, "validation": 15, "test": 20}


def test_groups_are_estimated(folder: Path) -> None:
    found = of(
        folder,
        split="Grouped(taxi.city, train = 60%, test = 40%, seed = 3)",
        steps="Window(5, by = taxi.city)",
    )
    assert found.spec is not None, found.messages
    assert found.spec.data.parts[Part.TRAIN].certainty is Certainty.ESTIMATED


def test_what_is_learned_may_be_fed_where_it_lies_ahead(folder: Path) -> None:
    assert of(folder).codes == []
    assert of(folder, steps="Standardize()", input="3").codes.count("ZOO420") == 1


@pytest.mark.parametrize(
    ("steps", "window", "standardized"),
    [("Standardize()\n  Window(5)", True, True), ("Window(5)", True, False)],
)
def test_the_label_of_a_series_is_standardised_with_its_columns(
    folder: Path, steps: str, window: bool, standardized: bool
) -> None:
    spec = of(folder, steps=steps).spec
    assert spec is not None
    assert (window_of(spec.preprocess) is not None) is window
    assert (standardize_of(spec.preprocess) is not None) is standardized
    assert is_label_standardized(spec.preprocess, spec.data.label) is standardized


@pytest.mark.parametrize(
    ("split", "by"),
    [
        ("Random(train = 80%, test = 20%)", ""),
        ("Stratified(taxi.city, train = 80%, test = 20%)", ""),
        ("Grouped(taxi.city, train = 80%, test = 20%)", ""),
        ("Random(train = 80%, test = 20%)", ", by = taxi.city"),
    ],
)
def test_a_split_that_mixes_the_rows_of_windows(folder: Path, split: str, by: str) -> None:
    found = of(folder, split=split, steps=f"Window(5{by})")
    assert "ZOO481" in found.codes
    assert "split Tail" in next(each.help for each in found.diagnostics if each.code.name == "ZOO481")


@pytest.mark.parametrize(
    "split", ["Grouped(taxi.city, train = 80%, test = 20%)", "GroupedFold(taxi.city, folds = 3)"]
)
def test_a_split_may_keep_whole_series_together(folder: Path, split: str) -> None:
    assert "ZOO481" not in of(folder, split=split, steps="Window(5, by = taxi.city)").codes


def test_rows_out_of_order_are_named(folder: Path) -> None:
    rows = [*ROWS[:40], ROWS[41], ROWS[40], *ROWS[42:]]
    (folder / "taxi.csv").write_text("\n".join(["time,value,city", *rows]) + "\n")
    found = of(folder)
    assert found.codes == ["ZOO482"]
    assert found.only.message == (
        "the rows are not in order of time: row 42 is of 2024-05-02 16:00:00, and the one before it of 2024-05-02 17:00:00"
    )
    assert of(folder, steps="Window(5, by = taxi.city)").codes == []  # the two are of different series


def test_times_are_compared_whatever_their_form(folder: Path) -> None:
    rows = ["2024-05-01 23:00,1,a", "2024-05-01T23:30:00Z,3,a", "2024-05-02 00:00:00,2,a"] * 1 + [
        f"2024-05-03 {hour:02}:00:00,{hour},b" for hour in range(20)
    ]
    (folder / "taxi.csv").write_text("\n".join(["time,value,city", *rows]) + "\n")
    assert "ZOO482" not in of(folder, steps="Window(2)", input="2x3").codes


def test_a_column_that_is_constant_in_training(folder: Path) -> None:
    rows = [f"2024-05-{1 + row // 24:02} 12:00:00,{10 + row % 7},a" for row in range(100)]
    (folder / "taxi.csv").write_text("\n".join(["time,value,city", *rows]) + "\n")
    found = of(folder)
    assert found.codes == ["ZOO483", "ZOO483"]
    assert (
        found.messages[1] == "`awake` is 1 in all rows that train: it has no deviation to be standardised by"
    )


def test_steps_of_series_shape_prediction_too(folder: Path) -> None:
    found = of(folder, steps="training {\n    Standardize()\n  }\n  Window(5)")
    assert found.codes == ["ZOO414"]
    assert found.only.help == "take it out of `training`"


def test_standardising_a_window_is_put_in_order(folder: Path) -> None:
    found = of(folder, steps="Window(5)\n  Standardize()")
    assert found.codes == ["ZOO414"]
    assert "before `Window(...)`" in found.only.help


ANOMALIES = """anomalies {{
  flag {flag}
  {rest}
}}"""


def test_anomalies_are_looked_for_in_what_is_held_out(folder: Path) -> None:
    found = of(folder, more=ANOMALIES.format(flag="10%", rest="time taxi.time"))
    assert found.spec is not None, found.messages
    (task,) = found.spec.tasks
    assert isinstance(task, Anomalies)
    assert (task.share, task.parts, task.plots) == (0.1, (Part.TEST,), ())
    assert task.time is not None
    assert task.time.name == "time"


def test_a_histogram_says_what_tells_rows_apart(folder: Path) -> None:
    found = of(folder, more=ANOMALIES.format(flag="10%", rest="plot histogram by awake, errors"))
    assert found.spec is not None, found.messages
    (task,) = found.spec.tasks
    assert isinstance(task, Anomalies)
    assert task.plots == ("histogram", "errors")
    assert task.kinds is not None
    assert task.kinds.name == "awake"


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        ("plot histogram", "ZOO229"),
        ("plot errors by awake", "ZOO229"),
        ("plot histogram by taxi.time", "ZOO414"),
        ("plot errrors", "ZOO212"),
        ("on test, exam", "ZOO212"),
        ("time awake / 2", "ZOO209"),
        ('known 5 at "taxi"', "ZOO209"),
        ('known "no.json" at "taxi"\n  time taxi.time', "ZOO401"),
        ('known "no.json"', "ZOO229"),
    ],
)
def test_what_anomalies_do_not_take(folder: Path, rest: str, code: str) -> None:
    assert code in of(folder, more=ANOMALIES.format(flag="10%", rest=rest)).codes


@pytest.mark.parametrize(
    ("time", "said"),
    [("taxi.time", None), ("taxi.value", "it holds numbers"), ("taxi.city", '"a" in it is none')],
)
def test_known_windows_are_compared_with_dates(folder: Path, time: str, said: str | None) -> None:
    """The rows of a city are in order of its name here, so that this alone is wrong."""
    rows = [row[:-1] + "a" for row in ROWS]
    (folder / "taxi.csv").write_text("\n".join(["time,value,city", *rows]) + "\n")
    (folder / "windows.json").write_text('{"taxi": [["2024-05-01 00:00:00", "2024-05-02 00:00:00"]]}')
    rest = f'time {time}\n  known "{folder}/windows.json" at "taxi"'
    found = of(folder, more=ANOMALIES.format(flag="10%", rest=rest))
    assert found.codes == ([] if said is None else ["ZOO486"])
    assert said is None or found.only.message.endswith(f"`{time}` is another one: {said}")


def test_anomalies_say_how_many(folder: Path) -> None:
    found = of(folder, more="anomalies {\n  time taxi.time\n}")
    assert "does not say how many rows to flag" in found.only.message


def test_a_part_that_there_is_not(folder: Path) -> None:
    more = ANOMALIES.format(flag="10%", rest="on validation")
    found = of(folder, split="Tail(train = 80%, test = 20%)", more=more)
    assert found.only.message == "there are no validation rows to look for anomalies in"


def test_one_series_of_numbers(folder: Path) -> None:
    more = ANOMALIES.format(flag="10%", rest="on test")
    assert "makes several" in of(folder, steps="Window(5, by = taxi.city)", more=more).only.message


def test_a_computed_column_has_the_name_that_it_is_given(folder: Path) -> None:
    spec = of(folder).spec
    assert spec is not None
    assert [column.name for column in spec.data.feature.columns] == ["value", "hour_time", "awake"]


def test_a_computed_column_is_no_second_one_of_its_name(folder: Path) -> None:
    text = SPEC.replace("awake   =", "city    =").replace(", awake", ", city")
    found = analysis(
        text.format(
            folder=folder, split="Tail(train = 80%, test = 20%)", steps="Window(5)", input="5x3", more=""
        )
    )
    assert found.codes == ["ZOO213"]
    assert found.only.message == "`taxi` has a column `city` already"


@pytest.mark.parametrize(("part", "there"), [("train", False), ("test", True)])
def test_where_nothing_trains_or_divides_anomalies_are_those_of_all_rows(
    folder: Path, part: str, there: bool
) -> None:
    more = ANOMALIES.format(flag="10%", rest=f"on {part}")
    applied = SPEC.partition("optimize {{")[0].replace("  split   {split}\n", "") + "{more}"
    found = analysis(applied.format(folder=folder, steps="Window(5)", input="5x3", more=more))
    assert ("there are no train rows to look for anomalies in" in found.messages) is not there
    assert "ZOO509" not in found.codes or not there


def test_anomalies_of_what_nothing_trains_are_those_of_a_label(folder: Path) -> None:
    more = ANOMALIES.format(flag="10%", rest="on test")
    applied = SPEC.partition("optimize {{")[0].replace("  label   taxi.value -> Number()\n", "") + "{more}"
    split = "Tail(train = 60%, test = 40%)"
    found = analysis(applied.format(folder=folder, steps="Window(5)", input="5x3", split=split, more=more))
    assert any(message.startswith("`anomalies` tells what the network's") for message in found.messages)


def test_not_every_row_stands_out(folder: Path) -> None:
    found = of(folder, more=ANOMALIES.format(flag="100%", rest="time taxi.time"))
    assert found.codes == ["ZOO210"]
    assert "flags every row" in found.only.message
