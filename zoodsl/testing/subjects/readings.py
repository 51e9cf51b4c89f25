"""What the data of a spec hold, as far as it is read without Java: values, keys, parts, pictures."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from zoodsl.model.nodes import Column, Feature, Frame, Label
from zoodsl.model.printer import show_column
from zoodsl.model.series import is_label_standardized, window_of
from zoodsl.model.spec import Spec
from zoodsl.sources import ColumnFacts, Frames, Value
from zoodsl.sources.images import fixed_part
from zoodsl.sources.paths import is_address
from zoodsl.sources.terms import columns_of, compute
from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.image_decoding import BadImage, decode_image, resized
from zoodsl.targets.numpy.labels import encode
from zoodsl.targets.numpy.series import scales, windows
from zoodsl.targets.numpy.splits import TRAIN, parts
from zoodsl.testing.subjects.subject import Unavailable
from zoodsl.types import ImageType

MOST_ROWS = 200_000
"""Of more rows than this, none are read: that is Spark's work."""


@dataclass(frozen=True)
class Readings:
    """The rows of a spec's data. What cannot be read without Spark raises Unavailable.

    ``of`` names the frame that is read, without one the frame whose rows are fed.
    """

    spec: Spec
    of: str = ""

    @cached_property
    def frame(self) -> Frame:
        """The frame that is read."""
        name = self.of or self.spec.data.feature.columns[0].frame
        return next(frame for frame in self.spec.data.frames if frame.name == name)

    @property
    def root(self) -> str:
        """Where relative paths of the spec start."""
        return os.path.dirname(self.spec.path)  # noqa: PTH120 - a text

    @cached_property
    def keys(self) -> Sequence[str]:
        """The rows' keys as text, in order."""
        if self._sample is not None:
            return [str(row) for row in range(len(next(iter(self._sample.values()))))]
        found = self._frames.keys(self.frame) if self._few else None
        if found is None:
            raise Unavailable(self._why)
        return found

    def values(self, column: Column) -> Sequence[Value | None]:
        """The values of a column of the frame, None where one is missing; they are computed once."""
        how = show_column(column)
        if how not in self._computed:
            self._computed[how] = self._values(column)
        return self._computed[how]

    def _values(self, column: Column) -> Sequence[Value | None]:
        if self._sample is not None:
            wanted = {each.name for each in columns_of(column)}
            if wanted <= self._sample.keys():
                return compute(column, self._sample, len(self.keys))
        found = self._frames.values(self.frame, column) if self._few else None
        if found is None:
            raise Unavailable(self._why)
        return found

    def facts(self, column: Column) -> ColumnFacts | None:
        """What the values of a column are, from a look at the data; None where that is not known."""
        return self._frames.facts(column)

    def numbers(self, *, training_only: bool) -> Array:
        """The rows of a numeric feature, (rows, columns), those without gaps; of the training part, or of all parts."""
        columns = [self.values(column) for column in self.spec.data.feature.columns]
        read: Array = np.array(
            [[np.nan if not isinstance(one, int | float) else one for one in each] for each in columns], float
        ).T
        if training_only:
            read = read[self.parts == TRAIN]
        return read[~np.isnan(read).any(axis=1)]

    @cached_property
    def parts(self) -> Array:
        """The part of each row, as ``targets.numpy.splits`` numbers them; all train where nothing divides them."""
        split = self.spec.data.split
        if split is None:
            return np.zeros(len(self.keys), np.int8)
        return parts(split, self.keys, self.divided_by)

    @cached_property
    def divided_by(self) -> Sequence[str]:
        """The values of the column that the split goes by, as text; none where it goes by none."""
        split = self.spec.data.split
        column = None if split is None else split.arguments.get("column")
        if column is None:
            return ()
        return ["" if value is None else str(value) for value in self.values(column)]

    def labels(self, rows: Sequence[int]) -> Array:
        """The labels of some rows as a loss takes them; a ValueError for one that its codec does not know."""
        label = self.label
        values: Any = self.values(label.column)
        held = [values[row] for row in rows]
        found = encode(label.codec, ["" if value is None else value for value in held])
        if is_label_standardized(self.spec.preprocess, label):
            mean, std = scales(np.array(values, float)[self.parts == TRAIN])
            return ((found - mean) / std).astype(np.float32)
        return found

    @property
    def label(self) -> Label:
        """What is learned; raises Unavailable where nothing is."""
        if self.spec.data.label is None:
            raise Unavailable("the spec has no label")
        return self.spec.data.label

    # --- what the network is fed

    def feature(self, row: int) -> Any:
        """What a row feeds to the preprocessing: an image, a text, values, or the window before it."""
        if isinstance(self.spec.preprocess.input, ImageType):
            return self.picture(row)
        if window_of(self.spec.preprocess) is not None:
            return self._windows[row]
        values = [self.values(column)[row] for column in self.spec.data.feature.columns]
        texts = [codec.operator.gives is not None for codec in self.spec.data.feature.codecs.values()]
        return values[0] if any(texts) else values

    def training_rows(self, most: int) -> list[int]:
        """The first rows that train, and that can be fed."""
        found: list[int] = np.flatnonzero(self.parts == TRAIN).tolist()
        if window_of(self.spec.preprocess) is not None:
            found = [row for row in found if row in self._windows]
        return found[:most]

    @cached_property
    def _windows(self) -> Mapping[int, Array]:
        """The window of each row that has one."""
        window = window_of(self.spec.preprocess)
        assert window is not None  # noqa: S101 - there is a window, or nobody asks
        columns: Any = [self.values(column) for column in self.spec.data.feature.columns]
        by = window.arguments["by"]
        series = None if by is None else [str(value) for value in self.values(by)]
        made, rows = windows(window.arguments, np.array(columns, float).T, series)
        return dict(zip(rows.tolist(), made, strict=True))

    def picture(self, row: int, column: str = "image") -> Array:
        """The image of a row: height x width x channels, RGB or grey in bytes."""
        frame = self.frame
        if self._sample is not None:
            pixels: Array = self._sample[column][row]
            return pixels
        arguments = frame.reader.arguments
        match frame.reader.operator.name:
            case "IDX" if frame.source is None:
                grey: Array = self._idx[row][..., None]
                return grey
            case "Images" if column == "image" and not is_address(arguments["path"]):
                file = Path(self.root, fixed_part(arguments["path"]), self.keys[row])
                try:
                    found = decode_image(file.read_bytes(), arguments["channels"])
                except (BadImage, OSError) as problem:
                    raise Unavailable(f"`{file}` cannot be read: {problem}") from problem
                if arguments["resize"] is not None:
                    found = resized(found, *arguments["resize"])
                turned: Array = found[..., ::-1]
                return turned
            case _:
                raise Unavailable(self._why)

    def coded(self, value: Any) -> Array:
        """A text as the indices of its words, or a row of values as the indices of those that have a codec."""
        feature = self.spec.data.feature
        first = feature.columns[0]
        codec = feature.codecs.get(first.name)
        if codec is not None and codec.operator.name == "Tokens":
            from zoodsl.targets.bigdl.library.words import indices_of

            return np.array(indices_of(value, self.words, codec.arguments["length"]))
        places = [self.places.get(column.name) for column in feature.columns]
        return np.array(
            [
                float(one) if known is None else known.get(one, len(known))
                for one, known in zip(value, places, strict=True)
            ]
        )

    @cached_property
    def words(self) -> Mapping[str, int]:
        """The index of each word that is known: the most frequent ones of the texts that train."""
        from zoodsl.targets.bigdl.library.words import UNKNOWN, words_of

        feature = self.spec.data.feature
        column = feature.columns[0]
        texts = np.array(self.values(column), object)[self.parts == TRAIN]
        counts = Counter(word for text in texts for word in words_of(text))
        most = feature.codecs[column.name].arguments["words"] - UNKNOWN - 1
        first = sorted(counts, key=lambda word: (-counts[word], word))[:most]
        return {word: index for index, word in enumerate(first, UNKNOWN + 1)}

    @cached_property
    def places(self) -> Mapping[str, Mapping[Value, int]]:
        """Of each column with the codec ``Index``, the index of each value that trains."""
        found = {}
        for column in indexed(self.spec.data.feature):
            training = np.array(self.values(column), object)[self.parts == TRAIN]
            found[column.name] = {value: place for place, value in enumerate(sorted(set(training)))}
        return found

    # --- how it is read

    @cached_property
    def _computed(self) -> dict[str, Sequence[Value | None]]:
        """The values of columns that were asked for, by how they are written."""
        return {}

    @cached_property
    def _frames(self) -> Frames:
        known = {frame.name: frame for frame in self.spec.data.frames}
        return Frames(self.root, known=known)

    @property
    def _few(self) -> bool:
        count = self.frame.rows.count
        return count is None or count <= MOST_ROWS

    @property
    def _why(self) -> str:
        """Why rows are not read."""
        path = self.frame.reader.arguments.get("path")
        if isinstance(path, str) and is_address(path):
            return f"`{path}` is an address: what lies there is read by Spark alone"
        if not self._few:
            return f"`{self.frame.name}` has {self.frame.rows} rows: so many are read by Spark alone"
        return f"what `{self.frame.reader.operator.name}` reads is read by Spark alone"

    @cached_property
    def _sample(self) -> Mapping[str, Any] | None:
        """The columns of one of scikit-learn's samples; None where the frame is none."""
        reader = self.frame.reader
        if reader.operator.name != "Sample" or self.frame.source is not None:
            return None
        try:
            import sklearn.datasets
        except ModuleNotFoundError:
            raise Unavailable("samples are scikit-learn's, which is not installed") from None
        data: Any = getattr(sklearn.datasets, f"load_{reader.arguments['name']}")()
        if reader.arguments["name"] == "digits":
            pixels = np.floor(data.images * 255 / 16 + 0.5).astype(np.uint8)
            return {"image": pixels[..., None], "label": data.target.tolist()}
        columns = dict(zip(map(str, data.feature_names), data.data.T.tolist(), strict=True))
        return columns | {"target": data.target.tolist()}

    @cached_property
    def _idx(self) -> Array:
        from zoodsl.sources.idx import pixels

        found = pixels(self.frame.reader.arguments, self.root)
        if found is None:
            raise Unavailable(self._why)
        return found


def indexed(feature: Feature) -> tuple[Column, ...]:
    """The columns of a feature whose values are fed as indices."""
    return tuple(
        column
        for column in feature.columns
        if column.name in feature.codecs and feature.codecs[column.name].operator.name == "Index"
    )
