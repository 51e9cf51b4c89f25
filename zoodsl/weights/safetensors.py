"""Safetensors: named tensors behind a table of contents in JSON.

Source: huggingface/safetensors, README, "Format".
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.source import Span
from zoodsl.weights.pretrained import Problem, StateDict

ELEMENTS = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U8": "u1",
    "BOOL": "?",
}
"""NumPy's element type of each of the format's; BF16 is the upper half of a float32."""


def read(path: str, span: Span) -> StateDict | tuple[Problem, ...]:  # noqa: ARG001 - a Reader's signature
    """The tensors in the file at ``path``. They are in no order that says anything of the network."""
    name = Path(path).name
    try:
        with Path(path).open("rb") as file:
            contents: dict[str, Any] = json.loads(file.read(int.from_bytes(file.read(8), "little")))
            numbers = file.read()
        contents.pop("__metadata__", None)
        tensors = {key: _tensor(entry, numbers) for key, entry in contents.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        message = f"`{name}` begins like a file of safetensors, but is damaged or cut off"
        return (Problem(rules.UNREADABLE_MODEL, message, "copy or download it again"),)
    return StateDict(tensors=tensors, ordered=False)


def _tensor(entry: dict[str, Any], numbers: bytes) -> Any:
    import numpy as np

    start, end = entry["data_offsets"]
    flat = np.frombuffer(numbers[start:end], dtype=ELEMENTS[entry["dtype"]])
    if entry["dtype"] == "BF16":
        flat = (flat.astype(np.uint32) << 16).view(np.float32)
    elif entry["dtype"] == "F16":
        flat = flat.astype(np.float32)
    return flat.reshape(entry["shape"])
