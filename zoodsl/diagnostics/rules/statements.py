"""Rules 2xx, sections and the statements in them."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

UNKNOWN_SETTING = register(
    "ZOO222",
    "unknown setting",
    """
Each section has a closed list of settings. One that it does not know is never passed over in silence.

Wrong:

```zoo
train {
  epochs    3
  optimizer Adam()
}
```

Right:

```zoo
train {
  epochs 3
}
optimize {
  loss      MeanSquaredError()
  optimizer Adam()
}
```
""",
)

REPEATED_SETTING = register(
    "ZOO224",
    "set twice",
    """
A setting is made once. Several values of one setting stand behind it, separated by commas.

Wrong:

```zoo
evaluate {
  plot curves
  plot roc
}
```

Right:

```zoo
evaluate {
  plot curves, roc
}
```
""",
)

REPEATED_SECTION = register(
    "ZOO225",
    "a section twice",
    """
A spec has each section once.

Wrong:

```zoo
train { epochs 3 }
train { batch 32 }
```

Right:

```zoo
train {
  epochs 3
  batch  32
}
```
""",
)

MISSING_SECTION = register(
    "ZOO226",
    "a section is missing",
    """
A spec says what is learned from (`data`), by what (`network`), and how (`optimize`). Where the network is of a pretrained
base alone, `optimize` may be missing: then it is applied as it is. A file of blocks alone is a library, and needs no
section.

Wrong:

```zoo
network {
  input 4
  Dense(1)
}
```

Right:

```zoo
data {
  rows    = Sample("diabetes")
  feature rows.age, rows.bmi, rows.bp, rows.s5
  label   rows.target -> Number()
}
network {
  input 4
  Dense(1)
}
optimize {
  loss      MeanSquaredError()
  optimizer Adam()
}
```
""",
)

MISSING_SETTING = register(
    "ZOO227",
    "a setting is missing",
    """
`data` says its `feature` and its `label`, `optimize` its `loss` and its `optimizer`; the other settings have
defaults.

Wrong:

```zoo
optimize {
  optimizer Adam()
}
```

Right:

```zoo
optimize {
  loss      MeanSquaredError()
  optimizer Adam()
}
```
""",
)

MISPLACED = register(
    "ZOO228",
    "out of place",
    """
Some sections hold settings (`batch 64`), others steps (`Dense(10)`), and some definitions too (`rows =
CSV("a.csv")`). `repeat` belongs in `network` and `block`; nothing follows `output`.

Wrong:

```zoo
train {
  size = 64
}
```

Right:

```zoo
train {
  batch 64
}
```
""",
)

WRONG_FORM = register(
    "ZOO229",
    "a setting of another form",
    """
A setting's parts are joined by its own link words: `every`, `with`, `by`, `for`, `then`. The help line shows
the form.

Wrong:

```zoo
validate Accuracy() every 1 epoch
```

Right:

```zoo
validate every 1 epoch with Accuracy()
```
""",
)
