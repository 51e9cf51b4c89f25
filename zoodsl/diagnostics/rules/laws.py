"""Rules 95x: what came of the laws of a spec, when `zoodsl test` tried them."""

from __future__ import annotations

from zoodsl.diagnostics.codes import register

BROKEN_LAW = register(
    "ZOO951",
    "a law does not hold",
    """
`zoodsl test` has found an example for which a law of the spec is false, and made it as small as it could. The message names
the law and says what is the case instead; the law stands where the message points, or, where nobody stated it, what it is
about. The last line is the command that finds the same example again.

Wrong, where pixels from 0 to 255 are fed as they are, and the spec says `Within(preprocess(image), 0..1)`:

```sh
zoodsl test digits.zoo
```

Right, with a step that makes the law true:

```zoo
data {
  digits = Sample("digits")
  feature digits.image
  label   digits.label -> ClassIndex(10)
}
preprocess {
  ChannelNormalize(mean = 0, std = 255)
}
network {
  input 1x8x8
  Flatten()
  Dense(10, activation = softmax)
}
property "pixels are small" {
  forall image in AnyImage(channels = 1, height = 8..8, width = 8..8)
  Within(preprocess(image), 0..1)
}
```
""",
)

TESTING_PACKAGE_MISSING = register(
    "ZOO952",
    "a package that testing needs is not installed",
    """
`zoodsl test` draws examples with the package hypothesis, which zoodsl does not bring: checking, planning and running do not
need it. `zoodsl[bigdl]` brings it too. The law that a batch can be learned by heart is skipped without Keras, which
`pip install 'zoodsl[keras]'` installs.

Wrong, where hypothesis is missing:

```sh
zoodsl test mnist.zoo
```

Right:

```sh
pip install 'zoodsl[testing]'
zoodsl test mnist.zoo
```
""",
)
