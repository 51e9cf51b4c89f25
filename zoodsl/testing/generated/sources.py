"""What generated specs learn from: samples of scikit-learn, and tables that are written for them."""

from __future__ import annotations

import csv
import json
import random
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from zoodsl.model.printer import PLAIN_NAME
from zoodsl.types import ImageType


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Source:
    """A frame that a generated spec may read, and what its columns are good for.

    ``readers`` are calls, each of which reads it. ``measures`` are columns of numbers; ``codes`` hold whole numbers from 0 to
    below a count; ``words`` one text of a list; ``tags`` several of a list in one text, joined by ``|``; ``ratings`` whole numbers
    on a scale. ``group`` is a column whose rows stay together, ``part`` one that says ``learn``, ``watch`` or ``judge``,
    ``time`` one of rising times. ``paths`` is a column of paths, whose folders are of ``words``. ``middle`` is a number amid the last of ``measures``. ``ordered``: rows come in an order; ``counted``: a check reads all of them.
    """

    name: str
    readers: tuple[str, ...]
    rows: int
    measures: tuple[str, ...] = ()
    codes: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ratings: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    group: str | None = None
    part: str | None = None
    time: str | None = None
    image: ImageType | None = None
    paths: str | None = None
    middle: int | None = None
    ordered: bool = True
    counted: bool = True

    def __repr__(self) -> str:
        return f"Source({self.name!r})"


def column(frame: str, name: str) -> str:
    """A column as it is written: ``rows.age``, or ``rows["Patient ID"]`` where the name is no plain word."""
    return f"{frame}.{name}" if PLAIN_NAME.match(name) else f"{frame}[{json.dumps(name, ensure_ascii=False)}]"


