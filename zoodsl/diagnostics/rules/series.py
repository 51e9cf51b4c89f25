"""Rules 48x, series: rows in order, their windows and scales, and what is anomalous in them."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

SPLIT_OF_SERIES = register(
    "ZOO481",
    "windows whose rows are in several parts",
    """
A `Window` feeds a row with the rows before it. If chance, or a class, says which rows train, most windows that train hold
rows that test, and the test tells nothing of rows to come. `Tail` divides by order: what trains comes before what tests. Of
several series, `Grouped` by the column that `Window(..., by = ...)` names keeps each whole.

Wrong:

```zoo
split Random(train = 80%, test = 20%)
```

Right:

```zoo
split Tail(train = 80%, test = 20%)
```
""",
)

NOT_RISING = register(
    "ZOO482",
    "rows that are not in order of time",
    """
Windows are of rows in the order in which they are read. Where a date is among what the network is fed, or says when a row
was, it rises from row to row; one that falls means that the file is not sorted, or holds several series one after the other:
`Window(50, by = taxi.borough)` looks at each by itself.

Wrong:

```csv
time,value
2024-01-02 00:00:00,7
2024-01-01 00:00:00,4
```

Right:

```csv
time,value
2024-01-01 00:00:00,4
2024-01-02 00:00:00,7
```
""",
)

CONSTANT_COLUMN = register(
    "ZOO483",
    "a column of one value that is to be standardised",
    """
`Standardize` divides by how far values deviate from their mean. A column that has one value in all rows that train has no
deviation, and a network learns nothing of it.

Wrong:

```csv
time,value,city
2024-01-01 00:00:00,4,1
2024-01-01 12:00:00,7,1
2024-01-02 00:00:00,5,1
2024-01-02 12:00:00,8,1
```

Right:

```csv
time,value,city
2024-01-01 00:00:00,4,1
2024-01-01 12:00:00,7,2
2024-01-02 00:00:00,5,2
2024-01-02 12:00:00,8,1
```
""",
)

TOO_FEW_ROWS = register(
    "ZOO484",
    "a part without a window",
    """
`Window(50, horizon = 2)` needs 51 rows before the one that it predicts. The first rows of a series have too few before them
and are left out; if that are all rows of a part, nothing is left.

Wrong:

```zoo
Window(500)
```

Right:

```zoo
Window(3)
```
""",
)

NOT_A_SERIES = register(
    "ZOO485",
    "what only a series has",
    """
The baseline `Persistence` answers with the last value of a window, and `anomalies` are rows of a series: both need a `Window`
in `preprocess`. A metric with `scaled = true` is of the standardised label, and a label is standardised where `preprocess` has
both `Standardize()` and a `Window`, and the label is a `Number()`.

Wrong:

```zoo
preprocess {
  Window(3)
}
evaluate {
  metric MeanSquaredError(scaled = true)
}
```

Right:

```zoo
preprocess {
  Standardize()
  Window(3)
}
evaluate {
  metric   MeanSquaredError(scaled = true)
  baseline Persistence()
}
```
""",
)

KNOWN_WINDOWS = register(
    "ZOO486",
    "known windows that cannot be read",
    """
`known "windows.json" at "nyc_taxi.csv"` reads what is known to be an anomaly, in the form of the Numenta Anomaly Benchmark: an
object whose names are series, each with a list of pairs of times, the first and the last moment of a window. Times stand in
the form of ISO 8601, and `time` says which column they are compared with.

Wrong:

```zoo
anomalies {
  flag  20%
  time  taxi.time
  known "windows.json" at "taxi"
}
```

Right:

```zoo
anomalies {
  flag  20%
  time  taxi.time
  known "windows.json" at "nyc_taxi.csv"
}
```
""",
)

NOTHING_FLAGGED = register(
    "ZOO487",
    "a share of rows that is less than one",
    """
`flag 1%` flags the hundredth of the rows whose error is largest, rounded down: of fewer than 100 rows that is none.

Wrong:

```zoo
anomalies {
  flag 1%
}
```

Right:

```zoo
anomalies {
  flag 20%
}
```
""",
)
