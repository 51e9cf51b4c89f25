"""The section `data` of generated specs: frames, features, labels and splits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from zoodsl.catalog import labels
from zoodsl.catalog.operator import LabelCodec, Target
from zoodsl.model.nodes import Operation
from zoodsl.model.printer import show_operation
from zoodsl.testing.calls import NOWHERE
from zoodsl.testing.generated.sources import Source, column
from zoodsl.testing.generated.wording import Draw, Wording, body
from zoodsl.types import DType, TensorType, ValueType

SHARES = ((70, 10, 20), (60, 20, 20), (80, 20, 0), (75, 0, 25), (50, 25, 25), (100, 0, 0))
"""Training, validation and test, in percent."""

Table = tuple[int, str]
"""How many rows an `Embedding` needs, and how that is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """What a drawn section `data` gives to the sections that follow.

    ``tables`` are the numbers of rows that an `Embedding` needs for each feature column, where all are indices; ``rows`` how
    many train at least; ``known`` says whether the label is a column of whole numbers or numbers as it is.
    """

    section: str
    frame: str
    source: Source
    feature: ValueType
    columns: tuple[str, ...]
    tables: tuple[Table, ...]
    label: Operation[LabelCodec]
    parts: tuple[str, ...]
    rows: int
    series: bool

    @property
    def ratings(self) -> bool:
        """Whether two columns of indices say who rates what."""
        plain = [each.removesuffix(" -> Index()") for each in self.columns]
        rated = self.label.operator.values is not None or self.label.operator.target is Target.NUMBER
        return len(self.tables) == len(plain) == 2 and rated and not any("(" in each for each in plain)


@st.composite
def data(draw: Draw, wording: Wording, sources: Sequence[Source]) -> Data:
    """A section `data` over one of ``sources``."""
    source = draw(st.sampled_from(sources))
    frame, rows, frames = _frames(source, wording)
    series = bool(
        source.measures and source.image is None and source.ordered and len(source.measures) > 1
    ) and wording.chance(20)
    label, target = _label(source, frame, wording, numeric=series)
    feature, features, tables = _feature(source, frame, target, wording, series=series)
    split, parts, share = _split(source, frame, wording, series=series)
    lines = [
        *frames,
        f"feature {', '.join(features)}",
        f"label {target} -> {show_operation(label)}",
        *split,
    ]
    return Data(
        section=body("data", lines),
        frame=frame,
        source=source,
        feature=feature,
        columns=tuple(features),
        tables=tables,
        label=label,
        parts=parts,
        rows=rows * share // 100,
        series=series,
    )


# --- frames


def _frames(source: Source, wording: Wording) -> tuple[str, int, list[str]]:
    """The frame's name, a number of rows that it has at least, and the statements that make it."""
    reader = wording.draw(st.sampled_from(source.readers))
    if wording.chance(10):
        name = wording.name("source")
        wording.declarations.append(f"param {name}: reader = {reader}")
        reader = name
    read = f"{source.name} = {reader}"
    table = source.image is None
    if not table or not wording.chance(30):
        return source.name, source.rows, [read]
    if source.name == "visits" and wording.chance(40):
        joined = "rows = visits -> Join(people, on = visits.number == people.key)"
        return "rows", source.rows, [read, 'people = CSV("people.csv")', joined]
    code = next(iter(source.codes), None)
    # No value of the label may be lost, so that all rows are kept.
    kept = column(source.name, code or source.measures[0])
    condition = wording.draw(st.sampled_from((f"{kept} >= -1", f"{kept} > -1000", f"{kept} + 1 < 10000")))
    return "rows", source.rows, [read, f"rows = {source.name} -> Where({condition})"]


# --- labels


Codec = Operation[LabelCodec]

_CODECS = {codec.name: codec for codec in labels.OPERATORS}


