"""What is computed of columns is the same on Spark as in plain Python."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from pyspark.sql import SparkSession

from tests.targets.bigdl.engine import evaluate
from tests.targets.terms import COLUMNS, TERMS, TYPES, rows
from zoodsl.sources.terms import compute
from zoodsl.targets.bigdl.bindings.expressions import expression

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

SCHEMA = ", ".join(f"{name} {TYPES.get(name, 'string')}" for name in COLUMNS)


def test_spark_computes_what_python_does(spark: SparkSession) -> None:
    table: list[dict[str, object]] = []

    # One frame of all that is drawn: each job takes Spark seconds to begin.
    @settings(max_examples=100)
    @given(drawn=rows)
    def draw(drawn: list[dict[str, object]]) -> None:
        table.extend(drawn)

    draw()
    made = [evaluate(expression(term)).alias(name) for name, term in TERMS.items()]
    frame = spark.createDataFrame([tuple(row[name] for name in COLUMNS) for row in table], SCHEMA).coalesce(1)
    found = frame.select(*made).collect()
    columns: dict[str, Any] = {name: [row[name] for row in table] for name in COLUMNS}
    for name, term in TERMS.items():
        expected = compute(term, columns, len(table))
        differing = [
            (given, row[name], value)
            for given, row, value in zip(table, found, expected, strict=True)
            if row[name] != value
        ]
        assert not differing, f"{name}: {differing[0]}"
