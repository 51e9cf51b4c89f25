"""Files as PyTorch writes them, without PyTorch: pickles that name its functions, and the numbers apart."""

from __future__ import annotations

import io
import pickle
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from zoodsl.weights.torch import MAGIC

WIDTHS = {"Float": 4, "Half": 2, "BFloat16": 2, "Double": 8, "Long": 8, "Untyped": 1}


@dataclass(eq=False)
class Storage:
    """Numbers that tensors share, as bytes of the elements of ``torch.<kind>Storage``."""

    kind: str
    data: bytes

    @property
    def count(self) -> int:
        return len(self.data) // WIDTHS[self.kind]


@dataclass(eq=False)
class Tensor:
    """A view of a storage, which pickles as PyTorch's tensors do; ``dtype`` makes it one of a storage without a type."""

    storage: Storage
    size: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int = 0
    dtype: str = ""

    def __reduce__(self) -> tuple[Any, ...]:
        utils = sys.modules["torch._utils"]
        where: tuple[Any, ...] = (self.storage, self.offset, self.size, self.stride, False, OrderedDict())
        if self.dtype:
            return utils._rebuild_tensor_v3, (*where, getattr(sys.modules["torch"], self.dtype))
        return utils._rebuild_tensor_v2, where


def tensor(array: np.ndarray, kind: str = "Float") -> Tensor:
    """A contiguous tensor with a storage of its own."""
    storage = Storage(kind, array.tobytes())
    array = np.array(array, order="C")
    return Tensor(storage, array.shape, tuple(step // array.itemsize for step in array.strides))


@contextmanager
def torch() -> Iterator[None]:
    """A stand-in for PyTorch, with the names that its pickles hold."""
    module, utils = ModuleType("torch"), ModuleType("torch._utils")
    for place, names in {
        module: ["float32", *(f"{kind}Storage" for kind in WIDTHS)],
        utils: ["_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter"],
    }.items():
        for name in names:
            stand_in = type(name, (), {})
            stand_in.__module__, stand_in.__qualname__ = place.__name__, name
            setattr(place, name, stand_in)
    sys.modules |= {"torch": module, "torch._utils": utils}
    try:
        yield
    finally:
        del sys.modules["torch"], sys.modules["torch._utils"]


@dataclass
class _Pickler:
    """Pickles with the storages apart, as PyTorch does."""

    storages: dict[str, Storage] = field(default_factory=dict)
    old: bool = False

    def __call__(self, value: Any) -> bytes:
        storages, old = self.storages, self.old

        class Pickler(pickle.Pickler):
            def persistent_id(self, each: Any) -> Any:
                if not isinstance(each, Storage):
                    return None
                key = next((key for key, known in storages.items() if known is each), str(len(storages)))
                storages[key] = each
                kind = getattr(sys.modules["torch"], f"{each.kind}Storage")
                return ("storage", kind, key, "cpu", each.count, *([None] if old else []))

        stream = io.BytesIO()
        Pickler(stream, protocol=2).dump(value)
        return stream.getvalue()


def archive(path: Path, value: Any) -> Path:
    """Saves as PyTorch has done since 1.6."""
    pickler = _Pickler()
    with torch(), zipfile.ZipFile(path, "w") as file:
        file.writestr("archive/data.pkl", pickler(value))
        for key, storage in pickler.storages.items():
            file.writestr(f"archive/data/{key}", storage.data)
    return path


def row(path: Path, value: Any) -> Path:
    """Saves as PyTorch did before 1.6."""
    pickler = _Pickler(old=True)
    with torch():
        root = pickler(value)
    information = {"protocol_version": 1001, "little_endian": True}
    keys = sorted(pickler.storages)
    content = b"".join(pickle.dumps(each, protocol=2) for each in (MAGIC, 1001, information))
    content += root + pickle.dumps(keys, protocol=2)
    for key in keys:
        storage = pickler.storages[key]
        content += storage.count.to_bytes(8, "little") + storage.data
    path.write_bytes(content)
    return path


def state(arrays: Mapping[str, np.ndarray]) -> OrderedDict[str, Tensor]:
    """A state dictionary of these arrays."""
    return OrderedDict(
        (name, tensor(array, "Long" if array.dtype == np.int64 else "Float"))
        for name, array in arrays.items()
    )
