"""Layers that disturb training so that it generalises, and do nothing afterwards."""

from __future__ import annotations

from zoodsl.catalog.layers import parameters as p
from zoodsl.catalog.layers.declaration import Form, layer, same_shape

DROPOUT = layer(
    "Dropout",
    doc="In training, sets a share of the numbers to 0 and scales the others up, drawn anew for each record.",
    parameters=(p.rate("the share of numbers that is dropped"),),
    shape=same_shape,
    random=True,
)

SPATIAL_DROPOUT_1D = layer(
    "SpatialDropout1D",
    doc="In training, drops whole features of a series, over all its steps, and scales the others up.",
    takes=(Form.SERIES,),
    parameters=(p.rate("the share of features that is dropped"),),
    shape=same_shape,
    random=True,
)

SPATIAL_DROPOUT_2D = layer(
    "SpatialDropout2D",
    doc="In training, drops whole channels of an image and scales the others up.",
    takes=(Form.IMAGE,),
    parameters=(p.rate("the share of channels that is dropped"),),
    shape=same_shape,
    random=True,
)

SPATIAL_DROPOUT_3D = layer(
    "SpatialDropout3D",
    doc="In training, drops whole channels of a volume and scales the others up.",
    takes=(Form.VOLUME,),
    parameters=(p.rate("the share of channels that is dropped"),),
    shape=same_shape,
    random=True,
)

GAUSSIAN_NOISE = layer(
    "GaussianNoise",
    doc="In training, adds normally distributed noise of mean 0.",
    parameters=(p.real("stddev", minimum=0.0, doc="the noise's standard deviation", old="sigma"),),
    shape=same_shape,
    random=True,
)

GAUSSIAN_DROPOUT = layer(
    "GaussianDropout",
    doc="In training, multiplies by normally distributed noise of mean 1 and standard deviation "
    "sqrt(rate / (1 - rate)).",
    parameters=(p.rate("the share of numbers that plain dropout would drop for noise of the same strength"),),
    shape=same_shape,
    random=True,
)

OPERATORS = (
    DROPOUT,
    SPATIAL_DROPOUT_1D,
    SPATIAL_DROPOUT_2D,
    SPATIAL_DROPOUT_3D,
    GAUSSIAN_NOISE,
    GAUSSIAN_DROPOUT,
)
