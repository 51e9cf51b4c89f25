"""BigDL's file format: modules with their attributes, and the storages that their tensors share.

Field numbers are those of BigDL 2.4, ``bigdl.proto``; what is not needed here is left out, and skipped in a file.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from zoodsl.types import Shape

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "Module": {
        "name": "1 string",
        "modules": "2 Module*",
        "weight": "3 Tensor",
        "bias": "4 Tensor",
        "before": "5 string*",
        "type": "7 string",
        "attributes": "8 Entry*",
        "postfix": "11 string",
        "input": "13 Shape",
        "has_parameters": "15 bool",
        "parameters": "16 Tensor*",
    },
    "Entry": {"key": "1 string", "value": "2 Attribute"},
    "Attribute": {
        "kind": "1 int32",
        "int32": "3 int32",
        "int64": "4 int64",
        "float": "5 float",
        "double": "6 double",
        "string": "7 string",
        "bool": "8 bool",
        "tensor": "10 Tensor",
        "module": "13 Module",
        "table": "14 Table",
        "array": "15 Array",
        "format": "16 int32",
        "shape": "18 Shape",
    },
    "Array": {
        "kind": "2 int32",
        "int32": "3 int32*",
        "int64": "4 int64*",
        "float": "5 float*",
        "double": "6 double*",
        "string": "7 string*",
        "bool": "8 bool*",
        "tensor": "10 Tensor*",
        "module": "13 Module*",
    },
    "Table": {"entries": "2 Entry*"},
    "Tensor": {
        "size": "2 int32*",
        "stride": "3 int32*",
        "offset": "4 int32",
        "storage": "8 Storage",
        "id": "9 int32",
        "kind": "10 int32",
    },
    # A packed row of numbers is read as the bytes that it is.
    "Storage": {"float": "2 bytes*", "double": "3 bytes*", "id": "9 int32"},
    "Shape": {"sizes": "3 int32*"},
}
"""Each message's fields: number, then the type, with a star where it is repeated. A map is its repeated entries."""

KINDS = {
    0: "int32",
    1: "int64",
    2: "float",
    3: "double",
    4: "string",
    5: "bool",
    10: "tensor",
    13: "module",
    14: "table",
    15: "array",
    16: "format",
    18: "shape",
}
"""The field that holds an attribute of each kind; the others are of training alone."""

STORAGES = "global_storage"
"""The attribute of the outermost module that holds all storages."""

MAGIC = 3721
"""How a file of weights alone begins, as a big-endian int."""

ELEMENTS = {0: ">f4", 1: ">f8", 2: ">u2", 3: "?", 5: ">i4", 6: ">i2", 7: ">i8", 9: "i1"}
"""NumPy's element type of each kind of storage in a file of weights, except texts."""


class DamagedError(Exception):
    """A file that is not as BigDL writes it; the message says in what."""


class Module:
    """A module of a saved network: its class and attributes, what it is made of, what it reads and its weights."""

    def __init__(self, message: Any, storages: Storages) -> None:
        self._message = message
        self._storages = storages
        self.path: str = message.type
        self.type = self.path.rpartition(".")[2]
        self.named = bool(message.name)
        self.name: str = message.name or f"{self.type}{message.postfix}"
        self.before: tuple[str, ...] = tuple(message.before)

    @property
    def is_keras(self) -> bool:
        """Whether it is of the Keras-style API, which wraps modules of the classic one."""
        return ".keras." in self.path or ".nn.internal." in self.path

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """What it is made of."""
        return tuple(Module(each, self._storages) for each in self._message.modules)

    @cached_property
    def attributes(self) -> Mapping[str, Any]:
        """Arguments of its class as plain values, arrays and modules; None for what is not read."""
        return {
            each.key: self._value(each.value) for each in self._message.attributes if each.key != STORAGES
        }

    def __getitem__(self, name: str) -> Any:
        try:
            return self.attributes[name]
        except KeyError:
            raise DamagedError(f"`{self.name}`, {self.type}, has no `{name}`") from None

    @cached_property
    def input_shape(self) -> Shape:
        """The shape of one record that it was built for; empty where that is not known."""
        return tuple(self._message.input.sizes)[1:]

    @property
    def weights(self) -> tuple[Any, ...]:
        """Its learned arrays, in BigDL's order and layout."""
        message = self._message
        if message.has_parameters:
            tensors = message.parameters
        else:  # as BigDL wrote them before 0.6
            tensors = [getattr(message, name) for name in ("weight", "bias") if message.HasField(name)]
        return tuple(self._storages.array(each) for each in tensors)

    def _value(self, value: Any) -> Any:
        field = KINDS.get(value.kind)
        if field is None:
            return None
        found = getattr(value, field)
        match field:
            case "tensor":
                return self._storages.array(found) if found.size else None
            case "module":
                return Module(found, self._storages) if found.type else None
            case "table":
                return {each.key: self._value(each.value) for each in found.entries}
            case "array":
                return self._array(found)
            case "shape":
                return tuple(found.sizes)
            case _:
                return found

    def _array(self, array: Any) -> tuple[Any, ...]:
        field = KINDS.get(array.kind)
        if field == "module":
            return tuple(Module(each, self._storages) for each in array.module)
        if field == "tensor":
            return tuple(self._storages.array(each) for each in array.tensor)
        return tuple(getattr(array, field)) if field and field in MESSAGES["Array"] else ()


