"""Rules 3xx, networks and shapes."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

SHAPE_MISMATCH = register(
    "ZOO301",
    "shapes that do not fit",
    """
Every layer takes tensors of certain shapes and gives one that follows from them. Shapes are of one record,
channels first: `3x224x224` is a colour image. The message shows what comes in, and from where.

Wrong:

```zoo
network {
  input 1x28x28
  Conv2D(8, 32x32)
}
```

Right:

```zoo
network {
  input 1x28x28
  Conv2D(8, 5x5)
}
```
""",
)

INPUT_COUNT = register(
    "ZOO302",
    "too few or too many inputs",
    """
Most layers read one node; `Add`, `Multiply`, `Concatenate` and their like read several.

Wrong:

```zoo
network {
  a = Input(4)
  b = Input(4)
  output Dense(a, b, 1)
}
```

Right:

```zoo
network {
  a = Input(4)
  b = Input(4)
  output Concatenate(a, b) -> Dense(1)
}
```
""",
)

NO_INPUT = register(
    "ZOO303",
    "nothing feeds a layer",
    """
In a sequence each layer reads the line above. A named node, and a node among arguments, says what feeds it:
`x -> Dense(10)`.

Wrong:

```zoo
network {
  Dense(10)
}
```

Right:

```zoo
network {
  input 4
  Dense(10)
}
```
""",
)

NOT_A_NODE = register(
    "ZOO304",
    "a value where a node belongs",
    """
A line of `network`, and what stands on either side of `->`, is a layer, a block's call or a node. Numbers are
arguments of layers.

Wrong:

```zoo
network {
  input 4
  10
}
```

Right:

```zoo
network {
  input 4
  Dense(10)
}
```
""",
)

UNUSED_LAYER = register(
    "ZOO305",
    "a layer that does not reach the output",
    """
What does not reach the output learns nothing, and is left out. This is a warning.

Wrong:

```zoo
network {
  x = Input(4)
  a = x -> Dense(8)
  b = x -> Dense(8)
  output a -> Dense(1)
}
```

Right:

```zoo
network {
  x = Input(4)
  a = x -> Dense(8)
  b = x -> Dense(8)
  output Concatenate(a, b) -> Dense(1)
}
```
""",
    warning=True,
)

UNUSED_INPUT = register(
    "ZOO306",
    "an input that does not reach the output",
    """
The data feed every input, so that each has its way to the output.

Wrong:

```zoo
network {
  a = Input(1)
  b = Input(1)
  output a -> Dense(1)
}
```

Right:

```zoo
network {
  a = Input(1)
  b = Input(1)
  output Concatenate(a, b) -> Dense(1)
}
```
""",
)

DUPLICATE_LAYER = register(
    "ZOO307",
    "two layers of one name",
    """
Layers are addressed by their names, so each has its own: given with `as`, or made from the operator's. The
label of a block's call or of a `repeat` goes before the names inside it: `res2a/conv2d`.

Wrong:

```zoo
repeat k in 1..2 {
  Dense(8) as "hidden"
}
```

Right:

```zoo
repeat k in 1..2 {
  Dense(8) as "hidden{k}"
}
```
""",
)

BLOCK_RECURSION = register(
    "ZOO308",
    "a block that unfolds itself",
    """
A block's call is replaced by its body, so that a block that calls itself would never end.

Wrong:

```zoo
block tower(x) {
  x -> Dense(8) -> tower()
}
```

Right:

```zoo
block tower(x, height: int) {
  repeat k in 1..height {
    Dense(8)
  }
}
```
""",
)

NETWORK_TOO_BIG = register(
    "ZOO309",
    "a network too big",
    """
Blocks and repeats unfold to 20,000 layers at most.

Wrong:

```zoo
repeat k in 1..1000000 { Dense(8) }
```

Right:

```zoo
repeat k in 1..10 { Dense(8) }
```
""",
)

NO_OUTPUT = register(
    "ZOO310",
    "nothing comes out",
    """
A network and a block give their last step, or what `output` says.

Wrong:

```zoo
network {
}
```

Right:

```zoo
network {
  input 4
  Dense(1)
}
```
""",
)

INPUT_SHAPE = register(
    "ZOO311",
    "the data do not fit the network's input",
    """
What comes out of `preprocess` is what `input` says. An image becomes channels x height x width; n numeric
columns become a vector of n. The shape is written, so that the network can be read without the data.

Wrong:

```zoo
preprocess {
  Resize(32x32)
}
network {
  input 1x28x28
  Flatten()
  Dense(10, activation = softmax)
}
```

Right:

```zoo
preprocess {
  Resize(28x28)
}
network {
  input 1x28x28
  Flatten()
  Dense(10, activation = softmax)
}
```
""",
)

FEATURE_COUNT = register(
    "ZOO312",
    "features and inputs differ in number",
    """
A network of several inputs is fed one column each, in the order in which the inputs are declared.

Wrong, for a network of two inputs:

```zoo
feature ratings.user, ratings.item, ratings.age
```

Right:

```zoo
feature ratings.user, ratings.item
```
""",
)

INDEX_INPUT = register(
    "ZOO313",
    "indices that are none",
    """
`Embedding` looks up a row by a whole number, so that it is fed from an input of the network: what a layer has
computed is no index.

Wrong:

```zoo
user -> Dense(4) -> Embedding(100, 8)
```

Right:

```zoo
user -> Embedding(100, 8) -> Flatten() -> Dense(4)
```
""",
)

BAD_LABEL = register(
    "ZOO314",
    "a label that cannot be made",
    """
A label is a text. `{k}` in it stands for the value of a repeat's variable, of a block's parameter, or of a
`let`.

Wrong:

```zoo
repeat k in 1..3 as "res{i}" {
  Dense(8)
}
```

Right:

```zoo
repeat k in 1..3 as "res{k}" {
  Dense(8)
}
```
""",
)

UNTRAINED = register(
    "ZOO315",
    "a layer that nothing trains",
    """
A spec without `optimize` applies its network as it is. That makes sense where all weights come from pretrained bases; a
layer of the spec's own would keep weights that are drawn by chance.

Wrong:

```zoo
base net {
  load "tiny.onnx"
  cut at "pool2"
}
network {
  input 3x16x16
  net()
  Dense(2)
}
```

Right:

```zoo
base net {
  load "tiny.onnx"
  cut at "pool2"
}
network {
  input 3x16x16
  net()
  Flatten()
}
```
""",
)
