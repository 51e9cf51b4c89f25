"""Anomalies: the rows of a series that the network predicts worst, and how they lie to windows that are known."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor, inf, isfinite
from typing import Any

import numpy as np
from pyspark.ml import PipelineModel
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.engine import quiet
from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.image_rows import KEY
from zoodsl.targets.bigdl.library.labels import Number
from zoodsl.targets.bigdl.library.paths import local_file
from zoodsl.targets.bigdl.library.runs import Run, write_table

Stretch = tuple[datetime, datetime]
"""The first and the last moment of a stretch of time."""

DRAWN = 20_000
"""Of more rows than about this many, every so many-th is drawn, and those that are flagged."""

BINS = 30

MOST_KINDS = 6
"""How many kinds of rows one histogram tells apart."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for in a series.

    Args:
        on: the parts whose rows may be flagged.
        flag: the share of these rows that is: their number times the share, rounded down.
        time: when a row was; without it, rows are numbered from 0.
        known: windows that hold what is known to be an anomaly.
        kinds: what tells rows apart in the histogram: its name, and itself.
        plots: what is to be drawn.
    """

    on: Sequence[str]
    flag: float
    time: Column | None = None
    known: Sequence[Stretch] = ()
    kinds: tuple[str, Column] | None = None
    plots: Sequence[str] = ()


def find_anomalies(
    run: Run, trained: PipelineModel, parts: Mapping[str, DataFrame], label: Number, search: Search
) -> None:
    """Flags the rows whose error, ``|actual - predicted|``, is largest, writes ``anomalies.csv``, and tells of them."""
    run("phase", text="looking for anomalies")
    time = F.col(KEY) if search.time is None else search.time
    kind = F.lit(None) if search.kinds is None else search.kinds[1]
    known = search.known
    with quiet():
        whole = _in_order(parts.values(), time, label.expression(), kind)
        predicted = [trained.transform(parts[part]) for part in search.on]
        judged = _in_order(predicted, time, label.expression(), F.col("prediction")[0])
    if not judged:
        listed = " and ".join(search.on)
        raise DataError(
            f"there is nothing to look for anomalies in: no {listed} row has enough rows before it"
        )
    actual, outputs = (np.array([row[place] for row in judged], float) for place in (2, 3))
    if not np.isfinite(actual).all():
        for part, frame in zip(search.on, predicted, strict=True):
            label.check(frame, part)
    errors = np.abs(actual - outputs)
    threshold, flags = flagged(errors, search.flag)
    moments = [row[1] for row in judged]
    inside = window_of(moments, known) if known else []
    name = "row" if search.time is None else "time"
    table = [
        {name: moment, "value": value, "predicted": output, "error": error, "flag": int(yes)}
        | ({"window": "" if window is None else window + 1} if known else {})
        for moment, value, output, error, yes, window in zip(
            moments, *(each.tolist() for each in (actual, outputs, errors, flags)),
            inside or [None] * len(judged), strict=True,
        )
    ]  # fmt: skip
    write_table(run.out / "anomalies.csv", table)
    run("saved", path=str(run.out / "anomalies.csv"), what="anomalies")
    lines, metrics = summary(flags, threshold, inside)
    details = {
        "label": label.column,
        "unit": name,
        "plots": list(search.plots),
        "threshold": threshold,
        "windows": [[begin.isoformat(), end.isoformat()] for begin, end in known],
        "whole": _drawn(whole, np.zeros(len(whole), bool), ("time", "value")),
        "judged": _drawn(
            [(row[KEY], moment, *rest) for row, moment, *rest in zip(
                judged, moments, *(each.tolist() for each in (actual, outputs, errors, flags)), strict=True,
            )],
            flags,
            ("time", "actual", "predicted", "error", "flag"),
        ),
    }  # fmt: skip
    if search.kinds is not None:
        details["histogram"] = histogram(whole, search.kinds[0])
    shown = [{key: cell for key, cell in row.items() if key != "flag"} for row in table if row["flag"]]
    run.result("anomalies", title="Anomalies", lines=lines, metrics=metrics, table=shown, details=details)


def _in_order(frames: Any, *columns: Column) -> list[Any]:
    """The key and these columns of all rows, in the order of the key."""
    named = [column.alias(f"_{place}") for place, column in enumerate(columns)]
    rows = [row for frame in frames for row in frame.select(KEY, *named).collect()]
    return sorted(rows, key=lambda row: row[KEY])


def flagged(errors: Array, share: float) -> tuple[float, Array]:
    """The smallest of the ``floor(share * n)`` largest of n errors, and which errors are at least that.

    Where that is no error, the threshold is infinite.
    """
    count = floor(round(share * len(errors), 9))  # 29% of 100 is 28.999999999999996
    threshold = float(np.sort(errors)[-count]) if count else inf
    return threshold, errors >= threshold


def known_windows(root: str, path: str, series: str) -> list[Stretch]:
    """The windows of ``series`` in a file as the Numenta Anomaly Benchmark has them: lists of pairs of times by name."""
    windows = json.loads(local_file(root, path).read_text(encoding="utf-8"))
    if series not in windows:
        raise DataError(f'{path} has no windows of "{series}"')
    return [(moment(begin), moment(end)) for begin, end in windows[series]]


def moment(text: str) -> datetime:
    """The time that a text of ISO 8601 names."""
    try:
        return datetime.fromisoformat(str(text).removesuffix("Z"))
    except ValueError:
        raise DataError(f'"{text}" is no time of the form 2014-07-01 13:30:00') from None


def window_of(times: Sequence[str], windows: Sequence[Stretch]) -> list[int | None]:
    """The place of the window that each time lies in, its ends counted; None where that is none."""
    found: list[int | None] = []
    for text in times:
        when = moment(text)
        found.append(next((place for place, (a, b) in enumerate(windows) if a <= when <= b), None))
    return found


def summary(
    flags: Array, threshold: float, inside: Sequence[int | None]
) -> tuple[list[str], dict[str, float]]:
    """What is told of the flagged rows, in words and numbers; ``inside`` is each row's window, empty without known ones."""
    count = int(flags.sum())
    lines = [
        f"{count:,} of {len(flags):,} rows are flagged, whose error is at least {threshold:,.6g}"
        if count
        else f"none of {len(flags):,} rows is flagged: the share is less than one row"
    ]
    metrics: dict[str, float] = {"flags": count}
    if count:
        metrics["threshold"] = threshold
    if inside:
        there = {place for place in inside if place is not None}
        hit = {place for place, flag in zip(inside, flags, strict=True) if flag and place is not None}
        within = sum(1 for place, flag in zip(inside, flags, strict=True) if flag and place is not None)
        windows = "1 known window" if len(there) == 1 else f"{len(there)} known windows"
        lines.append(f"{len(hit)} of {windows} hit; {within} of {count} flags lie in one")
        metrics |= {"windows": len(there), "windows_hit": len(hit), "flags_in_windows": within}
    return lines, metrics


