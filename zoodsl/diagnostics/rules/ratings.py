"""Rules 46x, ratings and indices: scales, counts of columns, and tables that are looked up."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

WRONG_SCALE = register(
    "ZOO460",
    "a scale of ratings without whole steps",
    """
`Rating(low..high, step = ...)` is learned as one class a step, so that whole steps lead from the lowest rating to the
highest, and there are at most a thousand. A number that may be anything in between is learned as it is, with `Number()`.

Wrong:

```zoo
label rows.rating -> Rating(0.5..5)
```

Right:

```zoo
label rows.rating -> Rating(0.5..5, step = 0.5)
```
""",
)

UNKNOWN_COUNT = register(
    "ZOO461",
    "a number that the data do not tell yet",
    """
`max(rows.user)`, `min(rows.user)` and `distinct(rows.user)` are what the data hold when a spec is checked: the file is read
to its end. Data behind an address, in a database or of more than 256 MB are not read before the program runs.

Wrong:

```zoo
rows = CSV("hdfs://data/ratings.csv", columns = ["user: int", "rating: int"])
let users = max(rows.user) + 1
```

Right:

```zoo
param users: int = 6041
rows = CSV("hdfs://data/ratings.csv", columns = ["user: int", "rating: int"])
```
""",
)

INDEX_OUT_OF_RANGE = register(
    "ZOO462",
    "indices that a table has no row for",
    """
`Embedding(n, ...)` has a row for each index from 0 to n - 1. Ids that count from 1 need one row more, or are lowered by 1;
ids with holes are best made to indices by `-> Index()`, which takes as many rows as there are different ids, and one for
ids that did not train.

Wrong, where users are numbered from 0 to 19:

```zoo
feature rows.user
user -> Embedding(19, 8)
```

Right:

```zoo
feature rows.user
user -> Embedding(max(rows.user) + 1, 8)
```
""",
)
