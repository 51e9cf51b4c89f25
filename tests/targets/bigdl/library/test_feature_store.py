"""The feature store: what it has is not computed again, and is the same to the bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from tests.targets.bigdl.library.programs import Told
from zoodsl.targets.bigdl.library.errors import StoreError
from zoodsl.targets.bigdl.library.feature_store import FeatureStore, feature_store, row_key, shelf_name
from zoodsl.targets.bigdl.library.image_rows import IMAGE, image_row

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

KEY = "0123456789abcdef"


class Computer:
    """Stands for a network: ``scale`` times the numbers as floats of 32 bits. It counts the rows that it is given."""

    def __init__(self, scale: float = 1 / 3) -> None:
        self.scale = scale
        self.given: list[int] = []

    def __call__(self, rows: DataFrame) -> DataFrame:
        self.given.append(rows.count())
        output = F.transform("_features", lambda value: (value * self.scale).cast("float").cast("double"))
        return rows.withColumn("_output", output)


@pytest.fixture
def rows(spark: SparkSession) -> Callable[..., DataFrame]:
    def made(*numbers: float, partitions: int = 3) -> DataFrame:
        table = [([float(number), number / 7], place) for place, number in enumerate(numbers)]
        return spark.createDataFrame(table, "_features array<double>, _label long").repartition(partitions)

    return made


def features(kept: DataFrame) -> list[tuple[int, tuple[float, ...]]]:
    """What a store gave, which is freed: Spark would take the next one's from memory."""
    found = [(row["_label"], tuple(row["_features"])) for row in kept.collect()]
    kept.unpersist()
    return found


def by_hand(frame: DataFrame, scale: float = 1 / 3) -> list[tuple[int, tuple[float, ...]]]:
    return [
        (row["_label"], tuple(float(np.float32(value * scale)) for value in row["_features"]))
        for row in frame.collect()
    ]


def counts(told: Told) -> list[str]:
    return [fields["text"] for fields in told.of("phase") if fields["text"].startswith("features of")]


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "kept in Köln, 50%")


def files(folder: str) -> Iterator[Path]:
    return Path(folder, shelf_name(KEY)).glob("*/*.parquet")


def test_a_second_run_computes_none_and_gives_the_same_to_the_bit(
    rows: Callable[..., DataFrame], folder: str
) -> None:
    store, told, computer = FeatureStore(folder), Told(), Computer()
    frame = rows(*(number * 0.1 for number in range(50)))
    first = features(store(frame, computer, KEY, "train", told))
    second = features(store(frame, computer, KEY, "train", told))
    assert first == by_hand(frame)  # in the rows' order
    assert second == first
    assert computer.given == [50]
    assert counts(told) == [
        f"features of 50 train rows: 0 from {folder}, 50 computed",
        f"features of 50 train rows: 50 from {folder}, 0 computed",
    ]


def test_what_is_new_is_computed_alone(rows: Callable[..., DataFrame], folder: str) -> None:
    """Whatever part and label a row had before, and wherever it stood."""
    store, told, computer = FeatureStore(folder), Told(), Computer()
    features(store(rows(*range(20)), computer, KEY, "train", told))
    moved = rows(*range(25, 10, -1), partitions=2)
    assert features(store(moved, computer, KEY, "validation", told)) == by_hand(moved)
    assert computer.given == [20, 6]
    assert counts(told)[1] == f"features of 15 validation rows: 9 from {folder}, 6 computed"


def test_the_same_row_many_times_stays_as_often(rows: Callable[..., DataFrame], folder: str) -> None:
    store, computer = FeatureStore(folder), Computer()
    frame = rows(1, 2, 1, 1, 2, 3)
    for _ in range(2):
        assert features(store(frame, computer, KEY, "train", Told())) == by_hand(frame)
    assert computer.given == [6]


def test_two_runs_that_computed_the_same_at_once(rows: Callable[..., DataFrame], folder: str) -> None:
    """Each row is there twice then, and counts once."""
    frame = rows(1, 2, 3)
    features(FeatureStore(folder)(frame, Computer(), KEY, "train", Told()))
    features(FeatureStore(f"{folder}/other")(frame, Computer(), KEY, "train", Told()))
    [other] = Path(folder, "other", shelf_name(KEY)).iterdir()
    other.rename(Path(folder, shelf_name(KEY), other.name))
    kept = FeatureStore(folder)(frame, Computer(), KEY, "train", Told())
    assert features(kept) == by_hand(frame)


