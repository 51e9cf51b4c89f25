"""Joins, computed columns and grouped splits: programs give the rows that a look at the data foretells."""

from __future__ import annotations

import io
import random
import sys
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image
from pyspark import cloudpickle
from pyspark.sql import SparkSession

from zoodsl.compiler import Compilation
from zoodsl.model.nodes import Part
from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.reading import Reading

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]

NUMBERS = """zoo 1
data {{
{data}
}}
network {{ input 1
  Dense({outputs}, activation = softmax) }}
optimize {{
  loss SparseCategoricalCrossentropy()
  optimizer Adam()
}}
train {{ batch 2 }}
"""

PICTURES = """zoo 1
data {{
{data}
}}
preprocess {{
}}
network {{ input 1x4x5
  Flatten()
  Dense({outputs}, activation = softmax) }}
optimize {{
  loss SparseCategoricalCrossentropy()
  optimizer Adam()
}}
train {{ batch 2 }}
"""


class Told(list[str]):
    """What a program tells."""

    def __call__(self, _event: str, **fields: str) -> None:
        self.append(fields.get("text", ""))


def read(
    spark: SparkSession, folder: Path, data: str, *, form: str = NUMBERS, outputs: int = 2
) -> tuple[dict[str, Any], Told, Any]:
    """The parts that the program of a spec reads, what it tells, and the spec."""
    compilation = Compilation(str(folder / "spec.zoo"), text=form.format(data=data, outputs=outputs))
    spec = compilation.spec
    assert spec is not None, [item.message for item in compilation.diagnostics]
    rows = program_rows(compilation)
    told = Told()
    reading = Reading(spark, told)
    parts = rows(spark, str(folder), *([reading] if "reading" in signature(rows).parameters else []))
    collected = {part: frame.collect() for part, frame in parts.items()}
    reading.finish(folder)
    return collected, told, spec


def program_rows(compilation: Compilation) -> Any:
    """The function ``rows`` of the program that is made of a spec."""
    program = compilation.program("bigdl")
    assert program is not None
    module = sys.modules["zoodsl_tested_program"] = ModuleType("zoodsl_tested_program")
    # As a script's own functions would, those of the module travel to Spark's workers whole.
    if module.__name__ not in cloudpickle.list_registry_pickle_by_value():
        cloudpickle.register_pickle_by_value(module)
    exec(compile(program.text, "program.py", "exec"), module.__dict__)
    return module.__dict__["rows"]


def counts(spec: Any) -> dict[str, int | None]:
    return {part.value: spec.data.parts[part].count for part in Part if part in spec.data.parts}


def sizes(parts: dict[str, Any]) -> dict[str, int]:
    return {part: len(rows) for part, rows in parts.items()}


def table(folder: Path, name: str, header: str, *rows: str) -> None:
    (folder / name).write_text("\n".join([header, *rows]) + "\n")


def picture(folder: Path, name: str, value: int = 0, size: tuple[int, int] = (5, 4)) -> None:
    stream = io.BytesIO()
    Image.new("L", size, value).save(stream, "PNG")
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(stream.getvalue())


def test_a_join_gives_the_rows_that_the_look_foretells(spark: SparkSession, tmp_path: Path) -> None:
    draw = random.Random(3)
    people = [f"{draw.randrange(40)},{draw.randrange(2)},{draw.random():.3f}" for _ in range(120)]
    visits = [f"p{draw.randrange(50):02}.txt,{draw.choice(['a', 'b', ''])},{place}" for place in range(90)]
    table(tmp_path, "people.csv", "id,kind,x", *people)
    table(tmp_path, "visits.csv", "file,ward,x", *visits)
    parts, _, spec = read(
        spark,
        tmp_path,
        """
        people = CSV("people.csv")
        visits = CSV("visits.csv")
        rows   = people -> Join(visits, on = number(match(visits.file, "p(\\\\d+)")) == people.id)
                        -> Where(visits.ward == "a") -> Where(people.x < visits.x / 10)
        feature rows["people.x"]
        label   rows.kind -> ClassIndex(2)
        split   Grouped(stem(rows.file), train = 50%, validation = 20%, test = 30%)
        """,
    )
    assert sizes(parts) == counts(spec)
    kept = sorted((row["_key"], row["id"], row["visits.x"]) for rows in parts.values() for row in rows)
    expected = sorted(
        (place, int(person.split(",")[0]), int(visit.split(",")[2]))
        for place, person in enumerate(people)
        for visit in visits
        if int(visit[1:3]) == int(person.split(",")[0])
        and visit.split(",")[1] == "a"
        and float(person.split(",")[2]) < int(visit.split(",")[2]) / 10
    )
    assert kept == expected
    groups = [{row["file"] for row in rows} for rows in parts.values()]
    assert not any(one & other for one in groups for other in groups if one is not other)


