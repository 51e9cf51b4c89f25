"""Rules 44x, tables: columns that are stated, rows without an order, secrets."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

WRONG_COLUMNS = register(
    "ZOO440",
    "the columns are stated wrongly",
    """
`columns` lists names, in the order of the file where a table of text has no first line that names them. A name may say what
the column holds: `int`, `float` or `string`, after a colon. Of data that are seen only when the program runs, such as
a database's, each has to. What is stated has to agree with what is there: as many names as there are values in a row, the
same names as in a first line that there is.

Wrong, for rows such as `1::1193::5::978300760`:

```zoo
ratings = Delimited("ratings.dat", separator = "::", columns = ["user", "movie", "rating"])
```

Right:

```zoo
ratings = Delimited("ratings.dat", separator = "::", columns = ["user", "movie", "rating", "time"])
```
""",
)

UNORDERED_ROWS = register(
    "ZOO441",
    "rows without an order have no last ones",
    """
`Tail` trains on the first rows and tests on the last ones. Rows of `Parquet`, `Table` and `JDBC` come in any order, another one
each time, unless `key` names a column by which they are ordered: whole numbers, or text such as `2017-05-31 13:45`.

Wrong:

```zoo
data {
  trips   = Parquet("trips/*.parquet")
  feature trips.km
  label   trips.fare -> Number()
  split   Tail(train = 80%, test = 20%)
}
```

Right:

```zoo
data {
  trips   = Parquet("trips/*.parquet", key = "start")
  feature trips.km
  label   trips.fare -> Number()
  split   Tail(train = 80%, test = 20%)
}
```
""",
)

SECRET_IN_SPEC = register(
    "ZOO442",
    "a secret stands in the spec",
    """
What a spec says is written into plans, programs and run folders, where anyone may read it. So a user and a password are told by
the names of environment variables, which the program looks up when it runs; the address of a database holds neither.

Wrong:

```zoo
ratings = JDBC("jdbc:postgresql://db/shop?user=ann&password=swordfish", "ratings")
```

Right:

```zoo
ratings = JDBC("jdbc:postgresql://db/shop", "ratings", user_env = "SHOP_USER", password_env = "SHOP_PASSWORD")
```
""",
)
