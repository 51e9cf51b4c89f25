"""Rules 1xx, how a file is written."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

UNEXPECTED = register(
    "ZOO101",
    "something else belongs here",
    """
A file is declarations; a body is statements, one a line; a statement is `name = expression`,
`keyword value`, or a step such as a call. The message says what may stand at the place shown.

Wrong, because two arguments want a comma between them:

```
Dense(10 activation = softmax)
```

Right:

```
Dense(10, activation = softmax)
```
""",
)

UNCLOSED_TEXT = register(
    "ZOO102",
    "a string or docstring is not closed",
    """
A string begins and ends with `"` on one line. A docstring begins and ends with three of them and may run
over lines. A quote inside a string is written `\\"`.

Wrong:

```
load "models/resnet-50.model
```

Right:

```
load "models/resnet-50.model"
```
""",
)

UNBALANCED = register(
    "ZOO103",
    "a bracket has no partner",
    """
Every `(`, `[` and `{` is closed by its own kind, in the reverse order of opening. Where a closing bracket is
missing, the message points at the opening one and shows where the closing one is missing at the latest.

Wrong:

```
Dense(10, kernel_regularizer = L2(0.1)
```

Right:

```
Dense(10, kernel_regularizer = L2(0.1))
```
""",
)

HEADER = register(
    "ZOO104",
    "the header is missing or misplaced",
    """
A file says first which version of the language it is written in, so that it still means the same when
the language has moved on. Only comments may stand before it.

Wrong:

```
param batch_size: int = 64
```

Right:

```
zoo 1
\"\"\"What this file trains, in a sentence.\"\"\"
```
""",
)

VERSION = register(
    "ZOO105",
    "this version of the language is not known",
    """
The number after `zoo` is the version of the language, not of your file. This zoodsl reads version 1.

Wrong:

```
zoo 9
```

Right:

```
zoo 1
```
""",
)

RESERVED = register(
    "ZOO106",
    "a keyword is used as a name",
    """
Words that begin a setting (`input 1x28x28`, `loss ...`, `batch 64`) cannot also be names that a body defines,
for then `input = ...` and `input ...` would differ by one sign only. They stay free as arguments'
names, as columns and as values: `monitor = loss`, `rows.image`.

Wrong:

```
network {
  input = Input(1)
}
```

Right:

```
network {
  user = Input(1)
}
```
""",
)

UNKNOWN_KEYWORD = register(
    "ZOO107",
    "this word begins nothing",
    """
A line that is a word and a value side by side is a setting, and settings' keywords are a closed list, as
are the words that begin a declaration.

Wrong:

```
optimize {
  optimiser Adam()
}
```

Right:

```
optimize {
  optimizer Adam()
}
```
""",
)

FOREIGN = register(
    "ZOO108",
    "another language's spelling",
    """
Some habits from Python, JSON, C and YAML do not carry over. Each has one spelling here:

| instead of | write |
|---|---|
| `units: 3` in a call | `units = 3` |
| `'text'` | `"text"` |
| `// remark`, `/* remark */` | `# remark` |
| `True`, `False` | `true`, `false` |
| `None`, `null` | leave the argument out |
| `;` or `,` at a line's end | a new line |
| `=>` | `->` |
| `x ** 2`, `x and y` | there is no such operator |

Wrong:

```
Dense(units: 3, use_bias = True);
```

Right:

```
Dense(units = 3, use_bias = true)
```
""",
)

MALFORMED_NUMBER = register(
    "ZOO109",
    "a number or quantity cannot be read",
    """
A quantity is a number, a space and a unit: `5 epochs`, `50 iterations`, `30 min`, `90 s`, `4 GB`, `512 MB`. A
share is written without the space, `50%`, and so is a size, `224x224`. A number has digits on both sides of its
point, and no larger whole number than 9223372036854775807.

Wrong:

```
epochs 5epochs
CenterCrop(224 x 224)
```

Right:

```
checkpoint every 5 epochs
CenterCrop(224x224)
```
""",
)

UNKNOWN_CHARACTER = register(
    "ZOO110",
    "a character means nothing here",
    """
Outside strings, docstrings and comments a file has letters, digits, blanks and `( ) [ ] { } = : , . -> + - * /
== != < <= > >= ..`. Text copied from a web page often brings no-break spaces and curly quotes with it.

Wrong:

```
Adam(learning_rate = $0.01)
```

Right:

```
Adam(learning_rate = 0.01)
```
""",
)

UNKNOWN_ESCAPE = register(
    "ZOO111",
    "a backslash in a string escapes nothing known",
    """
In a string `\\"` is a quote, `\\\\` a backslash, `\\n` a new line and `\\t` a tab. A path is written with `/`, on Windows too.

Wrong:

```
load "models\\resnet.model"
```

Right:

```
load "models/resnet.model"
```
""",
)

TOO_DEEP = register(
    "ZOO112",
    "an expression is nested too deeply",
    """
An expression may be nested 100 levels deep. Name a part of it with `let` or a definition, and use the name.

Wrong, a hundred levels on:

```
let width = ((((8 * (4 + (2 * (1 + ...))))))
```

Right:

```
let inner = 2 * (1 + 3)
let width = 8 * (4 + inner)
```
""",
)

MISPLACED_DOC = register(
    "ZOO113",
    "a docstring stands where none belongs",
    """
A docstring says what the file or the block that it begins is for: it is the first thing under the header, or
after a `{`. Anywhere else write a comment, `# ...`.

Wrong:

```
network {
  input 4
  \"""The hidden layer.\"""
  Dense(8)
}
```

Right:

```
network {
  \"""One hidden layer.\"""
  input 4
  Dense(8)  # the hidden layer
}
```
""",
)