def _codec(name: str, **given: Any) -> Codec:
    codec = _CODECS[name]
    bound = {each.name: given.get(each.name, each.default) for each in codec.parameters}
    return Operation(span=NOWHERE, operator=codec, arguments=bound)


def _label(source: Source, frame: str, wording: Wording, *, numeric: bool) -> tuple[Codec, str]:
    """A codec, and what it is put to; ``numeric``: a column of numbers as it is."""
    forms: list[tuple[Codec, str]] = []
    if source.measures:
        measure = column(frame, source.measures[-1])
        forms = [(_codec("Number"), measure), (_codec("Number"), f"{measure} / 10")]
        if source.middle is not None:
            forms.append((_codec("ClassIndex", classes=2), f"{measure} >= {source.middle}"))
    if numeric:
        return forms[0]
    for name, count in source.codes.items():
        forms += _of_codes(column(frame, name), count)
    for name, words in source.words.items():
        written = column(frame, name)
        capitals = tuple(word.upper() for word in words)
        forms += [
            (_codec("ClassIndex", classes=words), written),
            (_codec("ClassIndex", classes=words), f"lower(trim({written}))"),
            (_codec("ClassIndex", classes=capitals), f"upper({written})"),
        ]
        if source.paths is not None:
            path = column(frame, source.paths)
            forms += [
                (_codec("ClassIndex", classes=words), f"folder({path})"),
                (_codec("ClassIndex", classes=words), f'match({path}, "^([a-z]+)/")'),
            ]
    for name, tags in source.tags.items():
        forms.append((_codec("MultiHot", names=tags, separator="|"), column(frame, name)))
    for name, (low, high) in source.ratings.items():
        rating = _codec("Rating", scale=(float(low), float(high)), step=1.0)
        forms += 4 * [(rating, column(frame, name))]  # as often as other kinds, of which there are several
    label: tuple[Codec, str] = wording.draw(st.sampled_from(forms))
    return label


def _of_codes(written: str, count: int) -> list[tuple[Codec, str]]:
    """What whole numbers from 0 to below ``count`` may be learned as."""
    names = tuple(map(str, range(count)))
    return [
        (_codec("ClassIndex", classes=count), written),
        (_codec("ClassIndex", classes=names), f"text({written})"),
        (_codec("ClassIndex", classes=count), f"number(text({written}))"),
        (_codec("Rating", scale=(0.0, count - 1.0), step=1.0), written),
        (_codec("MultiHot", names=names, separator="|"), f"text({written})"),
        (_codec("Number"), written),
        (_codec("ClassIndex", classes=2), f"{written} == {count - 1}"),
    ]


# --- features


def _feature(
    source: Source, frame: str, target: str, wording: Wording, *, series: bool
) -> tuple[ValueType, list[str], tuple[Table, ...]]:
    """The type that the feature columns give, as they are written, and what embeddings of them need."""
    if source.image is not None:
        return source.image, [column(frame, "image")], ()
    codes = [
        name for name in source.codes if column(frame, name) != target and column(frame, name) not in target
    ]
    if not series and len(codes) > 1 and wording.chance(40):
        fed = codes[:2] if wording.chance(70) else codes
        return _indices(source, frame, [(name, source.codes[name]) for name in fed], wording)
    if not series and source.texts and wording.chance(15):
        words, length = wording.draw(st.integers(4, 9)), wording.draw(st.integers(2, 6))
        written = f"{column(frame, source.texts[0])} -> Tokens(words = {words}, length = {length})"
        kind = TensorType(shape=(length,), dtype=DType.INT64, low=0.0, high=words - 1.0)
        return kind, [written], ((words, str(words)),)
    names = [name for name in source.measures if series or column(frame, name) not in target]
    most = min(len(names), 5)
    chosen = wording.draw(st.lists(st.sampled_from(names), min_size=1, max_size=most, unique=True))
    features = [_computed(column(frame, name), wording, series=series) for name in chosen]
    if source.time is not None and wording.chance(30):
        # All rows are of one year, which cannot be standardised.
        parts = ("month", "day", "weekday", "hour", *(() if series else ("year",)))
        part = wording.draw(st.sampled_from(parts))
        features.append(f"{part}({column(frame, source.time)})")
    if len(features) < 3 and source.words and wording.chance(20):
        name, words = next(iter(source.words.items()))
        if column(frame, name) not in target:
            features.append(f"{column(frame, name)} == {json.dumps(words[0])}")
    features = list(dict.fromkeys(features))
    return TensorType(shape=(len(features),), dtype=DType.FLOAT64), features, ()


