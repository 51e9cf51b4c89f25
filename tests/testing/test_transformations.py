"""Each law of transformations: one that keeps it passes, and one with the mistake that it is against is told in words."""

from datetime import timedelta

import pytest

from zoodsl.testing import Table, for_all, real, tables, text, time, whole
from zoodsl.testing import transformations as law
from zoodsl.testing.tables import MIDNIGHT
from zoodsl.testing.transformations import alike

pytestmark = pytest.mark.spark

COLUMNS = {"id": whole(), "group": text().with_gaps(), "load": real(nan=True).with_gaps()}
ROWS = Table(
    COLUMNS,
    (
        {"id": 1, "group": "a", "load": 2.0},
        {"id": 2, "group": None, "load": None},
        {"id": 3, "group": "a", "load": float("nan")},
        {"id": 4, "group": "b", "load": 8.0},
    ),
)
SERIES = Table(
    {"id": whole(), "at": time(), "load": real()},
    tuple(
        {"id": number % 2, "at": MIDNIGHT + timedelta(hours=number), "load": float(number**2)}
        for number in range(5)
    ),
)


def doubled(frame):
    """A transformation row by row."""
    return frame.withColumn("double", 2 * frame["load"])


def ranked(frame):
    """A number of a row's own, which Spark gives by partition."""
    from pyspark.sql import functions as f

    return frame.withColumn("number", f.monotonically_increasing_id())


def scaled(frame):
    """Less the mean of the table: of all rows that there are."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    return frame.withColumn("scaled", frame["load"] - f.avg("load").over(Window.partitionBy()))


def drawn(frame):
    """Other numbers each time."""
    from pyspark.sql import functions as f

    return frame.withColumn("drawn", f.rand())


def joined(frame):
    """With the rows of a group, of which "a" has two and "b" none."""
    groups = frame.sparkSession.sql("SELECT * FROM VALUES ('a', 1), ('a', 2) AS groups(group, size)")
    return frame.join(groups, "group", "left")


def window(frame, first, last, by=None):
    """The sum of the loads from the row ``first`` to the row ``last``, counted from each."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    rows = (Window if by is None else Window.partitionBy(by)).orderBy("at").rowsBetween(first, last)
    return frame.withColumn("sum", f.sum("load").over(rows))


@pytest.mark.parametrize(
    "holds",
    [
        lambda spark: law.same_for_any_partitioning(doubled, ROWS, spark),
        lambda spark: law.same_for_any_order(doubled, ROWS, spark),
        lambda spark: law.row_by_row(doubled, ROWS, spark),
        lambda spark: law.deterministic(scaled, ROWS, spark),
        lambda spark: law.idempotent(lambda frame: frame.dropDuplicates(["id"]), ROWS, spark),
        lambda spark: law.has_schema(
            doubled, ROWS, spark, schema="id bigint, `group` string, load double, double double"
        ),
        lambda spark: law.keeps_rows(scaled, ROWS, spark),
        lambda spark: law.keeps_keys(doubled, ROWS, spark, key="id"),
        lambda spark: law.keeps_keys(doubled, ROWS, spark, key=["group", "load"]),
        lambda spark: law.nothing_from_the_future(
            lambda frame: window(frame, -2, 0), SERIES, spark, time="at"
        ),
        lambda spark: law.no_leak_between_groups(
            lambda frame: window(frame, -1, 1, by="id"), SERIES, spark, by="id"
        ),
        lambda spark: law.no_leak_between_groups(doubled, ROWS, spark, by="group"),
        lambda spark: law.equal_to(
            lambda frame: frame.where("load > 3").select("id"),
            ROWS,
            spark,
            # NaN is larger than every number, in Spark's order.
            reference=lambda rows: [{"id": row["id"]} for row in rows if row["id"] in (3, 4)],
        ),
    ],
)
def test_laws_hold_of_what_keeps_them(spark, holds):
    holds(spark)


