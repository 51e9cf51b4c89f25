"""Files as BigDL writes them, without BigDL: messages of its format, field by field."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from zoodsl.weights.bigdl_format import KINDS, STORAGES, _message_class

CLASSIC = "com.intel.analytics.bigdl.dllib.nn."
KERAS = "com.intel.analytics.bigdl.dllib.keras.layers."
_IDENTITIES = count(1)
FIELDS = {name: kind for kind, name in KINDS.items()}


def module(type_: str, name: str = "", *inner: Any, before: tuple[str, ...] = (), **attributes: Any) -> Any:
    """A module; an attribute is a plain value, a tuple of ints, texts or an array, or another module."""
    made = _message_class()()
    made.type = type_ if "." in type_ else CLASSIC + type_
    made.name = name
    made.before.extend(before)
    made.modules.extend(inner)
    for key, value in attributes.items():
        _set(made.attributes.add(key=key).value, value)
    return made


def _set(attribute: Any, value: Any) -> None:
    match value:
        case bool():
            attribute.kind, attribute.bool = FIELDS["bool"], value
        case int():
            attribute.kind, attribute.int32 = FIELDS["int32"], value
        case float():
            attribute.kind, attribute.double = FIELDS["double"], value
        case str():
            attribute.kind, attribute.string = FIELDS["string"], value
        case tuple():
            attribute.kind = FIELDS["array"]
            kind = "string" if all(isinstance(each, str) for each in value) else "int32"
            attribute.array.kind = FIELDS[kind]
            getattr(attribute.array, kind).extend(value)
        case np.ndarray():
            attribute.kind = FIELDS["tensor"]
            fill(attribute.tensor, value)
        case _:
            attribute.kind = FIELDS["module"]
            attribute.module.CopyFrom(value)


def fill(tensor: Any, array: np.ndarray) -> None:
    """Makes a tensor of an array, with its numbers inside."""
    tensor.size.extend(array.shape)
    tensor.stride.extend(step // array.itemsize for step in array.strides)
    tensor.offset = 1
    tensor.storage.id = next(_IDENTITIES)
    tensor.storage.float.append(np.ascontiguousarray(array, np.float32).tobytes())


def with_weights(made: Any, *arrays: np.ndarray) -> Any:
    """The module with its learned arrays."""
    made.has_parameters = True
    for array in arrays:
        fill(made.parameters.add(), array)
    return made


def save(path: Path, root: Any) -> Path:
    """Writes the file, its storages gathered at the top as BigDL gathers them."""
    gathered: dict[int, Any] = {}
    _gather(root, gathered)
    table = root.attributes.add(key=STORAGES).value
    table.kind = FIELDS["table"]
    for identity, tensor in gathered.items():
        entry = table.table.entries.add(key=str(identity)).value
        entry.kind = FIELDS["tensor"]
        entry.tensor.CopyFrom(tensor)
    path.write_bytes(root.SerializeToString())
    return path


def _gather(made: Any, gathered: dict[int, Any]) -> None:
    tensors = [*made.parameters, *(each.value.tensor for each in made.attributes if each.value.tensor.size)]
    for tensor in tensors:
        gathered[tensor.storage.id] = type(tensor).FromString(tensor.SerializeToString())
        del tensor.storage.float[:]
    for inner in made.modules:
        _gather(inner, gathered)
