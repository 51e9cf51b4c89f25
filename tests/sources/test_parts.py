"""Rows of each part, counted without Spark."""

from __future__ import annotations

import pytest

from zoodsl.catalog.values import Kind
from zoodsl.model.nodes import UNKNOWN_ROWS, Certainty, Column, Frame, RowCount
from zoodsl.source import SourceFile, Span
from zoodsl.sources import Frames, look, part_counts, parts

NOWHERE = Span(SourceFile("x.zoo", ""), 0, 0)
SHARES = {"train": 0.7, "validation": 0.1, "test": 0.2}


def column(name):
    return Column(span=NOWHERE, frame="rows", name=name, type=None)


def parts_of(split, reader, root, rows):
    """The counts of a frame ``rows`` that ``reader`` gives, with as many rows as it finds unless ``rows`` says."""
    seen = look(reader, root)
    frame = Frame(span=NOWHERE, name="rows", reader=reader, columns=seen.columns, rows=rows or seen.rows)
    return part_counts(split, frame, Frames(root, known={"rows": frame}))


@pytest.fixture
def counts(bound, folder):
    """``counts(split, reader, rows=None)``: the three counts as numbers, after checking how sure they are."""

    def count(split, reader, rows=None, certainty=Certainty.EXACT):
        found = parts_of(split, reader, str(folder.path), rows)
        assert {each.certainty for each in found} == {certainty}
        return tuple(each.count for each in found)

    return count


@pytest.fixture
def digits(folder):
    return folder.reader("Sample", name="digits")


def test_without_a_split_all_train(counts, digits):
    assert counts(None, digits) == (1797, 0, 0)


def test_tail_cuts_by_place(bound, counts, digits):
    assert counts(bound(Kind.SPLIT, "Tail", **SHARES), digits) == (1258, 180, 359)


def test_random_counts_hashes(bound, counts, digits):
    found = counts(bound(Kind.SPLIT, "Random", **SHARES), digits)
    assert sum(found) == 1797
    assert found == pytest.approx((1258, 180, 359), abs=60)
    assert found != (1258, 180, 359)


def test_stratified_cuts_each_class(bound, counts, digits):
    split = bound(Kind.SPLIT, "Stratified", column=column("label"), **SHARES)
    sizes = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    train = sum(int(0.7 * size + 0.5) for size in sizes)
    found = counts(split, digits)
    assert found[0] == train
    assert sum(found) == 1797


def test_groups_stay_whole(bound, counts, folder):
    folder.write("t.csv", "patient\n" + "a\n" * 5 + "b\n" * 7 + "c\n" * 11 + "\n")
    table = folder.reader("CSV", path="t.csv")
    split = bound(Kind.SPLIT, "Grouped", column=column("patient"), train=0.5, test=0.5)
    assert set(counts(split, table)) <= {0, 5, 7, 11, 12, 16, 18, 23}
    assert sum(counts(split, table)) == 23


def test_marks_are_counted_and_others_left_out(bound, counts, folder):
    folder.write("t.csv", "part,x\nfit,1\nfit,1\nhold,1\nold,1\n")
    split = bound(Kind.SPLIT, "Fixed", column=column("part"), train="fit", test="hold")
    assert counts(split, folder.reader("CSV", path="t.csv")) == (2, 0, 1)


def test_images_go_by_their_origin(bound, counts, folder):
    from zoodsl.catalog.splits import digest, position

    names = [f"{number}.bmp" for number in range(40)]
    for name in names:
        folder.write(f"pics/{name}", b"BM" + bytes(12) + b"\x28\0\0\0\x05\0\0\0\x05\0\0\0")
    split = bound(Kind.SPLIT, "Random", train=0.5, test=0.5, seed=7)
    train = sum(position(digest(7, name)) < 0.5 for name in names)
    assert counts(split, folder.reader("Images", path="pics/*.bmp")) == (train, 0, 40 - train)


def test_many_rows_are_estimated(bound, counts, digits, monkeypatch):
    monkeypatch.setattr(parts, "MOST_HASHES", 1000)
    split = bound(Kind.SPLIT, "Random", **SHARES)
    assert counts(split, digits, certainty=Certainty.ESTIMATED) == (1258, 180, 359)


def test_estimated_rows_give_estimated_parts(bound, counts, digits):
    rows = RowCount(count=1000, certainty=Certainty.ESTIMATED)
    split = bound(Kind.SPLIT, "Tail", train=0.9, test=0.1)
    assert counts(split, digits, rows, Certainty.ESTIMATED) == (900, 0, 100)


@pytest.mark.parametrize("name", ["Random", "Tail"])
def test_unknown_rows_give_unknown_parts(bound, digits, name):
    split = bound(Kind.SPLIT, name, **SHARES)
    assert parts_of(split, digits, ".", UNKNOWN_ROWS) == (UNKNOWN_ROWS,) * 3


def test_marks_that_cannot_be_counted_are_unknown(bound, digits):
    split = bound(Kind.SPLIT, "Fixed", column=column("image"), train="fit", test="hold")
    rows = RowCount(count=1797, certainty=Certainty.EXACT)
    assert parts_of(split, digits, ".", rows) == (UNKNOWN_ROWS,) * 3
