"""IDX files: sizes from headers, and every way in which such a file is broken."""

from __future__ import annotations

import gzip
import struct

import pytest

from zoodsl.diagnostics.rules.data import CORRUPT_DATA, EMPTY_DATA, NO_SUCH_DATA, UNEQUAL_COUNTS
from zoodsl.model.nodes import Certainty, RowCount
from zoodsl.types import DType, ImageType


def images(count: int, height: int = 4, width: int = 3) -> bytes:
    return struct.pack(">4I", 2051, count, height, width) + bytes(count * height * width)


def labels(*values: int) -> bytes:
    return struct.pack(">2I", 2049, len(values)) + bytes(values)


def write(folder, image_file: bytes, label_file: bytes) -> dict[str, str]:
    folder.write("i.idx", image_file)
    folder.write("l.idx", label_file)
    return {"images": "i.idx", "labels": "l.idx"}


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_sizes_rows_and_labels(folder, pack):
    paths = write(folder, pack(images(5)), pack(labels(7, 0, 7, 3, 7)))
    seen = folder.look("IDX", **paths)
    assert [(column.name, column.type) for column in seen.columns] == [
        ("image", ImageType(height=4, width=3, channels=1)),
        ("label", DType.INT64),
    ]
    assert seen.rows == RowCount(count=5, certainty=Certainty.EXACT)
    facts = folder.values("IDX", "label", **paths)
    assert (facts.minimum, facts.maximum, facts.nulls, facts.counts) == (0, 7, 0, {0: 1, 3: 1, 7: 3})
    assert folder.values("IDX", "image", **paths) is None


def test_a_gzip_of_two_members_is_whole_though_its_last_size_is_not_all(folder):
    whole = images(5)
    packed = gzip.compress(whole[:20]) + gzip.compress(whole[20:])
    assert folder.look("IDX", **write(folder, packed, labels(0, 1, 2, 3, 4))).rows.count == 5


def test_exchanged_files_are_told(folder):
    problem = folder.problem("IDX", **write(folder, labels(1), images(1)))
    assert problem.code is CORRUPT_DATA
    assert problem.code.name == "ZOO404"
    assert problem.message == "`i.idx` holds labels, not images"
    assert problem.parameter == "images"


def test_another_kind_of_file_shows_how_it_begins(folder):
    problem = folder.problem("IDX", **write(folder, b"\x89PNG\r\n\x1a\n" + bytes(40), labels(1)))
    assert problem.code is CORRUPT_DATA
    assert "2051" in problem.help
    assert "89 50 4e 47" in problem.help


@pytest.mark.parametrize("length", [1, 3, 7, 15, 16, 40])
def test_a_file_cut_off_anywhere_is_a_problem(folder, length):
    problem = folder.problem("IDX", **write(folder, images(5)[:length], labels(0, 1, 2, 3, 4)))
    assert problem.code is CORRUPT_DATA
    assert problem.parameter == "images"


@pytest.mark.parametrize("length", [2, 12, 30, 60])
def test_a_gzip_cut_off_anywhere_is_a_problem(folder, length):
    packed = gzip.compress(bytes(images(5)[:16]) + bytes(range(60)))
    assert length < len(packed)
    problem = folder.problem("IDX", **write(folder, packed[:length], labels(0, 1, 2, 3, 4)))
    assert problem.code is CORRUPT_DATA


def test_a_damaged_gzip_has_no_label_facts(folder):
    packed = bytearray(gzip.compress(labels(*range(200))))
    packed[40] ^= 0xFF
    assert folder.values("IDX", "label", **write(folder, images(1), bytes(packed))) is None


def test_a_file_that_goes_on_is_a_problem(folder):
    problem = folder.problem("IDX", **write(folder, images(5) + b"more", labels(0, 1, 2, 3, 4)))
    assert problem.code is CORRUPT_DATA
    assert "goes on" in problem.message


def test_no_records_are_a_problem(folder):
    problem = folder.problem("IDX", **write(folder, images(0), labels()))
    assert problem.code is EMPTY_DATA
    assert problem.code.name == "ZOO403"


def test_an_empty_file_is_a_problem(folder):
    assert folder.problem("IDX", **write(folder, b"", labels(1))).code is EMPTY_DATA


def test_images_and_labels_agree_in_number(folder):
    problem = folder.problem("IDX", **write(folder, images(5), labels(1, 2)))
    assert problem.code is UNEQUAL_COUNTS
    assert problem.code.name == "ZOO405"
    assert "5 images" in problem.message
    assert "2 labels" in problem.message


def test_a_missing_file_names_its_argument(folder):
    paths = write(folder, images(1), labels(1))
    problem = folder.problem("IDX", **paths | {"labels": "ll.idx"})
    assert problem.code is NO_SUCH_DATA
    assert problem.parameter == "labels"
    assert "`l.idx`" in problem.help


@pytest.mark.data
def test_the_real_mnist(folder, shared):
    paths = {
        "images": str(shared / "mnist" / "train-images-idx3-ubyte.gz"),
        "labels": str(shared / "mnist" / "train-labels-idx1-ubyte.gz"),
    }
    seen = folder.look("IDX", **paths)
    assert seen.rows.count == 60000
    assert seen.columns[0].type == ImageType(height=28, width=28, channels=1)
    assert sorted(folder.values("IDX", "label", **paths).counts) == list(range(10))
