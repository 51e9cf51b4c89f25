"""Rules 9xx: what must hold of a spec, the sections ``property``."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

NAMELESS_PROPERTY = register(
    "ZOO901",
    "a property without a name",
    """
A property is told by its name, when it holds and when it is broken. The name is a sentence in quotes.

Wrong:

```zoo
property {
  forall image in AnyImage()
  Finite(preprocess(image))
}
```

Right:

```zoo
property "pixels stay numbers" {
  forall image in AnyImage()
  Finite(preprocess(image))
}
```
""",
)

INCOMPLETE_PROPERTY = register(
    "ZOO902",
    "a property that says nothing, or of nothing",
    """
A property says for what it must hold, by `forall`, and what must hold, by one claim a line or more. Without both there is
nothing to try.

Wrong:

```zoo
property "pixels stay numbers" {
  forall image in AnyImage()
}
```

Right:

```zoo
property "pixels stay numbers" {
  forall image in AnyImage()
  Finite(preprocess(image))
}
```
""",
)

LATE_VARIABLE = register(
    "ZOO903",
    "a variable after the claims",
    """
All variables of a property come before its claims, each of which must hold for all of them.

Wrong:

```zoo
property "pixels stay numbers" {
  Finite(preprocess(image))
  forall image in AnyImage()
}
```

Right:

```zoo
property "pixels stay numbers" {
  forall image in AnyImage()
  Finite(preprocess(image))
}
```
""",
)

NOT_A_CLAIM = register(
    "ZOO904",
    "no claim",
    """
A claim is true or false: a comparison, or a measure such as `Within` or `Finite`. A number or a size by itself is
neither.

Wrong:

```zoo
property "pixels lie around zero" {
  forall image in AnyImage()
  Mean(preprocess(image))
}
```

Right:

```zoo
property "pixels lie around zero" {
  forall image in AnyImage()
  Within(Mean(preprocess(image)), -130..152)
}
```
""",
)

SETTLED_CLAIM = register(
    "ZOO905",
    "a claim that cannot be true, or cannot be false",
    """
Trying a claim tells something if examples can decide it. One that speaks of no variable is decided before. So is one
that what the check knows denies: images of another size than all steps give, numbers of another range.

Wrong:

```zoo
property "the network is fed its size" {
  forall image in AnyImage()
  Shape(preprocess(image)) == 224x224x3
}
```

Right, with the channels first:

```zoo
property "the network is fed its size" {
  forall image in AnyImage()
  Shape(preprocess(image)) == 3x224x224
}
```
""",
)

NOTHING_TO_MEASURE = register(
    "ZOO906",
    "a measure of what the spec does not have",
    """
`preprocess`, `training`, `predict`, `label` and `part` speak of the spec itself: of its steps, its network, its label and
its split. A spec that has no such thing has no answer.

Wrong, where `data` has no `split`:

```zoo
property "rows are divided" {
  forall row in AnyRow(rows)
  part(row) != test
}
```

Right:

```zoo
split Random(train = 80%, test = 20%)
```
""",
)

UNFIT_DOMAIN = register(
    "ZOO907",
    "a domain that does not fit",
    """
What is drawn must be what the steps take: images of the colours that the data have, and large enough for every crop; as
many numbers as features; rows of the frame that feeds the network.

Wrong, where the images of the data have colours:

```zoo
property "pixels stay numbers" {
  forall image in AnyImage(channels = 1)
  Finite(preprocess(image))
}
```

Right:

```zoo
property "pixels stay numbers" {
  forall image in AnyImage(channels = 3)
  Finite(preprocess(image))
}
```
""",
)
