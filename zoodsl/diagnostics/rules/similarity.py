"""Rules 5xx, similarity: the section ``index``."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

NOTHING_PREDICTS = register(
    "ZOO560",
    "ranked by a class that nothing predicts",
    """
`rank by prediction then similarity` puts the rows first that the network takes for the same class as the row in question.
So the network must have been trained to tell classes. One that is applied as it is gives numbers to compare, and no
classes: it ranks by their similarity alone.

Wrong:

```zoo
label     rows.price -> Number()
loss      MeanSquaredError()
optimizer Adam()
index {
  rank by prediction then similarity
}
```

Right:

```zoo
label     rows.kind -> ClassIndex(3)
loss      SparseCategoricalCrossentropy()
optimizer Adam()
index {
  rank by prediction then similarity
}
```
""",
)

TOO_FEW_ROWS = register(
    "ZOO561",
    "more neighbours than rows",
    """
A row has as many neighbours as there are other rows. More than that cannot be told.

Wrong:

```zoo
index {
  top 1000
}
```

Right:

```zoo
index {
  top 3
}
```
""",
)