def test_another_network_has_a_folder_of_its_own(rows: Callable[..., DataFrame], folder: str) -> None:
    store, frame = FeatureStore(folder), rows(1, 2, 3)
    features(store(frame, Computer(), KEY, "train", Told()))
    other = store(frame, Computer(scale=5), KEY[::-1], "train", Told())
    assert features(other) == by_hand(frame, 5)
    assert len(list(Path(folder).iterdir())) == 2


def test_another_engine_has_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    here = shelf_name(KEY)
    monkeypatch.setattr("zoodsl.targets.bigdl.library.feature_store.engine_version", "2.5.0")
    assert shelf_name(KEY) != here


def test_what_was_written_by_half_is_left_out_and_told(rows: Callable[..., DataFrame], folder: str) -> None:
    store, told, computer = FeatureStore(folder), Told(), Computer()
    frame = rows(1, 2, 3)
    features(store(frame, computer, KEY, "train", told))
    [success] = Path(folder).glob("*/*/_SUCCESS")
    success.unlink()
    assert features(store(frame, computer, KEY, "train", told)) == by_hand(frame)
    assert computer.given == [3, 3]
    [sentence] = [each["text"] for each in told.of("phase") if each["text"].startswith("left out")]
    assert sentence == (
        f"left out, since no run has completed it: {success.parent.name} in file://{success.parents[1]}"
    )


def test_a_file_that_is_gone_is_computed_again(rows: Callable[..., DataFrame], folder: str) -> None:
    store, computer = FeatureStore(folder), Computer()
    features(store(rows(1, 2, 3, partitions=1), computer, KEY, "train", Told()))
    [first] = files(folder)
    frame = rows(1, 2, 3, 4, 5)
    features(store(frame, computer, KEY, "train", Told()))
    first.unlink()
    assert features(store(frame, computer, KEY, "train", Told())) == by_hand(frame)
    assert computer.given == [3, 2, 3]


@pytest.mark.parametrize("damage", ["cut short", "a bit", "another format"])
def test_damage_is_told_and_never_read(rows: Callable[..., DataFrame], folder: str, damage: str) -> None:
    store, frame = FeatureStore(folder), rows(*range(99), partitions=1)
    features(store(frame, Computer(), KEY, "train", Told()))
    [file] = files(folder)
    content = bytearray(file.read_bytes())
    if damage == "a bit":
        content[len(content) // 2] ^= 1
    file.write_bytes(
        content[: len(content) // 2] if damage == "cut short" else content if damage == "a bit" else b"hello"
    )
    with pytest.raises(StoreError, match="are damaged; without this folder they are computed anew") as raised:
        features(store(frame, Computer(), KEY, "train", Told()))
    assert f"`file://{folder}/{shelf_name(KEY)}`" in str(raised.value)


def test_a_folder_that_cannot_be(rows: Callable[..., DataFrame], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(StoreError, match=r"no features can be kept in `.*/file`: .*not a directory"):
        FeatureStore(str(tmp_path / "file"))(rows(1), Computer(), KEY, "train", Told())


def test_a_folder_starts_where_the_program_is(
    rows: Callable[..., DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    features(FeatureStore("here")(rows(1), Computer(), KEY, "train", Told()))
    assert [path.name for path in Path("here").iterdir()] == [shelf_name(KEY)]


def test_no_folder_is_no_store() -> None:
    assert feature_store(None) is None
    assert feature_store("kept") == FeatureStore("kept")


def keys(spark: SparkSession, *images: tuple[Any, ...]) -> list[str]:
    frame = spark.createDataFrame([(image,) for image in images], "_features " + IMAGE.simpleString())
    return [row[0] for row in frame.select(row_key(frame)).collect()]


def test_images_are_told_apart_by_size_and_pixels_alone(spark: SparkSession) -> None:
    pixels = bytes(range(12))
    image = image_row("a.png", 2, 6, pixels)
    elsewhere, turned, changed, colour = keys(
        spark,
        image_row("b/c.png", 2, 6, pixels),
        image_row("a.png", 6, 2, pixels),
        image_row("a.png", 2, 6, pixels[:-1] + b"\x7f"),
        image_row("a.png", 2, 2, pixels),
    )
    [key] = keys(spark, image)
    assert elsewhere == key
    assert len({key, turned, changed, colour}) == 4


def test_numbers_are_told_apart_to_the_last_bit(spark: SparkSession) -> None:
    numbers = [0.1, np.nextafter(0.1, 1), -0.1, 1e300, 1.0, 10.0]
    vectors = [[number] for number in numbers] + [[1.0, 0.0], [1.0, -0.0], []]
    frame = spark.createDataFrame([(list(map(float, each)),) for each in vectors], "_features array<double>")
    found = [row[0] for row in frame.select(row_key(frame)).collect()]
    assert len(set(found)) == len(vectors)
    assert all(len(key) == 64 for key in found)
