"""Rules 5xx, evaluation and prediction."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

ALL_GUESSES = register(
    "ZOO518",
    "as many guesses as classes",
    """
`TopKAccuracy` counts a row as right if its class is among the `k` most probable ones. With as many guesses as
there are classes, that is every row.

Wrong:

```zoo
label  rows.kind -> ClassIndex(3)
metric TopKAccuracy(k = 5)
```

Right:

```zoo
label  rows.kind -> ClassIndex(3)
metric TopKAccuracy(k = 2)
```
""",
)

THRESHOLD_IN_VALIDATION = register(
    "ZOO521",
    "a threshold that judges itself",
    """
`threshold = best` is chosen after training, for each label the one with the best F1 score over the validation rows.
Measured on the very rows that it was chosen on, a score is too good.

Wrong:

```zoo
validate every 1 epoch with F1Score(threshold = best)
```

Right:

```zoo
validate every 1 epoch with F1Score()
metric   F1Score(threshold = best)
```
""",
)

THRESHOLD_OF_CLASSES = register(
    "ZOO522",
    "a threshold of classes",
    """
A threshold turns an output that is a yes or no by itself into a decision: of several labels, or of one sigmoid. Of
classes that exclude each other, the most probable one is taken, whatever its probability.

Wrong:

```zoo
label  rows.class -> ClassIndex(10)
metric F1Score(threshold = 0.3)
```

Right:

```zoo
label  rows.class -> ClassIndex(10)
metric F1Score()
```
""",
)

PREDICTED_ROWS = register(
    "ZOO523",
    "rows to predict that the network cannot be fed with",
    """
Rows in `predict` need no label, but have the columns that `feature` names, of the same kind: they go through the same
steps, but for those of training alone.

Wrong, where `heights.csv` has no column `age`:

```zoo
feature rows.age, rows.weight
from    CSV("heights.csv")
```

Right:

```zoo
feature rows.age, rows.weight
from    CSV("new.csv")
```
""",
)

TOP_CLASSES = register(
    "ZOO524",
    "a number of classes that there are not",
    """
`top` is how many classes `predict` tells of each row, the most probable ones first. A label of another kind has none:
of several labels each is told with its probability, of a number its value.

Wrong:

```zoo
label rows.tags -> MultiHot(["red", "round", "blue"])
from  CSV("rows.csv")
top   2
```

Right:

```zoo
label rows.kind -> ClassIndex(3)
from  CSV("rows.csv")
top   2
```
""",
)
