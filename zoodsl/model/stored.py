"""A resolved spec as JSON and back, without loss but for what it was read from: run folders keep what they ran.

What is read back needs neither the spec's text, nor its data, nor the files of its bases. Spans in the spec itself stay,
as offsets; those in files that it imports are of nowhere, and weights of bases are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, fields, is_dataclass
from enum import Enum
from functools import cache
from types import ModuleType
from typing import Any

from zoodsl import types
from zoodsl.catalog import operator as operators
from zoodsl.catalog import registry
from zoodsl.catalog.operator import REQUIRED, Arguments, Operator
from zoodsl.catalog.values import Kind
from zoodsl.model import experiments, nodes, properties, tasks
from zoodsl.model import spec as spec_module
from zoodsl.model.spec import Spec
from zoodsl.source import SourceFile, Span

LEFT_OUT = {"places", "weights"}
"""Fields that are not kept: where arguments stand, and the weights of bases. Both are empty when they are read back."""

ELSEWHERE = SourceFile("", "")
"""What stands for files that a spec imports."""

Json = Any


class UnknownNodeError(Exception):
    """What was kept is not known to this version: the message says what it is."""


def encode(spec: Spec) -> Json:
    """A spec in JSON's types."""
    return _encode(spec, spec.span.file)


def meaning(node: object) -> Json:
    """A node in JSON's types without its spans: equal for nodes that mean the same."""
    return _encode(node, None)


def decode(kept: Json, source: SourceFile) -> Spec:
    """The spec that ``encode`` gave ``kept`` for, whose text is ``source``.

    Raises:
        UnknownNodeError: it has nodes, operators or arguments that this version does not know.
    """
    try:
        spec = _decode(kept, source)
    except (KeyError, TypeError, ValueError) as problem:
        raise UnknownNodeError(str(problem)) from problem
    if not isinstance(spec, Spec):
        raise UnknownNodeError("no spec")
    return spec


def _encode(value: Any, source: SourceFile | None) -> Json:
    match value:
        case Enum():
            return {"@enum": type(value).__name__, "name": value.name}
        case bool() | int() | str() | None:
            return value
        case float():
            return value if value - value == 0 else {"@float": str(value)}
        case tuple() | list():
            return [_encode(item, source) for item in value]
        case frozenset():
            return {"@set": [_encode(item, source) for item in sorted(value)]}
        case Mapping():
            return {"@map": [[_encode(key, source), _encode(item, source)] for key, item in value.items()]}
        case Operator():
            return {"@operator": value.name, "kind": value.kind.name}
        case Span():
            return [value.start, value.end] if value.file is source else None
    if not is_dataclass(value):
        raise TypeError(f"nobody knows how to keep {value!r}")
    kept = {each.name: _encode(getattr(value, each.name), source) for each in _kept_fields(type(value))}
    if source is None:
        kept.pop("span", None)
    return {"@node": type(value).__name__} | kept


def _decode(kept: Json, source: SourceFile) -> Any:
    match kept:
        case {"@enum": str(name), "name": str(member)}:
            return _classes()[name][member]
        case {"@float": str(number)}:
            return float(number)
        case {"@set": list(items)}:
            return frozenset(_decode(item, source) for item in items)
        case {"@map": list(pairs)}:
            return {_decode(key, source): _decode(item, source) for key, item in pairs}
        case {"@operator": str(name), "kind": str(kind)}:
            found = registry.find(Kind[kind], name)
            if found is None:
                raise UnknownNodeError(f"`{name}`")
            return found
        case {"@node": str(name)}:
            given = {field: item for field, item in kept.items() if field != "@node"}
            return _node(_classes()[name], given, source)
        case list():
            return tuple(_decode(item, source) for item in kept)
        case float() | bool() | int() | str() | None:
            return kept
        case _:
            raise UnknownNodeError(str(kept))


def _node(made: type, kept: Mapping[str, Json], source: SourceFile) -> Any:
    """A node of the class ``made``."""
    given = {name: _decode(item, source) for name, item in kept.items() if name != "span"}
    if "span" in {each.name for each in fields(made)}:
        place = kept.get("span")
        given["span"] = Span(ELSEWHERE, 0, 0) if place is None else Span(source, *place)
    if made is nodes.Base:
        given["weights"] = {}
    if made is nodes.Operation:
        given["arguments"] = _arguments(given["operator"], given["arguments"])
    return made(**given)


def _arguments(operator: Operator, kept: Arguments) -> Arguments:
    """Arguments in the operator's order; those that it has got since then are its defaults."""
    known = [each.name for each in operator.parameters]
    strange = next((name for name in kept if name not in known), None)
    if strange is not None:
        raise UnknownNodeError(f"`{strange}` of `{operator.name}`")
    return {
        each.name: kept.get(each.name, each.default)
        for each in operator.parameters
        if each.name in kept or each.default is not REQUIRED
    }


def _kept_fields(made: type) -> Iterator[Field[Any]]:
    return (each for each in fields(made) if each.name not in LEFT_OUT)


@cache
def _classes() -> Mapping[str, Any]:
    """The classes of what is kept, by name."""
    homes: tuple[ModuleType, ...] = (spec_module, experiments, nodes, properties, tasks, types, operators)
    return {
        name: each
        for home in homes
        for name, each in vars(home).items()
        if isinstance(each, type) and (is_dataclass(each) or issubclass(each, Enum))
    }
