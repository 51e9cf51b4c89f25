"""Rules 8xx, what a target cannot carry out."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

UNSUPPORTED_LAYER = register(
    "ZOO801",
    "a layer that the target lacks",
    """
The language has the same layers for every target, but no engine has them all. Where the chosen target cannot carry out
a layer, or one of its arguments, the program is not generated: a near match would train another network than was
written. The support matrix in the reference says what each target can do.

Wrong, for BigDL, which has no dilated depthwise convolution:

```zoo
DepthwiseConv2D(3x3, dilation_rate = 2)
```

Right:

```zoo
DepthwiseConv2D(3x3)
```
""",
)
