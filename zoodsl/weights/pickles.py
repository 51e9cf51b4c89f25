"""Reads the pickles that PyTorch writes without running what they name.

A pickle is a program: it calls whatever function it names. Here every name stands for an inert object that does
nothing, except the few which rebuild a tensor, and those are ours.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any, Self

ELEMENTS = {
    "Float": "f4",
    "Double": "f8",
    "Half": "f2",
    "BFloat16": "bf16",
    "Long": "i8",
    "Int": "i4",
    "Short": "i2",
    "Char": "i1",
    "Byte": "u1",
    "Bool": "?",
    "Untyped": "u1",
}
"""NumPy's element type of each ``torch.<Key>Storage``; NumPy has none for ``bf16``, the upper half of a float32."""

DTYPES = {
    "float32": "f4",
    "float64": "f8",
    "float16": "f2",
    "bfloat16": "bf16",
    "int64": "i8",
    "int32": "i4",
    "int16": "i2",
    "int8": "i1",
    "uint8": "u1",
    "bool": "?",
}
"""The same for each ``torch.<key>``."""

BROKEN = (
    pickle.UnpicklingError,
    EOFError,
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
    OverflowError,
    RecursionError,
    MemoryError,
)
"""What unpickling raises where a pickle is damaged."""


@dataclass(eq=False, slots=True)
class Storage:
    """The numbers of one or several tensors; ``data`` is there once the whole file was read."""

    element: str
    key: str
    data: bytes = b""


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """A view of a storage; offset and strides count elements."""

    storage: Storage
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]
    element: str


class Inert:
    """Stands for what a pickle names: takes whatever is done to it, and does nothing.

    ``name`` is what it stands for, ``state`` what an object of that class would have been given.
    """

    name = ""

    def __new__(cls, *_arguments: object, **_keywords: object) -> Self:
        """A bare instance, whatever the class would have been given."""
        instance = super().__new__(cls)
        instance.state = None
        return instance

    def __init__(self, *_arguments: object, **_keywords: object) -> None:
        self.state: object

    def __setstate__(self, state: object) -> None:
        self.state = state

    def __setitem__(self, key: object, value: object) -> None:
        """Keeps nothing."""

    def append(self, item: object) -> None:
        """Keeps nothing."""

    def extend(self, items: object) -> None:
        """Keeps nothing."""


class Table(dict[Any, Any]):
    """``collections.OrderedDict``, without the attributes that a pickle may give it."""

    def __setstate__(self, state: object) -> None:
        """Keeps nothing."""


@dataclass(slots=True)
class Pickles:
    """The pickles of one file. ``storages`` are those met, by key; ``named`` the names that stand inert."""

    storages: dict[str, Storage] = field(default_factory=dict)
    named: list[str] = field(default_factory=list)

    def load(self, file: IO[bytes]) -> Any:
        """The next object in ``file``: plain values, tables, tensors and inert ones. Raises one of ``BROKEN``."""
        return _Unpickler(self, file).load()

    def storage(self, identity: Any) -> Storage:
        """The storage of a persistent identity: ``("storage", type, key, device, size, ...)``."""
        kind, storage_type, key, *_ = identity
        if kind != "storage" or not isinstance(storage_type, str):
            raise ValueError(f"a reference to {kind}, which is no storage")
        return self.storages.setdefault(str(key), Storage(storage_type, str(key)))

    def stand_in(self, module: str, name: str) -> object:
        """What stands for ``module.name``."""
        if (module, name) in _KNOWN:
            return _KNOWN[module, name]
        if module in {"torch", "torch.storage"} and name.removesuffix("Storage") in ELEMENTS:
            return ELEMENTS[name.removesuffix("Storage")]
        if module == "torch" and name in DTYPES:
            return DTYPES[name]
        self.named.append(f"{module}.{name}")
        return type("Inert", (Inert,), {"name": f"{module}.{name}"})


class _Unpickler(pickle.Unpickler):
    def __init__(self, pickles: Pickles, file: IO[bytes]) -> None:
        super().__init__(
            file, encoding="latin1"
        )  # any byte is a letter: pickles of Python 2 hold such strings
        self._pickles = pickles

    def find_class(self, module: str, name: str) -> Any:
        """Never imports anything."""
        return self._pickles.stand_in(module, name)

    def persistent_load(self, identity: Any) -> Storage:
        return self._pickles.storage(identity)


def _tensor(
    storage: Storage,
    offset: int,
    size: tuple[int, ...],
    stride: tuple[int, ...],
    *_: object,
    element: str = "",
) -> Tensor:
    """``torch._utils._rebuild_tensor`` and ``_rebuild_tensor_v2``."""
    if not isinstance(storage, Storage):
        raise TypeError("a tensor without a storage")
    return Tensor(
        storage, int(offset), tuple(map(int, size)), tuple(map(int, stride)), element or storage.element
    )


def _typed_tensor(
    storage: Storage,
    offset: int,
    size: tuple[int, ...],
    stride: tuple[int, ...],
    _requires_grad: object,
    _hooks: object,
    element: str,
    *_: object,
) -> Tensor:
    """``torch._utils._rebuild_tensor_v3``, of a storage without a type."""
    return _tensor(storage, offset, size, stride, element=element)


def _parameter(data: Tensor, *_: object) -> Tensor:
    """``torch._utils._rebuild_parameter``."""
    return data


_KNOWN: dict[tuple[str, str], type[Table] | Callable[..., object]] = {
    ("collections", "OrderedDict"): Table,
    ("torch._utils", "_rebuild_tensor"): _tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_tensor_v3"): _typed_tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
}
