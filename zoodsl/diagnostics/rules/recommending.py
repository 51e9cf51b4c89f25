"""Rules 58x, recommendations: what to whom, among which candidates."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

WRONG_PAIR = register(
    "ZOO580",
    "recommendations that the network cannot make",
    """
`recommend` pairs values of one feature column with those of the other, and orders them by the rating that the network
expects: it is fed two columns, and what it learns is a `Rating` or a `Number`. The baseline `ALS` goes by two feature
columns likewise, who rates and what.

Wrong:

```zoo
feature rows.user, rows.item
label   rows.rating -> Rating(1..5)
offer   rows.name to rows.user
```

Right:

```zoo
feature rows.user, rows.item
label   rows.rating -> Rating(1..5)
offer   rows.item to rows.user
```
""",
)

WRONG_CANDIDATES = register(
    "ZOO581",
    "a set of candidates that there is not",
    """
`top 3 among unseen` chooses among all values that trained and that the user has no training row with; `among test`, or
another part of the split, among the pairs of that part alone. Metrics of recommendations hold rows out, and so need a
test or a validation part.

Wrong:

```zoo
split Random(train = 90%, validation = 10%)
top   3 among test
```

Right:

```zoo
split Random(train = 90%, validation = 10%)
top   3 among unseen
```
""",
)
