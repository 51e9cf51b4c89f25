"""The script that runs the stories fits the examples that it runs."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from benchmarks import stories
from benchmarks.stories import STORIES, Figure, Story
from zoodsl.compiler import Compilation
from zoodsl.model.printer import show_operation
from zoodsl.model.tasks import Recommend
from zoodsl.plan.explain import describe
from zoodsl.plan.steps import Judge, Perform, Plan
from zoodsl.plan.tasks import kind
from zoodsl.targets.bigdl.bindings.metrics import metrics


def given(words: list[str], option: str) -> list[str]:
    """The values of an option that may be repeated."""
    return [value for name, value in pairwise(words) if name == option]


@pytest.fixture(params=STORIES, ids=lambda story: story.spec or story.name)
def story(request: pytest.FixtureRequest) -> Story:
    found: Story = request.param
    return found


@pytest.fixture
def plan(story: Story) -> Plan:
    file = next(word for word in story.command(None, Path("out")) if word.endswith(".zoo"))
    found = Compilation(file).plan
    assert found is not None, f"{file} is no spec without errors"
    return found


def test_what_is_set_is_a_param(story: Story, plan: Plan) -> None:
    words = story.command(Path("data"), Path("out"))
    params = {setting["name"] for setting in describe(plan)["settings"]}
    assert {assignment.partition("=")[0] for assignment in given(words, "--set")} <= params
    for file in given(words, "--values"):
        assert set(yaml.safe_load(Path(file).read_text(encoding="utf-8"))) <= params


def measured(plan: Plan, figure: Figure) -> bool:
    """Whether a run of this plan leaves a number at the figure's place."""
    judged = {stage.part.value: stage for stage in plan.stages if isinstance(stage, Judge)}
    tasks = {kind(stage.task): stage.task for stage in plan.stages if isinstance(stage, Perform)}
    match figure.place:
        case ("evaluation", part, metric):
            return metric in dict(metrics(judged[part].metrics).items)
        case ("baselines", part, baseline, metric):
            known = {each.operator.name for each in judged[part].baselines}
            return baseline in known and metric in dict(metrics(judged[part].metrics).items)
        case ("results", "recommend", metric):
            task = tasks["recommend"]
            return isinstance(task, Recommend) and metric in map(show_operation, task.metrics)
        case ("results", task, _):
            return task in tasks
    return False


def test_figures_are_of_what_the_spec_measures(story: Story, plan: Plan) -> None:
    assert [figure for figure in story.figures if not measured(plan, figure)] == []


def test_the_command_line_names_each_story_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["stories.py", "--help"])
    with pytest.raises(SystemExit):
        stories.main()
    words = capsys.readouterr().out.replace(",", " ").split()
    assert [words.count(story.name) for story in STORIES] == [1] * len(STORIES)
