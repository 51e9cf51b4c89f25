"""Rules 6xx, bases in the network and in training."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

CALLED_TWICE = register(
    "ZOO612",
    "a base that is called twice",
    """
A base is one network with one set of weights, and stands in the network once. What reads its output may do so several
times: give it a name. Two networks that begin with the same weights are two bases.

Wrong:

```zoo
base tiny {
  load "tiny.onnx"
}
network {
  x = Input(3x16x16)
  output Add(x -> tiny(), x -> tiny()) -> Dense(3, activation = softmax)
}
```

Right:

```zoo
base tiny {
  load "tiny.onnx"
}
network {
  input 3x16x16
  y = tiny()
  output Add(y, y) -> Dense(3, activation = softmax)
}
```
""",
)

BASE_INPUT = register(
    "ZOO613",
    "a base that cannot take what feeds it",
    """
The weights of a base fit inputs of certain shapes: as many channels as it was trained on, and where a dense layer
reads all places of an image, images of that very size. A base that ends before its first dense layer takes images of
many sizes. What the base `expects` has to be such a shape, with its channels: `3x224x224`.

Wrong:

```zoo
base tiny {
  load "tiny.onnx"
}
network {
  input 1x16x16
  tiny()
  Dense(3, activation = softmax)
}
```

Right:

```zoo
base tiny {
  load "tiny.onnx"
}
network {
  input 3x16x16
  tiny()
  Dense(3, activation = softmax)
}
```
""",
)

OTHER_SIZE = register(
    "ZOO614",
    "another size than the base was trained on",
    """
A network of convolutions computes on images of many sizes, but its filters were learned on one, and things appear larger
or smaller in another. Where that is meant, `expects` says so. This is a warning.

Wrong:

```zoo
base tiny {
  load "tiny.onnx"
  cut  at "pool2"
}
network {
  input 3x32x32
  tiny()
  Dense(3, activation = softmax)
}
```

Right:

```zoo
base tiny {
  load    "tiny.onnx"
  expects 3x32x32
  cut     at "pool2"
}
network {
  input 3x32x32
  tiny()
  Dense(3, activation = softmax)
}
```
""",
    warning=True,
)

VALUE_RANGE = register(
    "ZOO615",
    "pixels in another range than the base was trained on",
    """
A pretrained network knows the range of numbers that it was trained on, such as -1..1; other numbers make noise of its
features. `expects` says what they were, by the step that gave them or as a range, and `preprocess` has to
give the same.

Wrong, where pixels are 0..255:

```zoo
base tiny {
  load    "tiny.onnx"
  expects RGB, ChannelNormalize(mean = [127], std = [128])
}
preprocess {
  Resize(16x16)
}
```

Right:

```zoo
base tiny {
  load    "tiny.onnx"
  expects RGB, ChannelNormalize(mean = [127], std = [128])
}
preprocess {
  Resize(16x16)
  ChannelNormalize(mean = [127], std = [128])
}
```
""",
)

CHANNEL_ORDER = register(
    "ZOO616",
    "means in the order of blue, green and red",
    """
Colours are RGB everywhere in the language, in `expects` too. A base that was trained on BGR says so (`expects BGR`): its
first weights are then turned round, and nothing else has to be.

Wrong:

```zoo
base tiny {
  load    "tiny.onnx"
  expects BGR, ChannelNormalize(mean = [123.68, 116.779, 103.939])
}
preprocess {
  Resize(16x16)
  ChannelNormalize(mean = [103.939, 116.779, 123.68])
}
```

Right:

```zoo
base tiny {
  load    "tiny.onnx"
  expects BGR, ChannelNormalize(mean = [123.68, 116.779, 103.939])
}
preprocess {
  Resize(16x16)
  ChannelNormalize(mean = [123.68, 116.779, 103.939])
}
```
""",
)

NOTHING_LEARNS = register(
    "ZOO617",
    "nothing is left to train",
    """
Training moves the weights of layers that are not frozen; where all are, there is nothing to do. A cut base needs a
head of its own, which learns from the first epoch on.

Wrong:

```zoo
base tiny {
  load   "tiny.onnx"
  freeze all
}
network {
  input 3x16x16
  tiny()
}
```

Right:

```zoo
base tiny {
  load   "tiny.onnx"
  cut    at "pool2"
  freeze all
}
network {
  input 3x16x16
  tiny()
  Dense(3, activation = softmax)
}
```
""",
)

PHASE_LENGTHS = register(
    "ZOO618",
    "phases that do not fill the training",
    """
Phases follow each other, each for so many epochs; the last may leave its length out and then runs to the end.
Together they take the epochs that `train` says.

Wrong:

```zoo
network {
  input 4
  Dense(8, activation = relu) as "hidden"
  Dense(3, activation = softmax)
}
train {
  epochs 8
  phase  freeze "hidden" for 3 epochs then unfreeze "hidden" for 4 epochs
}
```

