"""Rules 5xx, training."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

LOSS_AND_LABEL = register(
    "ZOO501",
    "the loss and the label do not fit",
    """
A class index is learned with a cross-entropy over classes, labels of which several may hold with
`BinaryCrossentropy`, numbers with a loss that measures distance.

Wrong:

```zoo
label rows.class -> ClassIndex(10)
loss  MeanSquaredError()
```

Right:

```zoo
label rows.class -> ClassIndex(10)
loss  SparseCategoricalCrossentropy()
```
""",
)

LOSS_AND_ACTIVATION = register(
    "ZOO502",
    "the loss and the last activation do not fit",
    """
A cross-entropy takes probabilities, which `softmax` or `sigmoid` gives; with `from_logits = true` it takes
the scores before them.

Wrong:

```zoo
Dense(10)
loss SparseCategoricalCrossentropy()
```

Right:

```zoo
Dense(10, activation = softmax)
loss SparseCategoricalCrossentropy()
```
""",
)

SOFTMAX_OF_ONE = register(
    "ZOO503",
    "a softmax over one number",
    """
A softmax gives shares of a whole: of one number that is always 1, and nothing is learned.

Wrong:

```zoo
Dense(1, activation = softmax)
```

Right:

```zoo
Dense(1, activation = sigmoid)
```
""",
)

OUTPUT_SIZE = register(
    "ZOO504",
    "the output and the label differ in size",
    """
A network gives one number a class, one a label of a multi-hot label, and one for a number. One that nothing trains keeps
the outputs that it was trained with elsewhere, and its label has to be the one of then.

Wrong:

```zoo
label rows.class -> ClassIndex(10)
Dense(9, activation = softmax)
```

Right:

```zoo
label rows.class -> ClassIndex(10)
Dense(10, activation = softmax)
```
""",
)

METRIC_AND_LABEL = register(
    "ZOO505",
    "the metric and the label do not fit",
    """
A metric is defined for certain labels: a share of right classes says nothing of numbers.

Wrong:

```zoo
label rows.price -> Number()
metric Accuracy()
```

Right:

```zoo
label rows.price -> Number()
metric MeanAbsoluteError()
```
""",
)

REPEATED_METRIC = register(
    "ZOO506",
    "a metric twice",
    """
The same metric with the same arguments gives the same number.

Wrong:

```zoo
metric Accuracy(), Accuracy()
```

Right:

```zoo
metric Accuracy(), F1Score()
```
""",
    warning=True,
)

NO_IMAGES_TO_SHOW = register(
    "ZOO562",
    "no images to show",
    """
`strip` and `gallery` show the rows' own images with what was predicted of them. Rows of numbers have none.

Wrong:

```zoo
feature rows.age, rows.weight
label   rows.kind -> ClassIndex(3)
plot    gallery
```

Right:

```zoo
feature rows.age, rows.weight
label   rows.kind -> ClassIndex(3)
plot    confusion
```
""",
)

PLOT_AND_LABEL = register(
    "ZOO507",
    "the plot and the label do not fit",
    """
A confusion matrix is of classes, a ROC curve of classes or labels; `curves` fit everything.

Wrong:

```zoo
label rows.price -> Number()
plot  confusion
```

Right:

```zoo
label rows.price -> Number()
plot  curves
```
""",
)

NO_VALIDATION_PART = register(
    "ZOO508",
    "nothing to validate on",
    """
`validate` measures on rows that do not train: the split sets them aside.

Wrong:

```zoo
split    Random(train = 80%, test = 20%)
validate every 1 epoch with Accuracy()
```

Right:

```zoo
split    Random(train = 70%, validation = 10%, test = 20%)
validate every 1 epoch with Accuracy()
```
""",
)

NO_HELD_OUT_PART = register(
    "ZOO509",
    "nothing to evaluate on",
    """
`evaluate` measures on the test part, or else on the validation part: what a network gets right on the rows
that it was trained on says little.

Wrong:

```zoo
split  Random(train = 100%)
metric Accuracy()
```

Right:

```zoo
split  Random(train = 80%, test = 20%)
metric Accuracy()
```
""",
)

NEEDS_VALIDATION = register(
    "ZOO510",
    "this needs validation",
    """
To stop early, or to keep the best weights, is to go by what validation measures.

