"""``zoodsl plan``."""

from __future__ import annotations

import json

import pytest
import yaml

RIGHT = "examples/mnist/mnist.zoo"


@pytest.fixture(autouse=True)
def _in_the_repository(repository, monkeypatch):
    monkeypatch.chdir(repository)


def test_the_plan_on_a_screen(cli):
    ended = cli("plan", RIGHT)
    assert ended.status == 0
    assert "mnist" in ended.out


def test_a_plan_in_a_file_is_wide_and_without_trailing_spaces(cli, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    lines = cli("plan", RIGHT).out.splitlines()
    assert all(line == line.rstrip() for line in lines)
    assert 80 < max(map(len, lines)) <= 100


def test_json_and_yaml_say_the_same(cli):
    as_json, as_yaml = cli("plan", RIGHT, "--json"), cli("plan", RIGHT, "--yaml")
    assert (as_json.status, as_yaml.status) == (0, 0)
    assert json.loads(as_json.out) == yaml.safe_load(as_yaml.out)
    assert json.loads(as_json.out)["version"] == 1


def test_a_wrong_spec_has_no_plan(cli):
    ended = cli("plan", RIGHT, "--set", "batch_size=0")
    assert (ended.status, ended.out) == (1, "")
    assert "error[" in ended.err
    document = json.loads(cli("plan", RIGHT, "--set", "batch_size=0", "--json").out)
    assert document["diagnostics"][0]["severity"] == "error"


def test_one_form_at_a_time(cli):
    assert cli("plan", RIGHT, "--json", "--yaml").status == 2


def test_a_library_has_nothing_to_plan(cli, repository):
    for command in ("plan", "compile", "run"):
        ended = cli(command, repository / "specs" / "zoo" / "lenet.zoo")
        assert ended.status == 1
        assert "ZOO010" in ended.err
        assert "is a library" in ended.err
