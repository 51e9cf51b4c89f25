"""``zoodsl experiment``, with a launcher that only plays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zoodsl.diagnostics import Diagnostic
from zoodsl.diagnostics.rules import running
from zoodsl.runtime.events import Event
from zoodsl.runtime.experiments import read
from zoodsl.runtime.outcome import Outcome, Status

GRID = "specs/experiments/grid.zoo"
NARROW = ("--set", "units=8", "--set", "course=fixed", "--set", "executors=1")


@pytest.fixture(autouse=True)
def _in_the_repository(repository, monkeypatch):
    monkeypatch.chdir(repository)


@pytest.fixture
def launched(monkeypatch):
    """Requests that reached the launcher; those of the numbers ``failing`` fail."""
    requests = []

    def play(*failing):
        def run(request, listener):
            requests.append(request)
            listener(Event("finished", {"seconds": 12.0}, 0.0))
            wrong = len(requests) - 1 in failing
            failure = Diagnostic(code=running.PROGRAM_FAILED, span=None, message="no luck") if wrong else None
            status = Status.FAILED if wrong else Status.FINISHED
            return Outcome(status=status, folder=request.options.out, failure=failure, metrics={})

        monkeypatch.setattr("zoodsl.runtime.launcher.run", run)
        monkeypatch.setattr("zoodsl.screen.report.write_report", lambda folder: folder / "report.html")
        return requests

    return play


def params(request) -> dict[str, object]:
    return {setting["name"]: setting["value"] for setting in request.plan["settings"]}


def test_every_combination_is_run_in_order(cli, launched, tmp_path):
    requests = launched()
    ended = cli("experiment", GRID, "--out", tmp_path / "x")
    assert ended.status == 0
    assert len(requests) == 16
    seen = [params(request) for request in requests]
    assert (seen[0]["rate"], seen[0]["units"], seen[0]["course"], seen[0]["executors"]) == (
        1e-3,
        8,
        "warm",
        1,
    )
    assert [each["executors"] for each in seen[:4]] == [1, 2, 1, 2]
    assert [request.cluster.executors for request in requests[:2]] == [1, 2]
    assert [request.batch for request in requests[:2]] == [16, 32]
    assert len({request.options.out for request in requests}) == 16
    assert '1 of 16: rate = 1e-3, units = 8, course = "warm", executors = 1' in ended.out
    assert (tmp_path / "x" / "report.html").exists()


def test_a_param_that_is_set_is_not_compared(cli, launched, tmp_path):
    requests = launched()
    ended = cli("experiment", GRID, *NARROW, "--out", tmp_path / "x")
    assert ended.status == 0
    assert [params(request)["rate"] for request in requests] == [1e-3, 1e-2]
    assert {params(request)["units"] for request in requests} == {8}


def test_the_command_line_compares_in_place_of_the_spec(cli, launched, tmp_path):
    requests = launched()
    assert cli("experiment", GRID, "--compare", "units=[4, 5, 6]", "--out", tmp_path / "x").status == 0
    assert [params(request)["units"] for request in requests] == [4, 5, 6]


def test_options_reach_every_run(cli, launched, tmp_path):
    requests = launched()
    said = ("--executors", "2", "--cores", "4", "--memory", "2g", "--features", "kept")
    cli("experiment", GRID, "--compare", "units=[4, 5]", *said, "--out", tmp_path / "x")
    for request in requests:
        assert (request.cluster.executors, request.cluster.cores) == (2, 4)
        assert request.options.heap == 2 * 2**30
        assert request.options.features is None  # nothing is frozen that could be kept


def test_one_that_fails_is_told_at_the_end_and_can_be_resumed(cli, launched, tmp_path):
    requests = launched(0)
    ended = cli("experiment", GRID, *NARROW, "--out", tmp_path / "x")
    assert ended.status == 4
    assert len(requests) == 2
    assert "failed: rate = 1e-3: no luck" in ended.err
    again = next(line.strip() for line in ended.err.splitlines() if "--resume" in line)
    assert again == f"zoodsl experiment {GRID} {' '.join(NARROW)} --out {tmp_path / 'x'} --resume"
    requests.clear()
    ended = cli(*again.split()[1:])
    assert (ended.status, len(requests)) == (4, 1)  # the stub's first again
    assert "2 of 2" not in ended.out


def test_mistakes_of_all_combinations_are_told_before_any_is_run(cli, launched, tmp_path):
    requests = launched()
    ended = cli(
        "experiment", GRID, "--compare", "units=[0, 8]", "--compare", "rate=[1, -1]", "--out", tmp_path / "x"
    )
    assert ended.status == 1
    assert requests == []
    assert not Path(tmp_path / "x").exists()
    assert "in units = 0, rate = 1; units = 0, rate = -1:" in ended.err
    assert ended.err.count("ZOO210") == 2
    assert "2 errors" in ended.err


def test_a_mistake_that_is_everywhere_is_told_once_without_a_place(cli, launched, tmp_path):
    launched()
    ended = cli("experiment", GRID, "--compare", "units=[4, 8]", "--set", "rate=0", "--out", tmp_path / "x")
    assert ended.status == 1
    assert ended.err.count("error[") == 1
    assert "in units" not in ended.err


@pytest.mark.parametrize(
    ("comparison", "code"),
    [
        ("unit=[1]", "ZOO530"),
        ('units=["a"]', "ZOO209"),
        ("units=[]", "ZOO531"),
        ("units=8", "ZOO531"),
        ("units=[", "ZOO103"),
    ],
)
def test_a_wrong_comparison_is_shown_as_it_was_written(cli, launched, comparison, code, tmp_path):
    launched()
    ended = cli("experiment", GRID, "--compare", comparison, "--out", tmp_path / "x")
    assert ended.status == 1
    assert f"error[{code}]" in ended.err
    assert f"--compare {comparison.partition('=')[0]}" in ended.err
    assert ended.err.count("error[") == 1
    assert "--set" not in ended.err


def test_a_param_is_compared_once(cli, launched, tmp_path):
    requests = launched()
    twice = ("--compare", "units=[4]", "--compare", "units=[5, 6]")
    ended = cli("experiment", GRID, *twice, "--out", tmp_path / "x")
    assert (ended.status, requests) == (1, [])
    assert ended.err.count("error[") == 1
    assert "error[ZOO533]: `units` is compared twice" in ended.err


def test_a_spec_that_compares_nothing_is_told(cli, launched, tmp_path):
    requests = launched()
    ended = cli("experiment", "examples/mnist/mnist.zoo", "--out", tmp_path / "x")
    assert (ended.status, requests) == (1, [])
    assert "ZOO537" in ended.err


def test_combinations_that_do_not_differ_are_told(cli, launched, tmp_path):
    launched()
    text = Path(GRID).read_text(encoding="utf-8").replace("Dense(units,", "Dense(units * 0 + 8,")
    spec = tmp_path / "same.zoo"
    spec.write_text(text, encoding="utf-8")
    ended = cli("experiment", spec, "--compare", "units=[8, 16]", "--out", tmp_path / "x")
    assert ended.status == 0
    assert "warning[ZOO536]: `units = 8` and `units = 16` are the same program" in ended.err


def test_json_prints_events_and_what_came_of_all(cli, launched, tmp_path):
    launched()
    ended = cli("experiment", GRID, *NARROW, "--out", tmp_path / "x", "--json")
    *events, last = (json.loads(line) for line in ended.out.splitlines())
    assert [event["event"] for event in events] == ["finished", "finished"]
    assert last["event"] == "compared"
    assert [trial["values"] for trial in last["trials"]] == [{"rate": "1e-3"}, {"rate": "1e-2"}]


def test_a_cluster_is_not_on_a_local_master(cli, launched):
    launched()
    for verb in ("experiment", "run"):
        ended = cli(verb, GRID, "--executors", "2", "--master", "local[2]")
        assert ended.status == 2
        assert "--executors and --cores make a cluster, and --master local[2] is none" in ended.err


@pytest.mark.parametrize(
    ("cluster", "option", "words"),
    [
        (
            ("executors", "1", "1 GB"),
            ("--executors", "2"),
            "the executors that the experiment compares: 1, 2",
        ),
        (
            ("executors", "1", "1 GB"),
            ("--master", "local[2]"),
            "the executors that the experiment compares: 1, 2",
        ),
        (("1", "executors", "1 GB"), ("--cores", "2"), "the cores that the experiment compares: 1, 2"),
        (
            ("1", "1", "if executors == 1 { 2 GB } else { 4 GB }"),
            ("--memory", "3g"),
            "the memory that the experiment compares: 2 GB, 4 GB",
        ),
    ],
)
def test_what_is_compared_is_not_fixed_by_an_option(cli, launched, tmp_path, cluster, option, words):
    requests = launched()
    executors, cores, memory = cluster
    text = Path(GRID).read_text(encoding="utf-8").partition("cluster {")[0]
    text += f"cluster {{\n  executors {executors}\n  cores {cores}\n  memory {memory}\n}}\n"
    text += "experiment {\n  compare rate in [1e-3, 1e-2], executors in [1, 2]\n}\n"
    path = tmp_path / "grid.zoo"
    path.write_text(text, encoding="utf-8")
    ended = cli("experiment", path, *option, "--out", tmp_path / "x")
    assert (ended.status, requests) == (2, [])
    assert "error[ZOO538]" in ended.err
    assert words in ended.err
    assert f"leave `{option[0]}` out, or give `executors` one value with `--set`" in ended.err
    assert not (tmp_path / "x").exists()
    narrow = ("--set", "executors=2")
    assert cli("experiment", path, *narrow, *option, "--out", tmp_path / "x").status == 0


@pytest.mark.parametrize(
    ("options", "work"),
    [
        ((), (1, 1)),
        (("--executors", "2", "--cores", "4"), (2, 4)),
        (("--master", "local[2]"), None),
    ],
)
def test_the_work_is_that_of_the_cluster_that_is_used(cli, launched, tmp_path, options, work):
    launched()
    assert cli("experiment", GRID, *NARROW, *options, "--out", tmp_path / "x").status == 0
    kept = read(tmp_path / "x")
    assert kept is not None
    for trial in kept.trials:
        assert (trial.work and (trial.work.executors, trial.work.cores)) == work


def test_the_cores_of_this_machine_bound_what_is_on_it_alone(cli, launched, tmp_path):
    launched()
    assert cli("experiment", GRID, *NARROW, "--out", tmp_path / "here").status == 0
    there = ("--master", "spark://host:7077")
    assert cli("experiment", GRID, *NARROW, *there, "--out", tmp_path / "there").status == 0
    here, elsewhere = (
        json.loads((tmp_path / name / "experiment.json").read_text()) for name in ("here", "there")
    )
    assert here["cores"] >= 1
    assert elsewhere["cores"] is None
