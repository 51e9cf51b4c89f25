"""Preprocessing steps: image to image, and tensor to tensor. Sizes are height x width; colours are RGB.

At the end of an image chain the image becomes a float32 tensor, channels first, by itself.

A new step is one ``Transform(...)`` in its family's ``OPERATORS``, and an entry in each target's bindings.
"""

from zoodsl.catalog.transforms import chance, colour, geometry, painting, scaling

OPERATORS = (
    *geometry.OPERATORS,
    *colour.OPERATORS,
    *painting.OPERATORS,
    *scaling.OPERATORS,
    *chance.OPERATORS,
)
"""Every preprocessing step of the language."""