def test_images_join_a_table_by_their_stem_and_only_what_is_wanted_is_decoded(
    spark: SparkSession, tmp_path: Path
) -> None:
    for number in range(6):
        picture(tmp_path, f"photos/{number // 3}/{number:02}.png", number, size=(5, 4) if number else (7, 9))
    (tmp_path / "photos/0/02.png").write_bytes(b"broken")
    (tmp_path / "photos/unlisted.png").write_bytes(b"")
    table(tmp_path, "t.csv", "image,found", *(f"{number:02}.jpg,{'ab'[number % 2]}" for number in range(20)))
    parts, told, spec = read(
        spark,
        tmp_path,
        """
        photos = Images("photos/**/*.png", channels = 1, resize = 4x5)
        found  = CSV("t.csv")
        rows   = photos -> Join(found, on = stem(photos.origin) == stem(found.image))
        feature rows["photos.image"]
        label   rows.found -> ClassIndex(["a", "b"])
        """,
        form=PICTURES,
    )
    # The look has seen both bad files: one is in no row of the table.
    assert counts(spec) == {"train": 5}
    (rows,) = parts.values()
    found = {row["_key"]: row["photos.image"] for row in rows}
    assert sorted(found) == ["0/00.png", "0/01.png", "1/03.png", "1/04.png", "1/05.png"]
    assert {(image["height"], image["width"]) for image in found.values()} == {(4, 5)}
    assert found["1/04.png"]["data"] == bytes([4] * 20)
    assert (tmp_path / "bad_files.csv").read_text().splitlines()[1:] == [
        '0/02.png,"no image of the kinds PNG, JPEG, BMP, GIF, TIFF, WEBP"'
    ]
    assert any("1 file is no image" in text for text in told)


def test_labels_come_out_of_file_names(spark: SparkSession, tmp_path: Path) -> None:
    for number in range(24):
        picture(tmp_path, f"train/{('cat', 'dog')[number % 2]}.{number // 2}.png")
    parts, _, spec = read(
        spark,
        tmp_path,
        """
        rows    = Images("train/*.png", channels = 1)
        feature rows.image
        label   match(rows.origin, "(cat|dog)\\\\.") -> ClassIndex(["cat", "dog"])
        split   GroupedFold(match(rows.origin, "(\\\\d+)\\\\.png"), fold = 1, folds = 3, validation = true)
        """,
        form=PICTURES,
    )
    assert spec.data.label.column.name == "match_origin_cat_dog"
    assert sizes(parts) == counts(spec)
    for rows in parts.values():
        assert all(row["match_origin_cat_dog"] == row["origin"][:3] for row in rows)
        # Both files of a number are in one fold.
        numbers = [
            {row["origin"][4:] for row in rows if row["origin"][:3] == kind} for kind in ("cat", "dog")
        ]
        assert numbers[0] == numbers[1]


def test_keys_that_do_not_meet_end_the_run_with_examples(spark: SparkSession, tmp_path: Path) -> None:
    table(tmp_path, "a.csv", "name,x,kind", "a.png,1,0", "b.png,2,1", "a.png,2,1")
    table(tmp_path, "b.csv", "name,y", "a,1", "b,2", "c.png,3")
    data = """
        left  = CSV("a.csv")
        right = CSV("b.csv")
        rows  = left -> Join(right, on = stem(left.name) == stem(right.name))
        feature rows.x
        label   rows.kind -> ClassIndex(2)
        """
    parts, told, _ = read(spark, tmp_path, data)
    assert (sizes(parts), told) == ({"train": 3}, [])
    compilation = Compilation(str(tmp_path / "spec.zoo"), text=NUMBERS.format(data=data, outputs=2))
    rows = program_rows(compilation)
    # The file has changed since it was looked at; what Spark remembers of it is forgotten.
    spark.catalog.clearCache()
    table(tmp_path, "b.csv", "name,y", "x,1", "z,2")
    with pytest.raises(Exception, match="none of the 3 rows has a partner") as caught:
        rows(spark, str(tmp_path), Reading(spark, print))
    assert type(caught.value).__name__ == DataError.__name__
    assert '"x", "z"' in str(caught.value)
    table(tmp_path, "b.csv", "name,y", "b,1", "x,2", "z,3")
    told = Told()
    spark.catalog.clearCache()
    rows(spark, str(tmp_path), Reading(spark, told))
    assert told == [
        '1 of 3 rows and 1 of 3 joined have a partner: without one are "a" on the left and "x", "z" on the right'
    ]


@pytest.mark.data
def test_patients_of_several_images_stay_together(spark: SparkSession, tmp_path: Path, shared: Path) -> None:
    """The eight X-rays of four patients that the workshop shows."""
    images = shared / "dell_xray8"
    entries = shared / "chest_nih14" / "Data_Entry_2017_v2020.csv.gz"
    parts, _, spec = read(
        spark,
        tmp_path,
        f"""
        images   = Images("{images}/*.png", channels = 1, resize = 4x5)
        findings = CSV("{entries}")
        rows     = images -> Join(findings, on = images.origin == findings["Image Index"])
        feature  rows.image
        label    rows["Patient Gender"] -> ClassIndex(["M", "F"])
        split    GroupedFold(rows["Patient ID"], fold = 0, folds = 2)
        """,
        form=PICTURES,
    )
    assert sizes(parts) == counts(spec)
    assert sum(sizes(parts).values()) == 8
    patients = [{row["Patient ID"] for row in rows} for rows in parts.values()]
    assert not patients[0] & patients[1]
    assert all(
        str(row["Patient ID"]) == row["origin"][:8].lstrip("0") for rows in parts.values() for row in rows
    )
