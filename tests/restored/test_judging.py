"""Runs that are over are judged again: by their spec, with other data, and never as another network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.restored.work import only, own_part, predicted, restored
from tests.saved_runs import SPEC, saved_run
from zoodsl.diagnostics import Severity
from zoodsl.restored import Restored
from zoodsl.restored.judging import written
from zoodsl.runtime.outcome import Outcome
from zoodsl.runtime.request import RunRequest


def judged(folder: Path, **params: str) -> tuple[Restored, Outcome | None]:
    work = restored(folder)
    return work, work.evaluate(params)


def test_the_network_is_judged_again_by_the_spec(
    table: Path, launched: Callable[..., list[RunRequest]]
) -> None:
    requests = launched()
    work, outcome = judged(table)
    assert outcome is not None, work.diagnostics.sorted()
    (request,) = requests
    assert request.options.out.parent == table / "evaluations"
    assert (request.root, request.batch) == (table.parents[2], 8)
    text = own_part(request)
    for said in (
        "split_random(",
        "trained=load(",
        f'"{table}/prediction"',
        'run.evaluate("test"',
        "run.save_measures()",
    ):
        assert said in text
    for unsaid in ("fit(", "run.save(", "choose_thresholds", "predict_rows"):
        assert unsaid not in text
    again = restored(table).evaluate()
    assert again is not None
    assert requests[1].options.out != request.options.out


def test_thresholds_that_the_run_chose_are_kept(
    tmp_path: Path, launched: Callable[..., list[RunRequest]]
) -> None:
    spec = SPEC.replace('ClassIndex(["a", "b", "c"])', 'MultiHot(["a", "b", "c"])')
    spec = spec.replace("softmax", "sigmoid").replace("SparseCategorical", "Binary")
    spec = spec.replace("Accuracy()", "F1Score(threshold = best)")
    folder = saved_run(tmp_path, spec)
    (folder / "thresholds.json").write_text('{"version": 1, "thresholds": {"a": 0.25, "b": 0.5, "c": 0.75}}')
    (requests) = launched()
    assert judged(folder)[1] is not None
    assert "run.thresholds={'a':0.25,'b':0.5,'c':0.75}" in own_part(requests[0])


def test_other_data_and_other_rows(table: Path, launched: Callable[..., list[RunRequest]]) -> None:
    requests = launched()
    rows = Path("rows.csv").read_text().splitlines()
    Path("others.csv").write_text("\n".join(rows[:31]))
    work, outcome = judged(table, table="others.csv")
    assert outcome is not None, work.diagnostics.sorted()
    assert '"others.csv"' in own_part(requests[0])
    assert restored(table).evaluate({"table": "others.csv"}, all_rows=True) is not None
    assert "all_test(" in own_part(requests[1])
    assert "split_random(" not in own_part(requests[1])


@pytest.mark.parametrize(
    ("params", "messages"),
    [
        (
            {"batch_size": "16"},
            ["`--set batch_size=16` changes how it was trained, and the network is trained"],
        ),
        (
            {"batch_size": "4", "table": "rows.csv"},
            ["`--set batch_size=4` changes how it was trained, and the network is trained"],
        ),
        ({"batch": "4"}, ["has no param `batch` to set"]),
        ({"table": "none.csv"}, ["there is no file `none.csv`"]),
    ],
)
def test_what_cannot_be_set(
    table: Path, launched: Callable[..., list[RunRequest]], params: dict[str, str], messages: list[str]
) -> None:
    """ZOO743"""
    requests = launched()
    work, outcome = judged(table, **params)
    assert outcome is None
    (problem,) = work.diagnostics.sorted()
    assert problem.message.endswith(messages[0])
    assert requests == []


def test_params_that_the_run_was_given_are_its_own(
    tmp_path: Path, launched: Callable[..., list[RunRequest]]
) -> None:
    launched()
    folder = saved_run(tmp_path, overrides={"batch_size": "16"})
    assert judged(folder, batch_size="16")[1] is not None
    work, outcome = judged(folder, batch_size="8")  # what the spec says without it
    assert outcome is None
    assert only(work).code.name == "ZOO743"


def test_data_that_are_gone(table: Path, launched: Callable[..., list[RunRequest]]) -> None:
    launched()
    Path("rows.csv").unlink()
    work, outcome = judged(table)
    assert outcome is None
    assert (only(work).code.name, only(work).message) == ("ZOO401", "there is no file `rows.csv`")
    Path("new.csv").write_text("x1,x2\n1,2\n")
    assert predicted(restored(table).predict(["new.csv"])).engine == "numpy"  # which they do not matter to


def test_nothing_to_judge_by(tmp_path: Path, launched: Callable[..., list[RunRequest]]) -> None:
    """ZOO745"""
    launched()
    without = saved_run(tmp_path, SPEC.partition("evaluate {")[0])
    work, outcome = judged(without)
    assert outcome is None
    assert (only(work).code.name, only(work).help) == (
        "ZOO745",
        "add one, such as `evaluate { metric Accuracy() }`, and run it again",
    )


def test_rows_that_all_have_trained(tmp_path: Path, launched: Callable[..., list[RunRequest]]) -> None:
    requests = launched()
    spec = SPEC.replace("train = 60%, validation = 20%, test = 20%", "train = 80%, validation = 20%")
    folder = saved_run(tmp_path, spec)
    assert judged(folder)[1] is not None
    assert 'run.evaluate("validation"' in own_part(requests[0])


def test_baselines_that_are_found_from_rows_that_train_need_some(
    tmp_path: Path, launched: Callable[..., list[RunRequest]]
) -> None:
    """ZOO748"""
    requests = launched()
    spec = SPEC.replace('rows.kind -> ClassIndex(["a", "b", "c"])', "rows.x3 -> Number()")
    spec = spec.replace("Dense(3, activation = softmax)", "Dense(1)")
    spec = spec.replace("SparseCategoricalCrossentropy", "MeanSquaredError")
    spec = spec.replace("metric Accuracy()", "metric MeanSquaredError()\n  baseline ALS()")
    rows = "\n".join(["x1,x2,x3", *(f"{n % 5},{n % 7},{n % 3}.5" for n in range(60))])
    (tmp_path / "thirds.csv").write_text(rows + "\n")
    folder = saved_run(tmp_path, spec, overrides={"table": "thirds.csv"})
    work = restored(folder)
    assert work.evaluate(all_rows=True) is not None
    assert "all_test(" in own_part(requests[0])
    assert "Factors(" not in own_part(requests[0])
    assert (only(work).code.name, only(work).severity) == ("ZOO748", Severity.WARNING)
    work = restored(folder)
    assert work.evaluate() is not None
    assert 'Factors("x1","x2").answers(parts["train"],parts["test"],LABEL)' in own_part(requests[1])
    assert work.diagnostics.sorted() == ()


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        ("int", 3, "3"),
        ("float", 0.5, "0.5"),
        ("bool", True, "true"),
        ("string", 'a "b"', 'a "b"'),
        ("path", "x/*.png", "x/*.png"),
        ("size", (28, 28), "28x28"),
        ("list", ("a", 1), '["a", 1]'),
    ],
)
def test_a_param_as_it_would_be_set(type_: str, value: object, text: str) -> None:
    from zoodsl.model.nodes import Setting
    from zoodsl.testing import NOWHERE

    assert written(Setting(span=NOWHERE, name="x", type=type_, value=value, overridden=True)) == text
