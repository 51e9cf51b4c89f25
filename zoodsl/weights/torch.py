"""PyTorch's files: state dictionaries, in archives (since 1.6) and in the older row of pickles.

Source: PyTorch, torch/serialization.py.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.source import Span
from zoodsl.weights.pickles import BROKEN, Inert, Pickles, Storage, Tensor
from zoodsl.weights.pretrained import Problem, StateDict

MAGIC = 0x1950A86A20F9469CFC6C
"""The first pickle of a file that is a row of pickles."""

DEEPEST = 16
"""How deep a state dictionary may lie in a checkpoint, and a module in others."""

SAVE_STATE = "save the weights alone: `torch.save(model.state_dict(), path)`"


class DamagedError(Exception):
    """A file that is not as PyTorch writes it; the message says in what."""


def read(path: str, span: Span) -> StateDict | tuple[Problem, ...]:  # noqa: ARG001 - a Reader's signature
    """The state dictionary in the file at ``path``; of a whole checkpoint, its largest one.

    Names are without the ``module.`` of parallel training. Halves come as float32, all other types as they are.
    """
    name = Path(path).name
    pickles = Pickles()
    try:
        with Path(path).open("rb") as file:
            archived = zipfile.is_zipfile(file)
            file.seek(0)
            root = _from_archive(file, pickles) if archived else _from_row(file, pickles)
        found = max(_dictionaries(root, DEEPEST), key=len, default={})
        tensors = {key: _array(tensor, key) for key, tensor in found.items()}
    except DamagedError as problem:
        return (Problem(rules.UNREADABLE_MODEL, f"`{name}` is no file of PyTorch: {problem}", SAVE_STATE),)
    except (*BROKEN, zipfile.BadZipFile):
        message = f"`{name}` begins like a file of PyTorch, but is damaged or cut off"
        return (Problem(rules.UNREADABLE_MODEL, message, "copy or download it again"),)
    if not tensors:
        names = sorted(set(pickles.named))
        also = (
            f"; it names {', '.join(f'`{each}`' for each in names[:3])}, which was not run" if names else ""
        )
        return (Problem(rules.UNREADABLE_MODEL, f"`{name}` holds no weights{also}", SAVE_STATE),)
    return StateDict(tensors=_without_wrapper(tensors))


def _from_archive(file: IO[bytes], pickles: Pickles) -> object:
    with zipfile.ZipFile(file) as archive:
        index = next(each for each in archive.namelist() if each.endswith("data.pkl"))
        folder = index.removesuffix("data.pkl")
        if f"{folder}constants.pkl" in archive.namelist():
            raise DamagedError("it is a program of TorchScript, whose code would have to run")
        if f"{folder}byteorder" in archive.namelist() and archive.read(f"{folder}byteorder") != b"little":
            raise DamagedError("its numbers begin with the highest byte")
        with archive.open(index) as stream:
            root = pickles.load(stream)
        for storage in pickles.storages.values():
            storage.data = archive.read(f"{folder}data/{storage.key}")
    return root


def _from_row(file: IO[bytes], pickles: Pickles) -> object:
    if pickles.load(file) != MAGIC:
        raise DamagedError("it is a pickle of something else")
    pickles.load(file)  # the protocol's version
    if not pickles.load(file)["little_endian"]:
        raise DamagedError("its numbers begin with the highest byte")
    root = pickles.load(file)
    for key in pickles.load(file):
        storage = pickles.storages[str(key)]
        length = int.from_bytes(file.read(8), "little") * _width(storage)
        storage.data = file.read(length)
        if len(storage.data) < length:
            raise EOFError
    return root


def _width(storage: Storage) -> int:
    return 2 if storage.element == "bf16" else int(storage.element[1:] or 1)


def _dictionaries(value: object, depth: int) -> Iterator[dict[str, Tensor]]:
    """The tables of named tensors in ``value``, outermost first, those of saved modules included."""
    if isinstance(value, Inert):
        value = dict(_of_module(value.state, "", DEEPEST))
    if not isinstance(value, Mapping) or not depth:
        return
    yield {key: each for key, each in value.items() if isinstance(key, str) and isinstance(each, Tensor)}
    for inner in value.values():
        yield from _dictionaries(inner, depth - 1)


def _of_module(state: object, prefix: str, depth: int) -> Iterator[tuple[str, Tensor]]:
    """The named tensors of a module that was saved as a whole, from the state that it would have been given."""
    if not isinstance(state, Mapping) or not depth:
        return
    for group in ("_parameters", "_buffers"):
        tensors = state.get(group)
        if isinstance(tensors, Mapping):
            yield from ((f"{prefix}{key}", each) for key, each in tensors.items() if isinstance(each, Tensor))
    modules = state.get("_modules")
    if isinstance(modules, Mapping):
        for key, module in modules.items():
            if isinstance(module, Inert):
                yield from _of_module(module.state, f"{prefix}{key}.", depth - 1)


def _array(tensor: Tensor, name: str) -> Any:
    """A NumPy array of its own, contiguous."""
    import numpy as np

    flat = np.frombuffer(
        tensor.storage.data, dtype="<u2" if tensor.element == "bf16" else f"<{tensor.element}"
    )
    if len(tensor.size) != len(tensor.stride) or min((tensor.offset, *tensor.size, *tensor.stride)) < 0:
        raise DamagedError(f"`{name}` has no proper shape")
    last = tensor.offset + sum(
        (size - 1) * step for size, step in zip(tensor.size, tensor.stride, strict=True)
    )
    if 0 not in tensor.size and last >= len(flat):
        raise DamagedError(f"`{name}` is larger than the numbers that are saved for it")
    steps = tuple(step * flat.itemsize for step in tensor.stride)
    view = np.lib.stride_tricks.as_strided(flat[tensor.offset :], tensor.size, steps, writeable=False)
    if tensor.element == "bf16":
        return (view.astype(np.uint32) << 16).view(np.float32)
    return view.astype(np.float32 if tensor.element == "f2" else view.dtype.newbyteorder("="), order="C")


def _without_wrapper(tensors: dict[str, Any]) -> dict[str, Any]:
    """Without what DataParallel and the compiler put before every name."""
    for wrapper in ("module.", "_orig_mod."):
        if all(name.startswith(wrapper) for name in tensors):
            tensors = {name.removeprefix(wrapper): tensor for name, tensor in tensors.items()}
    return tensors