def _computed(written: str, wording: Wording, *, series: bool) -> str:
    forms = (
        *(written,) * 6,
        f"{written} / 100",
        f"{written} * {written}",
        f"{written} - 1",
        f"2 * {written}",
        # Of a series, what is the same in all rows cannot be standardised.
        *(() if series else (f"{written} >= 1",)),
    )
    form: str = wording.draw(st.sampled_from(forms))
    return form


def _indices(
    source: Source, frame: str, codes: Sequence[tuple[str, int]], wording: Wording
) -> tuple[ValueType, list[str], tuple[Table, ...]]:
    features, tables = [], []
    for name, count in codes:
        written = column(frame, name)
        match wording.draw(st.integers(0, 3 if source.counted else 1)):
            case 0 | 1 if not source.counted:
                features.append(written)
                tables.append((count, str(count)))
            case 0:
                features.append(written)
                tables.append((count, str(count)))
            case 1:
                features.append(written)
                tables.append((count, f"max({written}) + 1"))
            case 2:
                features.append(f"{written} -> Index()")
                tables.append((count + 1, f"distinct({written}) + 1"))
            case _:
                features.append(f"text({written}) -> Index()")
                tables.append((count + 1, str(count + 1)))
    return TensorType(shape=(len(features),), dtype=DType.INT64), features, tuple(tables)


# --- splits


def _split(
    source: Source, frame: str, wording: Wording, *, series: bool
) -> tuple[list[str], tuple[str, ...], int]:
    """The statement, the parts that it makes, and the share that trains in percent."""
    train, validation, test = wording.draw(st.sampled_from(SHARES))
    shares = ", ".join(
        f"{part} = {share}%"
        for part, share in (("train", train), ("validation", validation), ("test", test))
        if share
    )
    parts = ("train", *(["validation"] if validation else []), *(["test"] if test else []))
    seed = f", seed = {wording.draw(st.integers(0, 99))}" if wording.chance(30) else ""
    forms: list[tuple[list[str], tuple[str, ...], int]] = []
    if source.ordered:
        forms.append(([f"split Tail({shares})"], parts, train))
    if not series:
        forms += [
            ([f"split Random({shares}{seed})"], parts, train),
            ([], ("train",), 100),
        ]
        if source.codes or source.words:
            by = column(frame, next(iter({**source.codes, **source.words})))
            forms.append(([f"split Stratified({by}, {shares}{seed})"], parts, train))
        if source.paths is not None:
            name = wording.draw(st.sampled_from(("stem", "basename")))
            grouped = f"split Grouped({name}({column(frame, source.paths)}), {shares}{seed})"
            forms.append(([grouped], parts, train))
        if source.group is not None:
            by = column(frame, source.group)
            folds = wording.draw(st.integers(2, 5))
            fold = f"split GroupedFold({by}, fold = {folds - 1}, folds = {folds}{seed})"
            forms += [
                ([f"split Grouped({by}, {shares}{seed})"], parts, train),
                ([fold], ("train", "test"), 100 - 100 // folds),
            ]
        if source.part is not None:
            by = column(frame, source.part)
            fixed = f'split Fixed({by}, train = "learn", validation = "watch", test = "judge")'
            forms.append(([fixed], ("train", "validation", "test"), 50))
    chosen: tuple[list[str], tuple[str, ...], int] = wording.draw(st.sampled_from(forms))
    return chosen
