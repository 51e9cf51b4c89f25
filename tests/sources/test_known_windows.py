"""Files of known windows: what they hold, and what is told of those that hold something else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zoodsl.sources.findings import Problem
from zoodsl.sources.known_windows import known_windows

WINDOW = ["2024-05-02 00:00:00", "2024-05-02 05:00:00.000000"]


def test_windows_are_pairs_of_times_by_the_name_of_a_series(tmp_path: Path) -> None:
    (tmp_path / "w.json").write_text(json.dumps({"taxi": [WINDOW], "none": []}))
    assert known_windows(str(tmp_path), "w.json") == {"taxi": (tuple(WINDOW),), "none": ()}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON"),
        ("[]", "holds no object"),
        ('{"taxi": [["2024-05-02"]]}', 'a window of "taxi" in `w.json` is no pair of times: ["2024-05-02"]'),
        ('{"taxi": [["today", "tomorrow"]]}', "is no pair of times"),
        ('{"taxi": 5}', "is no pair of times: 5"),
        ('{"taxi": [[1, 2]]}', "is no pair of times: [1, 2]"),
    ],
)
def test_other_files_are_told_apart(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "w.json").write_text(text)
    found = known_windows(str(tmp_path), "w.json")
    assert isinstance(found, Problem)
    assert message in found.message
    assert '{"taxi": [["2014-11-01' in found.help


def test_a_file_that_is_not_there_and_an_address(tmp_path: Path) -> None:
    found = known_windows(str(tmp_path), "w.json")
    assert isinstance(found, Problem)
    assert found.message == "there is no file `w.json`"
    found = known_windows(str(tmp_path), "hdfs://host/w.json")
    assert isinstance(found, Problem)
    assert "is an address" in found.message


@pytest.mark.data
def test_the_benchmarks_own_file(shared: Path) -> None:
    found = known_windows(str(shared), "nab/combined_windows.json")
    assert not isinstance(found, Problem)
    assert len(found["realKnownCause/nyc_taxi.csv"]) == 5
    assert sum(map(len, found.values())) == 116
