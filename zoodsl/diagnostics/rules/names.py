"""Rules 2xx, names and arguments."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

UNKNOWN_NAME = register(
    "ZOO201",
    "unknown name",
    """
A bare name stands for a `param`, a `let`, a frame, a node, an import, or a value that the place knows, such
as `relu`. Letters' case counts. Names of `data` are known in `data`, those of `network` in `network`, and
those of a block inside it.

Wrong:

```zoo
let width = 64
network {
  input 10
  Dense(widht)
}
```

Right:

```zoo
let width = 64
network {
  input 10
  Dense(width)
}
```
""",
)

UNKNOWN_OPERATOR = register(
    "ZOO202",
    "unknown operator",
    """
Layers, losses, metrics and optimizers have Keras 3's names, schedules and image steps have Analytics Zoo's
without the `Image` prefix. `zoodsl docs` lists them all.

Wrong:

```zoo
network {
  input 10
  Dens(10)
}
```

Right:

```zoo
network {
  input 10
  Dense(10)
}
```
""",
)

WRONG_KIND = register(
    "ZOO203",
    "an operator of another kind",
    """
Each place takes one kind of operator: `loss` a loss, `optimizer` an optimizer, a line of `network` a layer, a
line of `preprocess` a transform.

Wrong:

```zoo
optimize {
  loss      Adam()
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

UNKNOWN_ARGUMENT = register(
    "ZOO204",
    "unknown argument",
    """
An argument that is not known is never passed over in silence: a typing mistake would leave the default in
force. `zoodsl docs` shows what each operator takes.

Wrong:

```zoo
Dense(10, activaton = relu)
```

Right:

```zoo
Dense(10, activation = relu)
```
""",
)

OLD_NAME = register(
    "ZOO205",
    "a name from another system",
    """
A familiar name of Keras 1, BigDL or Analytics Zoo that is spelt otherwise here. The fix is certain: `zoodsl
check --fix` applies it.

Wrong:

```zoo
Convolution2D(32, 3x3, W_regularizer = L2(0.1))
```

Right:

```zoo
Conv2D(32, 3x3, kernel_regularizer = L2(0.1))
```
""",
)

MISSING_ARGUMENT = register(
    "ZOO206",
    "missing argument",
    """
Arguments without a default must be given, by position or by name.

Wrong:

```zoo
Dense(activation = relu)
```

Right:

```zoo
Dense(10, activation = relu)
```
""",
)

SURPLUS_ARGUMENT = register(
    "ZOO207",
    "too many arguments",
    """
Only the first parameters of an operator are given by position; the others are named, so that a line can be
read without knowing their order.

Wrong:

```zoo
SGD(0.1, 0.9, true, 1.0, 5)
```

Right:

```zoo
SGD(learning_rate = 0.1, momentum = 0.9)
```
""",
)

REPEATED_ARGUMENT = register(
    "ZOO208",
    "given twice",
    """
Each argument, and each feature column, is given once. A positional argument counts too.

Wrong:

```zoo
Dense(10, units = 20)
```

Right:

```zoo
Dense(20)
```
""",
)

DUPLICATE_NAME = register(
    "ZOO213",
    "defined twice",
    """
A name stands for one thing within a file, a block or a section.

Wrong:

```zoo
let width = 64
let width = 128
```

Right:

```zoo
let width = 64
let depth = 128
```
""",
)

UNUSED_NAME = register(
    "ZOO214",
    "never used",
    """
What is declared and never used is as a rule a typing mistake, or left over. This is a warning.

Wrong:

```zoo
let width = 64
network {
  input 10
  Dense(32)
}
```

Right:

```zoo
let width = 64
network {
  input 10
  Dense(width)
}
```
""",
    warning=True,
)

PARAM_NOT_SET = register(
    "ZOO215",
    "a param without a value",
    """
A `param` without a default must be set by the run: `--set batch_size=64`, or in a file of `--values`.

Wrong:

```zoo
param batch_size: int
```

Right:

```zoo
param batch_size: int = 64
```
""",
)

UNKNOWN_OVERRIDE = register(
    "ZOO216",
    "no such param",
    """
`--set` and `--values` set what a spec declares with `param`. A `let` is the spec's own affair.

Wrong, if the spec declares `param batch_size: int`:

```sh
zoodsl run mnist.zoo --set batch=64
```

Right:

```sh
zoodsl run mnist.zoo --set batch_size=64
```
""",
)

UNREADABLE_IMPORT = register(
    "ZOO220",
    "an import that cannot be read",
    """
`use "file.zoo" as name` imports a file's blocks; the path is relative to the importing file. `use zoo.resnet`
imports from the language's own library.

Wrong, if there is no such file:

```zoo
use "resnett.zoo" as resnet
```

Right:

```zoo
use "resnet.zoo" as resnet
```
""",
)

IMPORT_CIRCLE = register(
    "ZOO221",
    "an import in a circle",
    """
A file does not import itself, nor a file that imports it.

Wrong, in `b.zoo`, which `a.zoo` imports:

```zoo
use "a.zoo" as a
```

Right:

```zoo
use "shared.zoo" as shared
```
""",
)
