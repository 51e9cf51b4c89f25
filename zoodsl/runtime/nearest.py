"""Look-ups in the index of a run: the rows nearest to one of its rows, or to a vector. NumPy alone, without Java."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zoodsl.targets.arrays import Array

INDEX = "index.npz"
"""The index in a run folder."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A row near to what was asked for: its key, the cosine of the angle, and its class where it has one."""

    key: str
    similarity: float
    label: str


class UnknownKeyError(LookupError):
    """The index has no row of this key; ``near`` are keys like it."""

    def __init__(self, key: str, near: tuple[str, ...]) -> None:
        super().__init__(key)
        self.key = key
        self.near = near


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """An index file in memory: unit vectors (rows, numbers) float32, and a key and a class (or "") for each row."""

    keys: Array
    vectors: Array
    labels: Array

    def vector(self, key: str) -> Array:
        """The vector of the first row of this key; an UnknownKeyError without one."""
        found: Array = self.vectors[self._place(key)]
        return found

    def nearest(self, asked: str | Array, top: int) -> list[Neighbour]:
        """The ``top`` rows nearest to a vector of any length, or to the row of a key, which is left out.

        An UnknownKeyError where the key is in no row.
        """
        import numpy as np

        from zoodsl.targets.bigdl.library.neighbours import DIGITS, ranked, unit

        vector = self.vector(asked) if isinstance(asked, str) else unit(np.ravel(asked))
        similarities = np.round(self.vectors @ vector, DIGITS).astype(float)
        scores = (
            np.where(self.keys == asked, -np.inf, similarities) if isinstance(asked, str) else similarities
        )
        return [
            Neighbour(str(self.keys[place]), float(similarities[place]), str(self.labels[place]))
            for place in ranked(scores, top)
        ]

    def _place(self, key: str) -> Any:
        import numpy as np

        places = np.flatnonzero(self.keys == key)
        if not len(places):
            raise UnknownKeyError(key, tuple(get_close_matches(key, self.keys.tolist(), n=3)))
        return places[0]


def read_index(path: Path) -> Index:
    """The index in a file; an OSError where it cannot be read, a ValueError where it is none that this version knows."""
    import numpy as np

    from zoodsl.targets.bigdl.library.neighbours import INDEX_VERSION

    with np.load(path, allow_pickle=False) as file:
        if "version" not in file or file["version"] != INDEX_VERSION:
            raise ValueError(f"{path} is no index of version {INDEX_VERSION}")
        keys, vectors = file["keys"], file["vectors"]
        labels = file["labels"] if len(file["labels"]) else np.full(len(keys), "")
    return Index(keys, vectors, labels)


def nearest(path: Path, asked: str | Array, top: int) -> list[Neighbour]:
    """The ``top`` rows of the index file ``path`` nearest to the row of a key, or to a vector: see ``Index.nearest``."""
    return read_index(path).nearest(asked, top)
