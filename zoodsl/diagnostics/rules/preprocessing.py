"""Rules 4xx, preprocessing: what reaches the network, and what is shown of steps."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

UNSIZED_IMAGES = register(
    "ZOO415",
    "images of different sizes reach the network",
    """
All records of a batch have one shape. Where the files differ in size, or a step draws the size at random
(`RandomAspectScale`, `Expand`), a `Resize(...)`, or a crop that all of them are large enough for, makes them equal.

Wrong, if the files differ in size:

```zoo
preprocess {
  HFlip()
}
```

Right:

```zoo
preprocess {
  Resize(224x224)
  HFlip()
}
```
""",
)

TRAINING_SIZE = register(
    "ZOO451",
    "training and evaluation differ in size",
    """
Steps of `training { }` are left out in validation, test and prediction. What reaches the network has the
same size with them and without them.

Wrong, for images of 32x32:

```zoo
preprocess {
  training {
    RandomCrop(28x28)
  }
}
```

Right:

```zoo
preprocess {
  training {
    RandomCrop(28x28)
  }
  Resize(28x28)
}
```
""",
)

ALWAYS_FLIPPED = register(
    "ZOO470",
    "every training image is flipped",
    """
A step of `training { }` is done to every training record, unless it says otherwise. `HFlip()` alone turns all of
them round, always: training never sees an image as it is in validation and test, and nothing is gained. With
`RandomApply(HFlip(), 50%)` each image is flipped in half of the epochs.

Wrong:

```zoo
preprocess {
  training {
    HFlip()
  }
}
```

Right:

```zoo
preprocess {
  training {
    RandomApply(HFlip(), 50%)
  }
}
```
""",
    warning=True,
)

NOTHING_TO_SHOW = register(
    "ZOO471",
    "a gallery has nothing to show",
    """
`gallery { }` shows what steps make of the first images: each line is a step of `preprocess` or a chain of them,
which begins with the image as it is read. So the feature is an image, and there is at least one line. `show 3` takes
the first three images instead of one; `draw 2` shows lines that draw at random twice.

Wrong:

```zoo
zoo 1
data {
  digits = Sample("digits")
  feature digits.image
}
gallery {
  show 3
}
```

Right:

```zoo
zoo 1
data {
  digits = Sample("digits")
  feature digits.image
}
gallery {
  show 3
  Brightness(0..32)
  Resize(32x32) -> HFlip()
}
```
""",
)
