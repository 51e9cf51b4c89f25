"""Recommendations: the pairs of two columns that a trained network rates best, and how held-out pairs rank among others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

import numpy as np
from pyspark.ml import PipelineModel
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.bigdl.library.engine import quiet
from zoodsl.targets.bigdl.library.image_rows import KEY
from zoodsl.targets.bigdl.library.labels import Label, Rating
from zoodsl.targets.bigdl.library.rankings import (
    Ranking,
    Rated,
    drawn_negatives,
    held_out_items,
    mean_gains,
    rank_among,
)
from zoodsl.targets.bigdl.library.runs import Run, write_table

MOST_PAIRS = 2_000_000
"""How many unseen pairs are rated at most, for each offer; of more, those of some users are, drawn by their hash."""

TOLD = 3
"""To how many recommendations are told at a terminal; the tables have all of them."""

Pair = tuple[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Recommendations:
    """What is recommended, to whom.

    Args:
        offers: pairs of columns, what and to whom.
        top: how many of the best are recommended.
        among: the candidates: ``unseen``, all that train but those that train together, or the pairs of this part.
        by: the order: the expected ``rating``, or the most probable ``class`` and then its probability.
        judged: the part whose pairs are predicted and whose rows are held out; None: there is none.
        metrics: how held-out rows are ranked, by name.
        seed: what users and candidates are drawn by.
    """

    offers: Sequence[tuple[str, str]]
    top: int
    among: str
    by: str
    judged: str | None
    metrics: Mapping[str, Ranking]
    seed: int

    def make(self, run: Run, trained: PipelineModel, parts: Mapping[str, DataFrame], label: Label) -> None:
        """Predicts and recommends, writes the tables, and tells what came of it."""
        lines: list[str] = []
        table: list[dict[str, Any]] = []
        with quiet():
            if self.judged is not None:
                lines.append(self._predict_pairs(run, trained, parts[self.judged], label))
            for what, whom in self.offers:
                run("phase", text=f"recommending {what} to {whom}")
                told, rows = self._offer(run, trained, parts, label, (what, whom))
                lines += told
                table = table or rows
            found, details = self._ranked(run, trained, parts, label)
        if found:
            one = next(iter(details.values()))
            shown = ", ".join(f"{name} {value:.4f}" for name, value in found.items())
            lines.append(f"{shown}: one held-out row of each of {len(one['ranks']):,} users")
        run.result(
            "recommend",
            title="recommendations",
            lines=lines,
            metrics=found,
            table=table,
            details={"rankings": details} if details else {},
        )

    def _predict_pairs(self, run: Run, trained: PipelineModel, part: DataFrame, label: Label) -> str:
        """Writes what is predicted of each row of the judged part."""
        names = (*self._columns(), label.column)
        columns = [F.col(f"`{name}`") for name in names]
        predicted = _rated(trained.transform(part), label, logits=run.logits)
        rows = predicted.select(KEY, *columns, *RATED).orderBy(KEY).drop(KEY).collect()
        _write(run, "pairs.csv", (row.asDict() for row in rows), (*names, *RATED), label)
        shown = ", ".join(f"{row[0]} and {row[1]}: {row[RATED[0]]:.2f}" for row in rows[:TOLD])
        return f"{len(rows):,} {self.judged} pairs predicted, such as {shown}"

    def _offer(
        self,
        run: Run,
        trained: PipelineModel,
        parts: Mapping[str, DataFrame],
        label: Label,
        pair: tuple[str, str],
    ) -> tuple[list[str], list[dict[str, Any]]]:
        """Writes the best of one offer; gives lines to tell and the first rows of the table."""
        what, whom = pair
        candidates, told = self._candidates(parts, what, whom)
        predicted = _rated(trained.transform(candidates), label, logits=run.logits)
        order = RATED if self.by == "rating" else RATED[1:]
        best = Window.partitionBy(f"`{whom}`").orderBy(*(F.desc(name) for name in order), F.col(f"`{what}`"))
        rows = (
            predicted.select(F.col(f"`{whom}`"), F.row_number().over(best).alias("rank"), f"`{what}`", *RATED)
            .where(F.col("rank") <= self.top)
            .orderBy(f"`{whom}`", "rank")
            .collect()
        )
        written = [row.asDict() for row in rows]
        _write(run, f"{what}_to_{whom}.csv", written, (whom, "rank", what, *RATED), label)
        lines = [f"{what} to each {whom}, the best {self.top} among {told}:"]
        for one, group in islice(groupby(rows, key=lambda row: row[0]), TOLD):
            listed = ", ".join(f"{row[what]} ({row[RATED[0]]:.2f})" for row in group)
            lines.append(f"  {whom} {one}: {listed}")
        if not rows:
            lines.append("  none: no pair is left")
        return lines, [_told(row, label) for row in written[: TOLD * self.top]]

    def _candidates(self, parts: Mapping[str, DataFrame], what: str, whom: str) -> tuple[DataFrame, str]:
        """The pairs to choose from, and what they are in words."""
        columns = [F.col(f"`{name}`") for name in (what, whom)]
        if self.among != "unseen":
            return parts[self.among].select(*columns).distinct(), f"the pairs of the {self.among} part"
        known = parts["train"].select(*columns).distinct()
        offered = known.select(columns[0]).distinct()
        asking = known.select(columns[1]).distinct()
        each, users = offered.count(), asking.count()
        most = max(1, MOST_PAIRS // each)
        if users > most:
            digest = F.md5(F.concat(F.lit(f"{self.seed}:"), columns[1].cast("string")))
            asking = asking.orderBy(digest).limit(most)
        some = f"; for {most:,} of {users:,}, drawn by seed" if users > most else ""
        pairs = offered.crossJoin(asking).join(known, [what, whom], "left_anti")
        return pairs, f"all {each:,} that train, without those of its own training rows{some}"

    def _ranked(
        self, run: Run, trained: PipelineModel, parts: Mapping[str, DataFrame], label: Label
    ) -> tuple[dict[str, float], dict[str, Any]]:
        """The metrics, and for each kind of draw the ranks that they follow from."""
        if not self.metrics or self.judged is None:
            return {}, {}
        run("phase", text="ranking held-out rows")
        user, item = self._columns()
        rows = [
            Rated(*row)
            for row in parts[self.judged]
            .select(f"`{user}`", f"`{item}`", F.col(f"`{label.column}`").cast("double"), KEY)
            .collect()
        ]
        if not np.isfinite(np.array([row.rating for row in rows], float)).all():
            label.check(parts[self.judged], self.judged)
        items = sorted(row[0] for row in parts["train"].select(f"`{item}`").distinct().collect())
        seen = _rated_by_user(parts.values(), user, item)
        draws = {
            (metric.negatives, metric.least): self._draw(rows, items, seen, metric)
            for metric in self.metrics.values()
        }
        pairs = sorted(
            {
                pair
                for drawn in draws.values()
                for user_, others in drawn.items()
                for pair in ((user_, each) for each in others)
            }
        )
        schema = ", ".join(
            f"`{name}` {parts['train'].schema[name].dataType.simpleString()}" for name in (user, item)
        )
        frame = parts["train"].sparkSession.createDataFrame(pairs, schema)
        rated = _rated(trained.transform(frame), label, logits=run.logits)
        scores = {
            (row[0], row[1]): row[2] for row in rated.select(f"`{user}`", f"`{item}`", RATED[0]).collect()
        }
        ranks = {
            key: [rank_among([scores[one, each] for each in others]) for one, others in drawn.items()]
            for key, drawn in draws.items()
        }
        found = {
            name: mean_gains(metric, ranks[metric.negatives, metric.least])
            for name, metric in self.metrics.items()
        }
        details = {
            name: {
                "k": metric.k,
                "among": metric.negatives + 1,
                "ranks": ranks[metric.negatives, metric.least],
            }
            for name, metric in self.metrics.items()
        }
        return found, details

    def _draw(
        self, rows: Sequence[Rated], items: Sequence[Any], seen: Mapping[Any, set[Any]], metric: Ranking
    ) -> dict[Any, list[Any]]:
        """For each user the held-out item, and behind it those that it is ranked among."""
        return {
            user: [item, *drawn_negatives(user, seen[user], items, metric.negatives, self.seed)]
            for user, item in held_out_items(rows, metric.least, self.seed).items()
        }

    def _columns(self) -> tuple[str, str]:
        """Who rates, and what: to whom the first offer is, and of what."""
        what, whom = self.offers[0]
        return whom, what


RATED = ("expected", "predicted", "probability")
"""What is told of a pair: the expected rating, the most probable one, and how probable it is."""


def _rated(predicted: DataFrame, label: Label, *, logits: bool) -> DataFrame:
    """``predicted`` with the columns ``RATED``; of a number, all is what the network gives."""
    outputs = F.col("prediction")
    if not isinstance(label, Rating):
        whole = [outputs[0].cast("double"), outputs[0].cast("double"), F.lit(1.0)]
        return predicted.withColumns(dict(zip(RATED, whole, strict=True)))
    if logits:
        outputs = F.transform(outputs, lambda score: F.exp(score - F.array_max("prediction")))
    total = _sum(outputs[place] for place in range(len(label.values)))
    expected = _sum(outputs[place] * value for place, value in enumerate(label.values)) / total
    largest = F.array_max(outputs)
    most = F.coalesce(*(F.when(outputs[place] == largest, value) for place, value in enumerate(label.values)))
    return predicted.withColumns(dict(zip(RATED, (expected, most, largest / total), strict=True)))


def _sum(terms: Iterable[Column]) -> Column:
    first, *others = (term.cast("double") for term in terms)
    for each in others:
        first += each
    return first


def _told(row: Mapping[str, Any], label: Label) -> dict[str, Any]:
    """A row of a table, ratings as the scale has them; of a number, without what there is of ratings alone."""
    if not isinstance(label, Rating):
        return {name: row[name] for name in _told_columns(row, label)}
    named = dict(zip(label.values, label.classes, strict=True))
    return {**row, RATED[1]: named[row[RATED[1]]]}


def _told_columns(columns: Iterable[str], label: Label) -> list[str]:
    """Those of the columns that a table tells: of a number, not what there is of ratings alone."""
    return [name for name in columns if isinstance(label, Rating) or name not in RATED[1:]]


def _write(
    run: Run, name: str, rows: Iterable[Mapping[str, Any]], columns: Iterable[str], label: Label
) -> None:
    write_table(run.out / name, [_told(row, label) for row in rows], columns=_told_columns(columns, label))
    run("saved", path=str(run.out / name), what=name.removesuffix(".csv").replace("_", " "))


def _rated_by_user(parts: Iterable[DataFrame], user: str, item: str) -> dict[Any, set[Any]]:
    """What each user has rated, in any part."""
    found: dict[Any, set[Any]] = {}
    for part in parts:
        grouped = part.groupBy(f"`{user}`").agg(F.collect_set(f"`{item}`"))
        for one, items in grouped.collect():
            found.setdefault(one, set()).update(items)
    return found
