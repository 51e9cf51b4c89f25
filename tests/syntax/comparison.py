"""Equality of syntax trees up to where they were read from."""

from __future__ import annotations

from dataclasses import fields

from zoodsl.syntax import nodes


def equal_up_to_spans(left: object, right: object) -> bool:
    """Whether two trees differ at most in spans, sources and comments."""
    return _stripped(left) == _stripped(right)


def _stripped(value: object) -> object:
    if isinstance(value, nodes.Node):
        parts = tuple(
            (field.name, _stripped(getattr(value, field.name)))
            for field in fields(value)
            if field.name not in {"span", "source", "comments"}
        )
        return (type(value).__name__, parts)
    if isinstance(value, tuple):
        return tuple(_stripped(item) for item in value)
    # An int is not the float of the same value: `1` and `1.0` are different numbers in the language.
    return (type(value).__name__, value)
