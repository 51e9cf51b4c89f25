"""The layers, one module a family.

Names, parameters, defaults and meaning are Keras 3's unless a layer cites another source.

A new layer is one ``layer(...)`` or ``merge(...)`` in its family's ``OPERATORS``, and an entry in each
target's bindings.
"""

from zoodsl.catalog.layers import (
    activation,
    convolution,
    core,
    merging,
    normalization,
    pooling,
    recurrent,
    regularization,
    reshaping,
    wrapping,
)

OPERATORS = (
    *core.OPERATORS,
    *activation.OPERATORS,
    *convolution.OPERATORS,
    *pooling.OPERATORS,
    *normalization.OPERATORS,
    *recurrent.OPERATORS,
    *regularization.OPERATORS,
    *reshaping.OPERATORS,
    *merging.OPERATORS,
    *wrapping.OPERATORS,
)
