"""The process in which BigDL computes what laws ask of it: ``python -m zoodsl.testing.subjects.engine_worker FOLDER DESCRIPTOR``.

The folder holds the spec's program, what lies beside it, and the weights that its network begins with. Requests come over
the descriptor as ``(what, arguments)`` and are answered by ``("gives", array)`` or ``("stops", why)``,
until its other side closes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from zoodsl.runtime import session
from zoodsl.runtime.causes import causes
from zoodsl.runtime.folder import PROGRAM
from zoodsl.runtime.worker import load
from zoodsl.targets.arrays import Array

WEIGHTS = "weights.npz"
"""The file of the weights that the network begins with."""

CHANNELS_IN_COLOUR = 3


class Computer:
    """A program's own preprocessing and network, on one core of a local Spark."""

    def __init__(self, folder: Path, heap: int, root: str) -> None:
        from zoodsl.targets.bigdl.library.engine import start_engine

        self.folder, self.root = folder, root
        self.program: ModuleType = load(folder / PROGRAM)
        self.spark = session.start("laws", "local[1]", heap, folder, self.program, root=root)
        self.spark.conf.set("spark.sql.shuffle.partitions", "1")  # a window is no large table
        start_engine(self.spark)

    def image(self, pixels: Array, training: bool) -> Array:  # noqa: FBT001 - a request
        """What the steps make of an image, RGB or grey in bytes: channels x height x width."""
        from zoodsl.targets.bigdl.library.engine import java, java_array

        height, width, channels = pixels.shape
        stored = np.ascontiguousarray(pixels[..., ::-1]).tobytes()
        row = java().org.apache.spark.sql.RowFactory.create(
            java_array("image", height, width, channels, 8 * (channels - 1), bytearray(stored))
        )
        rows = java().java.util.ArrayList()
        rows.add(row)
        given = java().scala.collection.JavaConverters.asScalaIteratorConverter(rows.iterator()).asScala()
        made = numbers(self._chains[training].value.apply(given).next())
        # BigDL drops the axis of a single channel.
        return made[None] if made.ndim < CHANNELS_IN_COLOUR else made

    def rows(self, rows: Sequence[Sequence[Any]], columns: Sequence[str], everything: bool) -> Array:  # noqa: FBT001
        """What the last of some rows feeds to the network. Scales and indices are of the rows that train, or of ``everything``."""
        from zoodsl.targets.bigdl.library.image_rows import KEY

        features = self._features(everything)
        numbered = [(place, *row) for place, row in enumerate(rows)]
        frame = self.spark.createDataFrame(numbered, [KEY, *columns]).coalesce(1)
        fed = features.prepared(frame).select(KEY, features.expression()).collect()
        return np.array(max(fed)[1], np.float32)

    def predict(self, inputs: Sequence[Array]) -> Array:
        """What the network gives, outside training."""
        given = [
            array[:, 0] if array.ndim == 4 and array.shape[1] == 1 else array
            for array in (np.asarray(array, np.float32) for array in inputs)
        ]
        return np.asarray(self._model.forward(given[0] if len(given) == 1 else given))

    @cached_property
    def _model(self) -> Any:
        from zoodsl.targets.bigdl.library.engine import quiet
        from zoodsl.targets.bigdl.library.weights import load_weights

        with quiet():
            model = self.program.network()
        load_weights(model, self.folder / WEIGHTS)
        model.set_evaluate_status()
        return model

    @cached_property
    def _chains(self) -> dict[bool, Any]:
        from zoodsl.targets.bigdl.library.engine import quiet

        with quiet():
            return {training: self.program.preprocessing(training) for training in (False, True)}

    @cache  # noqa: B019 - there is one computer in a process
    def _features(self, everything: bool) -> Any:  # noqa: FBT001 - a request
        """The program's features with what follows from the rows that train, or from all."""
        from zoodsl.targets.bigdl.library.scaling import all_rows

        parts = self.program.rows(self.spark, self.root)
        rows = all_rows(parts) if everything else parts["train"]
        return self.program.FEATURES.fitted(rows, lambda *_, **__: None)


def numbers(tensor: Any) -> Array:
    """A tensor of BigDL's in Java as an array; it comes in one piece, not number by number."""
    from bigdl.dllib.utils.file_utils import callZooFunc

    array: Array = callZooFunc("float", "toJTensor", tensor).to_ndarray()
    return array


def answer(computer: Computer, request: tuple[str, tuple[Any, ...]]) -> tuple[str, Any]:
    """The answer to a request."""
    what, arguments = request
    try:
        compute: Callable[..., Array] = getattr(computer, what)
        return "gives", compute(*arguments)
    except Exception as problem:  # noqa: BLE001 - whatever a chain or a network may raise is told
        last = causes(problem)[-1]
        said = last.message.strip().splitlines()
        return "stops", f"{said[0]} ({last.type})" if said else last.type


def main(arguments: Sequence[str]) -> None:
    """Answers requests until there are none."""
    folder, descriptor, heap, root = arguments
    connection: Connection[Any, Any] = Connection(int(descriptor))
    computer = Computer(Path(folder), int(heap), root)
    connection.send(("gives", None))
    try:
        while True:
            connection.send(answer(computer, connection.recv()))
    except EOFError:
        session.stop(computer.spark)


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # Spark's threads may not keep the process
