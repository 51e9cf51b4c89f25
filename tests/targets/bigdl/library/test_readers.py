from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pyspark.sql import SparkSession
from sklearn.datasets import load_digits, load_wine

from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.features import ImageColumn
from zoodsl.targets.bigdl.library.idx import read_idx
from zoodsl.targets.bigdl.library.image_files import (
    decode_images,
    glob_parts,
    glob_regex,
    list_images,
    read_images,
)
from zoodsl.targets.bigdl.library.reading import Reading
from zoodsl.targets.bigdl.library.samples import read_sample
from zoodsl.targets.bigdl.library.tables import read_csv

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_digits(spark: SparkSession) -> None:
    rows = read_sample(spark, "digits").orderBy("_key").collect()
    data = load_digits()
    assert len(rows) == 1797
    assert [row["label"] for row in rows] == data.target.tolist()
    image = rows[5]["image"]
    assert (image["height"], image["width"], image["nChannels"], image["mode"]) == (8, 8, 1, 0)
    assert list(image["data"]) == np.floor(data.images[5] * 255 / 16 + 0.5).ravel().tolist()


def test_a_sample_table(spark: SparkSession) -> None:
    frame = read_sample(spark, "wine")
    assert frame.columns == ["_key", *load_wine().feature_names, "target"]
    assert dict(frame.dtypes)["target"] == "bigint"
    assert frame.count() == 178


def idx(shape: tuple[int, ...], values: bytes) -> bytes:
    return bytes((0, 0, 8, len(shape))) + b"".join(size.to_bytes(4, "big") for size in shape) + values


def test_idx(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "images.gz").write_bytes(gzip.compress(idx((2, 2, 3), bytes(range(12)))))
    (tmp_path / "labels").write_bytes(idx((2,), bytes([7, 3])))
    rows = read_idx(spark, str(tmp_path), images="images.gz", labels="labels").orderBy("_key").collect()
    assert [(row["_key"], row["label"], list(row["image"]["data"])) for row in rows] == [
        (0, 7, list(range(6))),
        (1, 3, list(range(6, 12))),
    ]


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (idx((2, 2, 3), bytes(11)), "images is damaged: its header announces 28 bytes, and it holds 27"),
        (gzip.compress(idx((2, 2, 3), bytes(12)))[:-9], "images is not a whole gzip file"),
        (b"\x89PNG", "images is not an IDX file of images"),
        (idx((1, 2, 3), bytes(6)), "images holds 1 images, but labels holds 2 labels"),
    ],
)
def test_damaged_idx(spark: SparkSession, tmp_path: Path, images: bytes, message: str) -> None:
    (tmp_path / "images").write_bytes(images)
    (tmp_path / "labels").write_bytes(idx((2,), bytes(2)))
    with pytest.raises(DataError, match=message):
        read_idx(spark, str(tmp_path), images="images", labels="labels")


COLUMNS = [("id", "bigint"), ("size, cm", "double"), ("name", "string")]