def _drawn(rows: Sequence[Any], kept: Array, names: Sequence[str]) -> dict[str, list[Any]]:
    """The columns behind the key, by name, of rows evenly spread, and of those to be ``kept``."""
    step = -(-len(rows) // DRAWN)
    taken = [row for place, row in enumerate(rows) if kept[place] or place % step == 0]
    return {name: [row[place] for row in taken] for place, name in enumerate(names, 1)}


def histogram(rows: Sequence[Any], name: str) -> dict[str, Any]:
    """How the values of each kind of rows are spread over bins that all share, in percent of the kind's rows that have one."""
    known = [row for row in rows if row[2] is not None and isfinite(row[2])]
    values, kinds = np.array([row[2] for row in known], float), [row[3] for row in known]
    found = sorted({kind for kind in kinds if kind is not None})
    if len(found) > MOST_KINDS:
        raise DataError(f"`{name}` has {len(found):,} values: a histogram tells at most {MOST_KINDS} apart")
    edges = np.linspace(values.min(), values.max(), BINS + 1)
    shares = {}
    for kind in found:
        counts, _ = np.histogram(values[[each == kind for each in kinds]], edges)
        shares[str(kind)] = (100 * counts / counts.sum()).tolist()
    return {"name": name, "edges": edges.tolist(), "shares": shares}
