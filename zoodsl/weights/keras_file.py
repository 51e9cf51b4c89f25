"""The two kinds of files that Keras saves whole models in: what they say of the graph, and their tensors."""

from __future__ import annotations

import io
import json
import re
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from zoodsl.weights.views import Array

RECURRENT = ("SimpleRNN", "GRU", "LSTM")


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A layer as the file describes it. ``path`` is its name after those of the models that it is nested in.

    ``group`` is where a ``.keras`` file keeps its tensors. ``given`` is what it is called with besides tensors, by
    position or keyword.
    """

    kind: str
    path: tuple[str, ...]
    group: str
    config: Mapping[str, Any]
    given: Mapping[int | str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name in the network: ``outer/inner`` if it is nested."""
        return "/".join(self.path)


class Saved(ABC):
    """A file that is open. ``model`` is the configuration of the whole model, ``version`` Keras' own."""

    def __init__(self, model: Mapping[str, Any], version: str) -> None:
        self.model = model
        self.version = version

    @abstractmethod
    def tensors(self, layer: Layer) -> list[Array]:
        """A layer's weight tensors, as Keras orders them."""

    def unclaimed(self) -> list[str]:
        """Names of tensors that no layer has asked for, where a file finds them by names that may have changed."""
        return []


class NotAModelError(Exception):
    """A file of Keras that does not hold a whole model; ``args`` are the message, after the file's name, and a help."""


@contextmanager
def opened(path: str) -> Iterator[Saved]:
    """Opens a ``.keras`` archive or an HDF5 file. Raises NotAModelError, OSError and what a broken file raises."""
    import h5py  # type: ignore[import-untyped]

    if not zipfile.is_zipfile(path):
        with h5py.File(path) as file:
            yield _Legacy(file)
        return
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
        metadata = json.loads(archive.read("metadata.json"))
        with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
            yield _Archive(config, str(metadata.get("keras_version", "")), file)


class _Archive(Saved):
    """``.keras``: tensors in groups named for the layers' classes, numbered within a model.

    Source: Keras 3, keras/src/saving/saving_lib.py.
    """

    def __init__(self, model: Mapping[str, Any], version: str, file: Any) -> None:
        super().__init__(model, version)
        self.file = file

    def tensors(self, layer: Layer) -> list[Array]:
        found: list[Array] = []
        for part in _parts(layer.kind, layer.config):
            place = "/".join((layer.group, *part, "vars"))
            if "_layer_checkpoint_dependencies" in self.file:  # as Keras 2.13 has it
                place = place.replace("layers/", "_layer_checkpoint_dependencies/")
            group = self.file.get(place, {})
            found += [np.asarray(group[str(index)]) for index in range(len(group))]
        return found


def _parts(kind: str, config: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Where in a layer's group its tensors are: those of a layer within it, or of the layer itself."""
    inner = config.get("layer", {})
    match kind:
        case "Bidirectional":
            ways = ("forward_layer", "backward_layer")
            yield from ((way, *part) for way in ways for part in _parts(inner["class_name"], inner["config"]))
        case "TimeDistributed":
            yield from (("layer", *part) for part in _parts(inner["class_name"], inner["config"]))
        case _ if kind in RECURRENT:
            yield ("cell",)
        case _:
            yield ()


class _Legacy(Saved):
    """``.h5``: tensors under the name of the outermost layer, listed in an attribute.

    Source: Keras 2 and 3, keras/src/legacy/saving/legacy_h5_format.py.
    """

    def __init__(self, file: Any) -> None:
        config = file.attrs.get("model_config")
        if config is None:
            raise NotAModelError(
                "holds weights without the network that they are of",
                "save the whole model: `model.save(...)`",
            )
        super().__init__(json.loads(config), str(file.attrs.get("keras_version", "")))
        self.groups = file["model_weights"]
        self.names = {
            name: list(_attribute(self.groups[name], "weight_names"))
            for name in _attribute(self.groups, "layer_names")
        }
        self.claimed: set[tuple[str, str]] = set()

    def tensors(self, layer: Layer) -> list[Array]:
        outer = layer.path[0]
        names = self.names.get(outer, [])
        if len(layer.path) > 1:
            names = _within(names, layer.path)
        self.claimed |= {(outer, name) for name in names}
        return [np.asarray(self.groups[outer][name]) for name in names]

    def unclaimed(self) -> list[str]:
        every = [(outer, name) for outer, names in self.names.items() for name in names]
        return [name for outer, name in every if (outer, name) not in self.claimed]


def _within(names: Sequence[str], path: tuple[str, ...]) -> list[str]:
    """Those of an outer model's tensors that are a nested layer's.

    Their names have the layer's in them, and before it some of the models' that it is nested in: the more, the surer.
    """
    *models, leaf = path
    found: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        parts = name.split("/")
        if leaf in parts[:-1]:
            before = parts[: parts.index(leaf)]
            rest = iter(models)
            if all(part in rest for part in before):  # in this order
                found.setdefault(tuple(before), []).append(name)
    return found[max(found, key=len)] if found else []


def _attribute(group: Any, name: str) -> Iterator[str]:
    """The texts of an attribute, which is cut into numbered pieces where it is long."""
    pieces = [name] if name in group.attrs else []
    while f"{name}{len(pieces)}" in group.attrs:
        pieces.append(f"{name}{len(pieces)}")
    for piece in pieces:
        yield from (each.decode() if isinstance(each, bytes) else str(each) for each in group.attrs[piece])


def is_operation(layer: Mapping[str, Any]) -> bool:
    """Whether an entry of a model is a function of ``keras.ops``, which has no tensors, not a layer."""
    return ".ops" in str(layer.get("module", ""))


def group_names(layers: Sequence[Mapping[str, Any]], within: str) -> list[str]:
    """The group of each layer of a model: its class' name in small letters, with a number from the second on."""
    counts: dict[str, int] = {}
    found = []
    for layer in layers:
        plain = re.sub(r"\W+", "", layer["class_name"])
        plain = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", plain)
        plain = re.sub("([a-z])([A-Z])", r"\1_\2", plain).lower()
        if is_operation(layer):
            found.append("")
            continue
        count = counts.get(plain, 0)
        counts[plain] = count + 1
        found.append(f"{within}layers/{plain}{f'_{count}' if count else ''}")
    return found