def test_csv(spark: SparkSession, tmp_path: Path) -> None:
    text = '\ufeffid;"size, cm";name\n1; 2.5 ;"a;b"\n\n2;;"say ""hi""\nthere"\n3;NaN;\n'
    (tmp_path / "my table.csv").write_text(text, encoding="utf-8")
    frame = read_csv(spark, str(tmp_path), "my table.csv", columns=COLUMNS, separator=";")
    assert frame.dtypes == [("_key", "bigint"), ("id", "bigint"), ("size, cm", "double"), ("name", "string")]
    assert [tuple(row) for row in frame.orderBy("_key").collect()] == [
        (0, 1, 2.5, "a;b"),
        (1, 2, None, 'say "hi"\nthere'),
        (2, 3, None, None),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2,a\n2,two,b\n", 'column size, cm of t.csv holds "two", which is no number'),
        ("1,2,a\n2.5,2,b\n", 'column id of t.csv holds "2.5", which is no whole number'),
        ("1,2,a\n2,2\n", "row 2 of t.csv has not 3 values: 2,2"),
    ],
)
def test_misfits_in_csv(spark: SparkSession, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        read_csv(spark, str(tmp_path), "t.csv", columns=COLUMNS, header=False)


def picture(kind: str, colour: object, format_: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new(kind, (3, 2), colour).save(buffer, format_)  # type: ignore[arg-type]
    return buffer.getvalue()


def test_images(spark: SparkSession, tmp_path: Path) -> None:
    for path in ("cats/a b.png", "cats/old/b.png", "dogs/c.png", "dogs/.hidden.png", "dogs/d.txt"):
        file = tmp_path / "Bücher 100%" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture("RGB", (1, 2, 3)) if "c.png" not in path else b"broken")
    frame = read_images(spark, str(tmp_path), "Bücher 100%/**/*.png", channels=3)
    assert sorted((row["_key"], row["folder"]) for row in frame.collect()) == [
        ("cats/a b.png", "cats"),
        ("cats/old/b.png", "old"),
        ("dogs/c.png", "dogs"),
    ]
    told: list[str] = []
    kept = ImageColumn("image").checked(
        frame, "training", lambda _event, **fields: told.append(fields["text"])
    )
    assert sorted(row["origin"] for row in kept.collect()) == ["cats/a b.png", "cats/old/b.png"]
    assert told == ["1 of the training images cannot be read and are left out: dogs/c.png"]
    flat = read_images(spark, str(tmp_path), "Bücher 100%/dogs/*.png", channels=3)
    assert [(row["origin"], row["folder"]) for row in flat.collect()] == [("c.png", "dogs")]
    with pytest.raises(DataError, match=r"none of the 1 images of the training rows can be read: c\.png"):
        ImageColumn("image").checked(flat, "training", print)
    with pytest.raises(DataError, match=r"no file matches Bücher 100%/\*.jpg"):
        read_images(spark, str(tmp_path), "Bücher 100%/*.jpg", channels=3)


def test_bad_files_are_left_out_listed_and_told(spark: SparkSession, tmp_path: Path) -> None:
    """What is no image: one damaged file would end BigDL's job, and Spark passes over empty files in silence."""
    for name, data in (("a.png", picture("L", 9)), ("b.png", b""), ("c.png", picture("L", 9)[:40])):
        (tmp_path / name).write_bytes(data)
    told: list[tuple[str, dict[str, str]]] = []
    files = list_images(spark, str(tmp_path), "*.png")
    reading = Reading(spark, lambda event, **fields: told.append((event, fields)))
    kept = decode_images(files, "image", 1, resize=(4, 5), reading=reading).cache()
    assert [(row["origin"], row["image"]["height"], row["image"]["width"]) for row in kept.collect()] == [
        ("a.png", 4, 5)
    ]
    reading.finish(tmp_path)
    listed = (tmp_path / "bad_files.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in listed] == ["origin", "b.png", "c.png"]
    assert listed[1] == "b.png,empty"
    assert [event for event, _ in told] == ["phase", "saved"]
    assert told[0][1]["text"] == "2 files are no image that can be read, and left out: b.png (empty), ..."
    strict = Reading(spark, print)
    decode_images(files, "image", 1, reading=strict, on_error="fail").count()
    with pytest.raises(DataError, match=r"2 files are no image that can be read: b\.png \(empty\), \.\.\."):
        strict.finish(tmp_path)


def test_no_bad_file_is_no_list(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture("L", 9))
    reading = Reading(spark, print)
    assert decode_images(list_images(spark, str(tmp_path), "*.png"), "image", 3, reading=reading).count() == 1
    reading.finish(tmp_path)
    assert not (tmp_path / "bad_files.csv").exists()


@pytest.mark.parametrize(
    "pattern", ["a/*.png", "**/*.png", "*/x/**/?.png", "[ab]*/*.png", "[!a]*/*", "a/b.png"]
)
def test_globs_match_as_pythons_do(tmp_path: Path, pattern: str) -> None:
    import re
    from glob import glob

    paths = ["a/b.png", "a/x/c.png", "a/x/y/c.png", "b/.h.png", ".a/b.png", "ba/b+.png", "top.png", "a/b_png"]
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    found = glob(pattern, root_dir=tmp_path, recursive=True)  # noqa: PTH207 - what is to be met
    wanted = {path for path in found if (tmp_path / path).is_file()}
    fixed, rest = glob_parts(pattern)
    below = [path.removeprefix(fixed).lstrip("/") if path.startswith(fixed) else "/" for path in paths]
    assert {
        path for path, left in zip(paths, below, strict=True) if re.match(glob_regex(rest), left)
    } == wanted
