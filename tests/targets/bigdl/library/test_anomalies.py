"""What is flagged, and how flags lie to known windows: without Spark."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.semantics import anomalies as semantics
from zoodsl.targets.bigdl.library import anomalies
from zoodsl.targets.bigdl.library.anomalies import (
    MOST_KINDS,
    Search,
    find_anomalies,
    flagged,
    histogram,
    known_windows,
    moment,
    summary,
    window_of,
)
from zoodsl.targets.bigdl.library.errors import DataError


def test_the_workshops_rule() -> None:
    errors = np.random.default_rng(1).normal(size=1000) ** 2
    threshold, flags = flagged(errors, 0.01)
    assert threshold == sorted(errors, reverse=True)[9]
    assert flags.sum() == 10
    assert flags.tolist() == (errors >= threshold).tolist()


def test_errors_that_are_equal_to_the_threshold_are_all_flagged() -> None:
    threshold, flags = flagged(np.array([1.0, 3.0, 2.0, 2.0, 0.0]), 0.4)
    assert threshold == 2.0
    assert flags.tolist() == [False, True, True, True, False]


def test_shares_are_counted_as_they_are_written() -> None:
    assert flagged(np.arange(100.0), 0.29)[1].sum() == 29  # 0.29 * 100 is 28.999999999999996
    threshold, flags = flagged(np.arange(99.0), 0.01)
    assert (threshold, flags.sum()) == (inf, 0)


@pytest.mark.law("flagged anomalies are the largest errors, as many as the share says")
@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_flags_are_the_largest_errors(held: list[float], share: float) -> None:
    errors = np.array(held)
    _, flags = flagged(errors, share)
    assert flags.sum() >= np.floor(share * len(errors) + 1e-12) - 1
    if flags.any() and not flags.all():
        assert errors[flags].min() > errors[~flags].max()


def test_windows_count_with_both_ends() -> None:
    windows = [(moment("2024-01-01"), moment("2024-01-02")), (moment("2024-01-05"), moment("2024-01-06"))]
    times = ["2023-12-31 23:59:00", "2024-01-01 00:00:00", "2024-01-02T00:00:00Z", "2024-01-05"]
    assert window_of(times, windows) == [None, 0, 0, 1]


def test_a_window_without_rows_counts_neither_as_hit_nor_as_missed() -> None:
    flags = np.array([True, False, True, False])
    lines, metrics = summary(flags, 2.0, [0, 0, None, 2])
    assert metrics == {"flags": 2, "threshold": 2.0, "windows": 2, "windows_hit": 1, "flags_in_windows": 1}
    assert lines == [
        "2 of 4 rows are flagged, whose error is at least 2",
        "1 of 2 known windows hit; 1 of 2 flags lie in one",
    ]


def test_nothing_is_known() -> None:
    lines, metrics = summary(np.array([False, False]), inf, [])
    assert metrics == {"flags": 0}
    assert lines == ["none of 2 rows is flagged: the share is less than one row"]


def test_the_windows_of_a_series(tmp_path: Path) -> None:
    held = {"taxi": [["2024-01-01 00:00:00", "2024-01-02 00:00:00.500"]]}
    (tmp_path / "windows.json").write_text(json.dumps(held))
    assert known_windows(str(tmp_path), "windows.json", "taxi") == [
        (moment("2024-01-01"), moment("2024-01-02 00:00:00.500"))
    ]
    with pytest.raises(DataError, match='has no windows of "bus"'):
        known_windows(str(tmp_path), "windows.json", "bus")
    with pytest.raises(DataError, match='"noon" is no time'):
        moment("noon")


def test_a_histogram_has_one_scale_for_all_kinds() -> None:
    rows = [(key, None, float(key), key % 2) for key in range(60)]
    found = histogram(rows, "odd")
    assert found["name"] == "odd"
    assert (found["edges"][0], found["edges"][-1], len(found["edges"])) == (0, 59, 31)
    assert {name: sum(shares) for name, shares in found["shares"].items()} == pytest.approx(
        {"0": 100, "1": 100}
    )
    with pytest.raises(DataError, match="60 values"):
        histogram([(key, None, 1.0, key) for key in range(60)], "key")


def test_a_histogram_is_refused_by_the_check_where_the_program_would() -> None:
    assert MOST_KINDS == semantics.MOST_KINDS  # helpers import nothing of zoodsl, so that it stands twice


def found(monkeypatch: pytest.MonkeyPatch, rows: list[tuple[Any, ...]], label: Any) -> None:
    """Looks for anomalies in rows of a key, a time, a value and what is predicted, as if Spark had collected them."""
    monkeypatch.setattr(anomalies, "F", MagicMock())
    monkeypatch.setattr(anomalies, "_in_order", lambda *_: rows)
    trained: Any = SimpleNamespace(transform=lambda frame: frame)
    parts: Any = {"train": "first rows", "test": "last rows"}
    find_anomalies(MagicMock(), trained, parts, label, Search(on=("test",), flag=0.1))


@pytest.mark.parametrize("missing", [None, float("nan"), float("inf")])
def test_a_value_that_is_missing_is_told_where_errors_would_be_without_order(
    monkeypatch: pytest.MonkeyPatch, missing: float | None
) -> None:
    label = MagicMock()
    label.check.side_effect = DataError("label `value` is not a number")
    rows = [(key, str(key), missing if key == 7 else 1.0, 2.0) for key in range(20)]
    with pytest.raises(DataError, match="is not a number"):
        found(monkeypatch, rows, label)
    label.check.assert_called_once_with("last rows", "test")


def test_no_row_has_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="no test row has enough rows before it"):
        found(monkeypatch, [], MagicMock())


def test_a_histogram_is_of_the_values_that_there_are() -> None:
    rows = [(0, "", 1.0, "a"), (1, "", None, "a"), (2, "", float("nan"), "b"), (3, "", 2.0, "b")]
    drawn = histogram(rows, "kind")
    assert (drawn["edges"][0], drawn["edges"][-1]) == (1.0, 2.0)
    assert {name: sum(shares) for name, shares in drawn["shares"].items()} == {"a": 100.0, "b": 100.0}
