"""Rules 2xx, values: their types, units and ranges."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

WRONG_TYPE = register(
    "ZOO209",
    "wrong type",
    """
Values are typed: whole numbers, numbers, `true` and `false`, texts in quotes, sizes such as `3x3`, ranges
such as `0..1`, lists, and bare names out of a closed list. Nothing is converted in silence, and a layer or
loss is always called with parentheses.

Wrong:

```zoo
Dense(3x3)
```

Right:

```zoo
Dense(9)
```
""",
)

OUT_OF_RANGE = register(
    "ZOO210",
    "out of range",
    """
Many numbers have bounds: shares and probabilities lie within 0 and 1, counts and sizes are at least 1. The
message says the bounds and on which side of them the value is.

Wrong:

```zoo
Dropout(1.5)
```

Right:

```zoo
Dropout(0.5)
```
""",
)

WRONG_UNIT = register(
    "ZOO211",
    "wrong unit",
    """
A number with a unit belongs where the unit is asked for, and nowhere else: `5 epochs`, `50 iterations`,
`70%`. Sums are of equal units; a number with a unit may be multiplied by a plain one.

Wrong:

```zoo
stop EarlyStopping(monitor = loss, patience = 5 epochs)
```

Right:

```zoo
stop EarlyStopping(monitor = loss, patience = 5)
```
""",
)

UNKNOWN_CHOICE = register(
    "ZOO212",
    "unknown choice",
    """
Some arguments take one out of a closed list of bare names, such as `same` or `relu`.

Wrong:

```zoo
Conv2D(32, 3x3, padding = sane)
```

Right:

```zoo
Conv2D(32, 3x3, padding = same)
```
""",
)

DEFINITION_CYCLE = register(
    "ZOO217",
    "defined by itself",
    """
`param` and `let` may use each other in any order, but not in a circle: then none has a value.

Wrong:

```zoo
let width = depth * 2
let depth = width / 2
```

Right:

```zoo
let width = 64
let depth = width / 2
```
""",
)

NO_RESULT = register(
    "ZOO218",
    "division by zero",
    """
The language's arithmetic gives a number or a report, and nothing else.

Wrong:

```zoo
let steps = 0
let share = 1 / steps
```

Right:

```zoo
let steps = 4
let share = 1 / steps
```
""",
)

TOO_BIG = register(
    "ZOO219",
    "too big",
    """
Numbers, nesting, and what blocks and repeats unfold to are bounded, so that every spec is checked in bounded
time.

Wrong:

```zoo
let weights = 1000000000 * 1000000000
```

Right:

```zoo
let weights = 1000000 * 1000000
```
""",
)

UNKNOWN_TYPE = register(
    "ZOO230",
    "unknown type",
    """
The types of params are `int`, `float`, `bool`, `string`, `path`, `size`, `range`, `share`, `duration`,
`list`, `choice` (a bare name), and kinds of operators such as `reader` or `optimizer`.

Wrong:

```zoo
param batch_size: integer = 64
```

Right:

```zoo
param batch_size: int = 64
```
""",
)