Wrong:

```zoo
train {
  epochs 20
  keep   best by Accuracy
}
```

Right:

```zoo
train {
  epochs   20
  validate every 1 epoch with Accuracy()
  keep     best by Accuracy
}
```
""",
)

NOT_VALIDATED = register(
    "ZOO511",
    "a metric that is not computed",
    """
What is monitored is among the metrics of `validate`, or is `loss`.

Wrong:

```zoo
validate every 1 epoch with Accuracy()
keep     best by AUC
```

Right:

```zoo
validate every 1 epoch with Accuracy(), AUC()
keep     best by AUC
```
""",
)

BATCH_OVER_ROWS = register(
    "ZOO512",
    "a batch larger than the data",
    """
A batch is taken from the rows that train, so it is not larger than they are.

Wrong, for 150 rows:

```zoo
batch 1024
```

Right:

```zoo
batch 32
```
""",
)

SCHEDULE_TOO_SHORT = register(
    "ZOO513",
    "the schedule ends before training does",
    """
The segments of a schedule add up to the length of training, or the last one has no `for` and runs to the end.

Wrong:

```zoo
schedule Warmup(to = 0.1) for 2 epochs then Poly() for 10 epochs
epochs   20
```

Right:

```zoo
schedule Warmup(to = 0.1) for 2 epochs then Poly() for 18 epochs
epochs   20
```
""",
)

SCHEDULE_TOO_LONG = register(
    "ZOO514",
    "training ends before the schedule does",
    """
The rest of the schedule never comes: a `Poly` does not reach 0. This is a warning, since a short trial of a
long training is often meant.

Wrong:

```zoo
schedule Poly() for 30 epochs
epochs   20
```

Right:

```zoo
schedule Poly() for 20 epochs
epochs   20
```
""",
    warning=True,
)

ENDLESS_SEGMENT = register(
    "ZOO515",
    "a schedule that never hands on",
    """
Each segment before the last says how long it runs.

Wrong:

```zoo
schedule Warmup(to = 0.1) then Poly()
```

Right:

```zoo
schedule Warmup(to = 0.1) for 2 epochs then Poly()
```
""",
)

WARMUP_FALLS = register(
    "ZOO516",
    "a warm-up that falls",
    """
A warm-up goes from the optimizer's learning rate up to `to`.

Wrong:

```zoo
optimizer Adam(learning_rate = 0.01)
schedule  Warmup(to = 0.001) for 2 epochs then Poly()
```

Right:

```zoo
optimizer Adam(learning_rate = 0.001)
schedule  Warmup(to = 0.01) for 2 epochs then Poly()
```
""",
)

WEIGHT_COUNT = register(
    "ZOO517",
    "weights that are not one a class",
    """
A loss that weighs classes, or the outputs of a multi-hot label, takes one weight for each, in their order.

Wrong:

```zoo
label rows.class -> ClassIndex(10)
loss  SparseCategoricalCrossentropy(weights = [1, 2])
```

Right:

```zoo
label rows.class -> ClassIndex(10)
loss  SparseCategoricalCrossentropy(weights = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1])
```
""",
)

ENDLESS_PATIENCE = register(
    "ZOO519",
    "patience that outlasts training",
    """
`EarlyStopping` ends training after `patience` validations without a gain, and needs one more to compare with. With as
many as training has, it never does. This is a warning, since a short trial of a long training is often meant.

Wrong:

```zoo
epochs   5
validate every 1 epoch with AUC()
stop     EarlyStopping(monitor = AUC, patience = 10)
```

Right:

```zoo
epochs   50
validate every 1 epoch with AUC()
stop     EarlyStopping(monitor = AUC, patience = 10)
```
""",
    warning=True,
)

AMBIGUOUS_METRIC = register(
    "ZOO520",
    "a name of two metrics",
    """
`keep best by`, `EarlyStopping` and `Plateau` name a metric of `validate`. Where two of it have the same name, neither
is meant.

Wrong:

```zoo
validate every 1 epoch with TopKAccuracy(k = 2), TopKAccuracy(k = 5)
keep     best by TopKAccuracy
```

Right:

```zoo
validate every 1 epoch with Accuracy(), TopKAccuracy(k = 5)
keep     best by TopKAccuracy
```
""",
)
