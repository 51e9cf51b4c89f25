"""Rules 5xx, experiments and clusters."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

NO_SUCH_PARAM = register(
    "ZOO530",
    "no param to compare",
    """
An experiment carries a spec out once for every combination of values of some of its params. What it compares is declared
as a `param`, as for `--set`; the rest of the spec says what the param does.

Wrong:

```zoo
let units = 16

network {
  input 4
  Dense(units, activation = relu)
  Dense(3, activation = softmax)
}

experiment {
  compare units in [16, 64]
}
```

Right:

```zoo
param units: int = 16

network {
  input 4
  Dense(units, activation = relu)
  Dense(3, activation = softmax)
}

experiment {
  compare units in [16, 64]
}
```
""",
)

NO_VALUES = register(
    "ZOO531",
    "no values to compare",
    """
The values that a param takes in turn are listed where it is compared, between brackets, and each is of the param's type.

Wrong:

```zoo
param units: int = 16

network {
  input 4
  Dense(units, activation = relu)
  Dense(3, activation = softmax)
}

experiment {
  compare units in []
}
```

Right:

```zoo
param units: int = 16

network {
  input 4
  Dense(units, activation = relu)
  Dense(3, activation = softmax)
}

experiment {
  compare units in [16, 64]
}
```
""",
)

TOO_MANY_COMBINATIONS = register(
    "ZOO532",
    "too many combinations",
    """
Each combination of the compared values is a whole run, and their number is the product of the lists' lengths: four lists
of four are 256 runs. Up to 100 are carried out.

Wrong:

```zoo
param units: int   = 16
param rate:  float = 1e-3

network {
  input 4
  Dense(units, activation = relu)
  Dense(3, activation = softmax)
}

optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = rate)
}

experiment {
  compare units in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], rate in [1e-1, 2e-1, 3e-1, 4e-1, 5e-1, 6e-1, 7e-1, 8e-1, 9e-1, 1e-2]
}
```

Right:

```zoo
param units: int   = 16
param rate:  float = 1e-3

network {
  input 4
  Dense(units, activation = relu)
  Dense(3, activation = softmax)
}

optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = rate)
}

experiment {
  compare units in [4, 8, 16], rate in [1e-3, 1e-2]
}
```
""",
)

COMPARED_TWICE = register(
    "ZOO533",
    "compared twice",
    """
A param is compared in one list, and a value stands in it once: twice the same would be twice the same run, whatever the
spelling of the number.

Wrong:

```zoo
param rate: float = 1e-3

optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = rate)
}

experiment {
  compare rate in [0.001, 1e-3]
}
```

Right:

```zoo
param rate: float = 1e-3

optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = rate)
}

experiment {
  compare rate in [1e-3, 1e-2]
}
```
""",
)

METRIC_NOT_COMPUTED = register(
    "ZOO534",
    "a metric that no run computes",
    """
`metric` in an experiment names what its runs are compared by: one of the metrics that `evaluate` or `validate` computes,
or `loss`, the training loss. Without it, the first metric of `evaluate` counts, else that of `validate`.

Wrong:

```zoo
param rate: float = 1e-3

optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = rate)
}

experiment {
  compare rate in [1e-3, 1e-2]
  metric  F1Score
}
```

Right:

```zoo
param rate: float = 1e-3

optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = rate)
}

evaluate {
  metric F1Score(), Accuracy()
}

experiment {
  compare rate in [1e-3, 1e-2]
  metric  F1Score
}
```
""",
)

EXECUTORS_DO_NOT_DIVIDE = register(
    "ZOO535",
    "the executors do not divide the batch",
    """
Every iteration shares a batch equally among all cores of all executors. A batch that grows with the executors, as in the
second example, gives each the same work whatever their number.

Wrong:

```zoo
train {
  batch 32
}

cluster {
  executors 3
}
```

Right:

```zoo
param executors: int = 3

train {
  batch 16 * executors
}

cluster {
  executors executors
}
```
""",
)

NOTHING_COMPARED = register(
    "ZOO537",
    "nothing to compare",
    """
`zoodsl experiment` runs a spec once for every combination of the values that its section `experiment` lists, or that
`--compare` lists in their place. A param that `--set` gives a value is not compared any more.

Wrong, for a spec without the section:

```sh
zoodsl experiment mnist.zoo
```

Right:

```sh
zoodsl experiment mnist.zoo --compare 'batch_size=[32, 64]'
```
""",
)

SAME_PROGRAM = register(
    "ZOO536",
    "combinations that do not differ",
    """
Two combinations of values give the same program on the same executors: a param is compared that changes nothing there.
Their runs would differ by chance alone.

Wrong, where `rate` is not used:

```zoo
param rate: float = 1e-3

experiment {
  compare rate in [1e-3, 1e-2]
}
```

Right:

```zoo
param rate: float = 1e-3

optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = rate)
}

experiment {
  compare rate in [1e-3, 1e-2]
}
```
""",
    warning=True,
)

CLUSTER_OVERRIDDEN = register(
    "ZOO538",
    "a comparison that an option does away with",
    """
`--executors`, `--cores`, `--memory` and a local `--master` say on what every run trains, whatever the spec says. An
experiment that compares just that would carry out the same run several times.

Wrong, for a spec that compares `executors`:

```sh
zoodsl experiment mnist.zoo --executors 2
```

Right, with all its executors, or with those alone:

```sh
zoodsl experiment mnist.zoo
zoodsl experiment mnist.zoo --set executors=2
```
""",
)
