"""Shapes, quantities and tensor types: what every floor of the house agrees on. Imports nothing."""

from zoodsl.types.quantity import UNITS_BY_SYMBOL, Quantity, Unit
from zoodsl.types.shape import Shape, elements, show
from zoodsl.types.tensor import DType, ImageType, TensorType, ValueType

__all__ = [
    "UNITS_BY_SYMBOL",
    "DType",
    "ImageType",
    "Quantity",
    "Shape",
    "TensorType",
    "Unit",
    "ValueType",
    "elements",
    "show",
]