class Storages:
    """The numbers of all tensors by the storage's identity, as flat arrays."""

    def __init__(self) -> None:
        self.found: dict[int, Any] = {}

    def keep(self, storage: Any) -> None:
        """Takes the numbers of a storage that has some."""
        import numpy as np

        for field, element in (("float", "<f4"), ("double", "<f8")):
            if parts := getattr(storage, field):
                self.found[storage.id] = np.frombuffer(b"".join(parts), element)

    def array(self, tensor: Any) -> Any:
        """The array of a tensor. BigDL counts the offset from 1."""
        import numpy as np

        if tensor.kind:
            raise DamagedError("its weights are quantized: save it before `quantize()`")
        if tensor.storage.id not in self.found:
            self.keep(tensor.storage)
        flat = self.found.get(tensor.storage.id)
        if flat is None:
            raise DamagedError("its weights are not in it, and there is no file of weights beside it")
        size, stride, start = tuple(tensor.size), tuple(tensor.stride), tensor.offset - 1
        if len(size) != len(stride):
            raise DamagedError("a tensor has no proper shape")
        last = start + sum((count - 1) * step for count, step in zip(size, stride, strict=True))
        if start < 0 or min((*size, *stride), default=0) < 0 or last >= len(flat):
            raise DamagedError("a tensor is larger than its storage")
        steps = tuple(step * flat.itemsize for step in stride)
        return np.lib.stride_tricks.as_strided(flat[start:], size, steps, writeable=False)


def load(path: Path) -> Module:
    """The outermost module in the file at ``path``. Raises DamagedError, or OSError.

    Weights that were saved apart are looked for beside it: ``x.model`` has them in ``x.bin`` or ``x.model.bin``.
    """
    from google.protobuf.message import DecodeError

    message = _message_class()()
    try:
        message.ParseFromString(path.read_bytes())
    except DecodeError:
        raise DamagedError("it is cut off, or damaged") from None
    storages = Storages()
    for each in message.attributes:
        if each.key == STORAGES:
            for entry in each.value.table.entries:
                storages.keep(entry.value.tensor.storage)
    if not storages.found:
        apart = next(
            (each for each in (path.with_suffix(".bin"), Path(f"{path}.bin")) if each.is_file()), None
        )
        if apart is not None and apart != path:
            storages.found.update(_weights(apart))
    return Module(message, storages)


def _weights(path: Path) -> dict[int, Any]:
    """The storages in a file of weights alone."""
    import numpy as np

    content = path.read_bytes()
    found: dict[int, Any] = {}
    try:
        magic, count = struct.unpack_from(">ii", content)
        if magic != MAGIC:
            raise DamagedError(f"`{path.name}` beside it holds no weights of BigDL")
        at = 8
        for _ in range(count):
            identity, kind, size = struct.unpack_from(">iii", content, at)
            element = np.dtype(ELEMENTS[kind])
            found[identity] = np.frombuffer(content, element, size, at + 12).astype(element.newbyteorder("="))
            at += 12 + size * element.itemsize
        (length,) = struct.unpack_from(">i", content, at)
    except (struct.error, ValueError, KeyError):
        raise DamagedError(f"`{path.name}` beside it is cut off, or damaged") from None
    if content[at + 4 : at + 4 + length] != hashlib.md5(content[:at], usedforsecurity=False).digest():
        raise DamagedError(f"`{path.name}` beside it is damaged: its checksum is another")
    return found


@cache
def _message_class() -> type[Any]:
    """The class of ``Module`` messages, made from the table above."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    field_type = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="bigdl.proto", package="bigdl", syntax="proto3")
    for message, fields in MESSAGES.items():
        described = file.message_type.add(name=message)
        for name, written in fields.items():
            number, kind = written.split()
            field = described.field.add(name=name, number=int(number))
            field.label = field_type.LABEL_REPEATED if kind.endswith("*") else field_type.LABEL_OPTIONAL
            kind = kind.rstrip("*")
            if kind in MESSAGES:
                field.type, field.type_name = field_type.TYPE_MESSAGE, f".bigdl.{kind}"
            else:
                field.type = getattr(field_type, f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    made: type[Any] = message_factory.GetMessageClass(pool.FindMessageTypeByName("bigdl.Module"))
    return made