Right:

```zoo
network {
  input 4
  Dense(8, activation = relu) as "hidden"
  Dense(3, activation = softmax)
}
train {
  epochs 8
  phase  freeze "hidden" for 3 epochs then unfreeze "hidden" for 5 epochs
}
```
""",
)

SHARED_TWICE = register(
    "ZOO619",
    "two learning rates for one layer",
    """
`learning_rate 10% for "conv*"` lets layers learn at a share of the scheduled rate. A layer has one share, so that no two
of these lines may mean the same layer.

Wrong:

```zoo
optimize {
  loss          SparseCategoricalCrossentropy()
  optimizer     Adam()
  learning_rate 10% for "dense*"
  learning_rate 50% for "dense"
}
```

Right:

```zoo
optimize {
  loss          SparseCategoricalCrossentropy()
  optimizer     Adam()
  learning_rate 10% for "dense"
}
```
""",
)

SHARE_OF_FROZEN = register(
    "ZOO620",
    "a learning rate for what never learns",
    """
Layers that are frozen in every phase do not move, whatever their learning rate. This is a warning.

Wrong:

```zoo
base tiny {
  load   "tiny.onnx"
  cut    at "pool2"
  freeze all
}
optimize {
  loss          SparseCategoricalCrossentropy()
  optimizer     Adam()
  learning_rate 10% for "conv1"
}
network {
  input 3x16x16
  tiny()
  Dense(3, activation = softmax)
}
```

Right:

```zoo
base tiny {
  load   "tiny.onnx"
  cut    at "pool2"
  freeze "conv1"
}
optimize {
  loss          SparseCategoricalCrossentropy()
  optimizer     Adam()
  learning_rate 10% for "conv2"
}
network {
  input 3x16x16
  tiny()
  Dense(3, activation = softmax)
}
```
""",
    warning=True,
)

FIXED_RATE = register(
    "ZOO621",
    "a learning rate for an optimizer that has none",
    """
Adadelta finds the size of its steps by itself, so that its learning rate is always 1. A schedule, or a learning rate
of some layers, has nothing to change there. Take another optimizer, or leave the rate alone.

Wrong:

```zoo
optimizer Adadelta()
schedule  Poly()
```

Right:

```zoo
optimizer Adam()
schedule  Poly()
```
""",
)

FRESH_FROZEN = register(
    "ZOO622",
    "a fresh layer that never learns",
    """
The weights of a base hold what it was trained for, so that freezing them keeps it. A layer that `replace` puts in, or one of the
network's own, begins with weights drawn at random: frozen from the first epoch to the last it passes on noise. This
is a warning.

Wrong:

```zoo
base tiny {
  load    "tiny.onnx"
  cut     at "pool2"
  replace "conv1" with Conv2D(4, 5x5, padding = same)
  freeze  up to "pool1"
}
network {
  input 3x16x16
  tiny()
  Dense(3, activation = softmax)
}
```

Right:

```zoo
base tiny {
  load     "tiny.onnx"
  cut      at "pool2"
  replace  "conv1" with Conv2D(4, 5x5, padding = same)
  freeze   up to "pool1"
  unfreeze "conv1"
}
network {
  input 3x16x16
  tiny()
  Dense(3, activation = softmax)
}
```
""",
    warning=True,
)

RAW_PIXELS = register(
    "ZOO623",
    "a base is fed pixels as they are",
    """
Hardly a pretrained network was trained on numbers of 0..255: where nothing in `preprocess` brings pixels to the range that it
knows, its features are noise, and nothing fails. Its makers say how they prepared images; `expects` says it here,
so that it is checked. For a network that takes pixels as they are, because its first layer scales them, write `expects
0..255`. This is a warning.

Wrong:

```zoo
base tiny {
  load "tiny.onnx"
}
preprocess {
  Resize(16x16)
}
```

Right:

```zoo
base tiny {
  load    "tiny.onnx"
  expects RGB, ChannelNormalize(mean = [127], std = [128])
}
preprocess {
  Resize(16x16)
  ChannelNormalize(mean = [127], std = [128])
}
```
""",
    warning=True,
)

FORGETFUL = register(
    "ZOO624",
    "an optimizer that forgets pretrained weights",
    """
Ftrl does not move weights from where they are: it computes them anew from the sum of all gradients, which is 0 in
the beginning. The first step so replaces the weights of a base, and of what it was trained for nothing is left. Layers that
are frozen keep theirs. Take another optimizer, or freeze the base. This is a warning.

Wrong:

```zoo
base tiny {
  load    "tiny.onnx"
  expects 0..255
  cut     at "pool2"
}
optimizer Ftrl(learning_rate = 0.01)
```

Right:

```zoo
base tiny {
  load    "tiny.onnx"
  expects 0..255
  cut     at "pool2"
  freeze  all
}
optimizer Ftrl(learning_rate = 0.01)
```
""",
    warning=True,
)