@pytest.mark.parametrize(
    ("breaks", "words"),
    [
        (
            lambda spark: law.same_for_any_partitioning(ranked, ROWS, spark),
            ["depends on how the rows are divided", "only with 1 partition:", "only with 2 partitions:"],
        ),
        (
            lambda spark: law.same_for_any_order(ranked, ROWS, spark),
            ["depends on the order of the rows", "only backwards:", "id = 4, group = 'b', load = 8.0"],
        ),
        (
            lambda spark: law.row_by_row(scaled, SERIES, spark),
            ["depends on other rows", "each by itself", "the rows put in:"],
        ),
        (
            lambda spark: law.deterministic(drawn, ROWS, spark),
            ["another result the second time", "only the first time:"],
        ),
        (lambda spark: law.idempotent(scaled_twice, SERIES, spark), ["done twice", "load = 256.0"]),
        (
            lambda spark: law.has_schema(doubled, ROWS, spark, schema="id int, `group` string, load double"),
            [
                "column 1: promised id int, given id bigint",
                "column 4: promised nothing, given double double",
            ],
        ),
        (
            lambda spark: law.keeps_rows(joined, ROWS, spark),
            ["4 rows went in, and 6 rows came out"],
        ),
        (
            lambda spark: law.keeps_keys(joined, ROWS, spark, key="id"),
            ["id = 1: went in once, came out twice", "id = 3: went in once, came out twice"],
        ),
        (
            lambda spark: law.keeps_keys(lambda frame: frame.dropna(), ROWS, spark, key="id"),
            ["id = 2: went in once, came out never"],
        ),
        (
            lambda spark: law.keeps_keys(lambda frame: frame.select("load"), ROWS, spark, key="id"),
            ["no column 'id'", "it has load"],
        ),
        (
            lambda spark: law.nothing_from_the_future(
                lambda frame: window(frame, -1, 1), SERIES, spark, time="at"
            ),
            ["the result up to at = 2024-02-28 02:00:00 depends on rows that come later"],
        ),
        (
            lambda spark: law.no_leak_between_groups(
                lambda frame: window(frame, -1, 0), SERIES, spark, by="id"
            ),
            ["the result for id = 0 depends on other groups", "only by itself:"],
        ),
        (
            lambda spark: law.equal_to(doubled, ROWS, spark, reference=lambda rows: rows[:1]),
            ["not what the reference gives", "only by the transformation:"],
        ),
    ],
)
def test_laws_tell_what_breaks_them(spark, breaks, words):
    with pytest.raises(AssertionError) as told:
        breaks(spark)
    for each in words:
        assert each in str(told.value)


def scaled_twice(frame):
    """Squares, which squared again are others."""
    return frame.withColumn("load", frame["load"] * frame["load"])


def test_a_series_without_times_is_refused(spark):
    gap = SERIES.of([SERIES.rows[0] | {"at": None}])
    with pytest.raises(ValueError, match="without gaps"):
        law.nothing_from_the_future(doubled, gap, spark, time="at")


def test_a_planted_mistake_is_found_in_the_smallest_table(spark):
    """A join that drops whoever has no group: one row without one shows it."""

    @for_all(tables(COLUMNS, most=4), shrinks=30)
    def kept(table):
        law.keeps_rows(lambda frame: frame.where("`group` IS NOT NULL"), table, spark)

    with pytest.raises(AssertionError) as told:
        kept()
    assert str(told.value).splitlines()[0].endswith("went in, and 0 rows came out")
    assert "group = None" in str(told.value)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1.0, 1.0 + 1e-9, True),
        (1.0, 1.001, False),
        (1e9, 1e9 + 1, True),
        (float("nan"), float("nan"), True),
        (float("inf"), float("inf"), True),
        (float("inf"), 1e308, False),
        (float("nan"), None, False),
        (2**53, 2**53 + 1, False),
        (1, True, False),
        (0.0, -0.0, True),
        ("a", "a ", False),
        ([1.0, None], (1.0, None), True),
        ([1.0], [1.0, 1.0], False),
        ({"x": [1.0 + 1e-9]}, {"x": [1.0]}, True),
        ({"x": 1}, {"y": 1}, False),
        (MIDNIGHT, MIDNIGHT, True),
    ],
)
def test_values_are_alike(one, other, same):
    assert alike(one, other) is same
    assert alike(other, one) is same


def test_vectors_are_alike_by_their_numbers():
    from pyspark.ml.linalg import Vectors

    assert alike(Vectors.dense(1.0, 0.0), Vectors.sparse(2, [0], [1.0 + 1e-9]))
    assert not alike(Vectors.dense(1.0, 0.0), Vectors.dense(1.0, 0.1))