SAMPLES = (
    Source(
        name="digits",
        readers=('Sample("digits")',),
        rows=1797,
        codes={"label": 10},
        image=ImageType(height=8, width=8, channels=1),
    ),
    Source(
        name="iris",
        readers=('Sample("iris")',),
        rows=150,
        measures=("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
        codes={"target": 3},
    ),
    Source(
        name="wine",
        readers=('Sample("wine")',),
        rows=178,
        measures=(
            "alcohol",
            "malic_acid",
            "ash",
            "magnesium",
            "total_phenols",
            "flavanoids",
            "hue",
            "proline",
        ),
        codes={"target": 3},
    ),
    Source(
        name="cases",
        readers=('Sample("breast_cancer")',),
        rows=569,
        measures=("mean radius", "mean texture", "area error", "worst concave points"),
        codes={"target": 2},
    ),
    Source(
        name="diabetes",
        readers=('Sample("diabetes")',),
        rows=442,
        measures=("age", "bmi", "bp", "s1", "s2", "target"),
        middle=140,
    ),
)
"""What is at hand wherever scikit-learn is."""

_ROWS = 120
LIBRARY = "blocks.zoo"
"""A library of blocks that is written beside the tables; its block `calm` keeps any shape."""

_PHOTOS = 72
_KINDS = ("ant", "bee", "cicada")
_TAGS = ("red", "round", "rough")
_WORDS = ("the", "bee", "sings", "loud", "low", "and", "late")
_PARTS = ("learn", "learn", "learn", "watch", "judge")


def written(folder: Path) -> tuple[Source, ...]:
    """Tables in several formats that are written into ``folder``, and small images; what they hold is always the same."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = _rows()
    names = tuple(rows[0])
    with (folder / "visits.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    (folder / "visits.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "visits.json").write_text(json.dumps(rows), encoding="utf-8")
    (folder / "visits.dat").write_text(
        "".join("::".join(map(str, row.values())) + "\n" for row in rows), encoding="utf-8"
    )
    people = "".join(f"{place},{place % 7}\n" for place in range(_ROWS))
    (folder / "people.csv").write_text("key,visits\n" + people, encoding="utf-8")
    library = "zoo 1\n\nblock calm(x, rate: float = 0.5) {\n  Dropout(rate)\n}\n"
    (folder / LIBRARY).write_text(library, encoding="utf-8")
    (folder / "grey.idx").write_bytes(_idx_images())
    (folder / "grey_labels.idx").write_bytes(_idx_labels())
    listed = ", ".join(json.dumps(name) for name in names)
    readers = (
        'CSV("visits.csv")',
        'JSON("visits.jsonl")',
        'JSON("visits.json", multiline = true)',
        f'Delimited("visits.dat", separator = "::", columns = [{listed}])',
    )
    table = Source(
        name="visits",
        readers=readers,
        rows=_ROWS,
        measures=("weight", "height cm", "pulse"),
        middle=80,
        codes={"user": 6, "item": 5, "answer": 2},
        words={"kind": _KINDS},
        tags={"tags": _TAGS},
        ratings={"stars": (1, 5)},
        texts=("remark",),
        group="Patient ID",
        part="part",
        time="time",
    )
    grey = Source(
        name="grey",
        readers=(
            'IDX("grey.idx", "grey_labels.idx")',
            'IDX(images = "grey.idx", labels = "grey_labels.idx")',
        ),
        rows=_ROWS,
        codes={"label": 4},
        image=ImageType(height=10, width=9, channels=1),
    )
    return table, grey, *_photos(folder), *_parquet(folder, rows, table)


def _photos(folder: Path) -> tuple[Source, ...]:
    """Colour images in a folder for each kind, as they are, and read as small grey ones."""
    chance = random.Random(7)  # noqa: S311 - no secret
    for place in range(_PHOTOS):
        path = folder / "photos" / _KINDS[place % 3] / f"{place:02d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_png(12, 11, chance.randbytes(12 * 11 * 3)))
    photos = Source(
        name="photos",
        readers=('Images("photos/*/*.png")', 'Images("photos/**/*.png", on_error = fail)'),
        rows=_PHOTOS,
        words={"folder": _KINDS},
        paths="origin",
        image=ImageType(height=12, width=11, channels=3),
    )
    small = replace(
        photos,
        name="shades",
        readers=('Images("photos/*/*.png", channels = 1, resize = 9x8)',),
        image=ImageType(height=9, width=8, channels=1),
    )
    return photos, small


def _png(height: int, width: int, pixels: bytes) -> bytes:
    """A PNG image of 8 bits a colour."""
    rows = b"".join(b"\0" + pixels[row * width * 3 : (row + 1) * width * 3] for row in range(height))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    )


def _parquet(folder: Path, rows: Sequence[Mapping[str, object]], table: Source) -> tuple[Source, ...]:
    """The table as a Parquet file, where pyarrow is there to write it."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        return ()
    parquet.write_table(pa.Table.from_pylist(list(rows)), folder / "visits.parquet")
    return (
        replace(table, name="stored", readers=('Parquet("visits.parquet", key = "number")',), counted=False),
        replace(table, name="unkeyed", readers=('Parquet("visits.parquet")',), ordered=False, counted=False),
    )


def _rows() -> list[dict[str, object]]:
    chance = random.Random(7)  # noqa: S311 - no secret
    start = datetime(2024, 2, 27, 22)  # noqa: DTZ001 - as tables write it
    return [
        {
            "number": place,
            "Patient ID": f"P{place // 3:02d}",
            "weight": round(chance.uniform(40, 120), 1),
            "height cm": chance.randint(140, 200),
            "pulse": chance.randint(50, 110),
            "user": place % 6,
            "item": place * 7 % 5,
            "answer": place * 5 // 3 % 2,
            "kind": _KINDS[place * 5 // 2 % 3],
            "tags": "|".join(tag for bit, tag in enumerate(_TAGS) if (place + 1) >> bit & 1),
            "stars": place * 3 % 5 + 1,
            "remark": " ".join(chance.choices(_WORDS, k=chance.randint(1, 6))),
            "part": _PARTS[place % 5],
            "time": (start + timedelta(hours=7 * place)).isoformat(sep=" "),
        }
        for place in range(_ROWS)
    ]


def _idx_images() -> bytes:
    chance = random.Random(7)  # noqa: S311 - no secret
    head = b"".join(number.to_bytes(4, "big") for number in (2051, _ROWS, 10, 9))
    return head + chance.randbytes(_ROWS * 90)


def _idx_labels() -> bytes:
    head = b"".join(number.to_bytes(4, "big") for number in (2049, _ROWS))
    return head + bytes(place % 4 for place in range(_ROWS))
