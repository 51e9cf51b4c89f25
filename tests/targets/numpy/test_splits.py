"""The laws of splits: every row in one part, always the same one, groups whole, shares nearly met."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.catalog import splits as catalog
from zoodsl.catalog.values import Kind
from zoodsl.targets.numpy.splits import NONE, TEST, TRAIN, VALIDATION, parts

SHARES = {"train": 0.7, "validation": 0.1, "test": 0.2}
BY_CHANCE = ("Random", "Stratified", "Grouped")
keys = st.lists(st.text(max_size=8), unique=True, max_size=60)


@pytest.fixture(scope="module")
def split(bound):
    """``split(name, **arguments)``, of a column that the test gives apart."""

    def build(name, **arguments):
        operator = next(each for each in catalog.OPERATORS if each.name == name)
        column = {"column": None} if operator.parameter("column") else {}
        return bound(Kind.SPLIT, name, **column, **arguments)

    return build


def test_every_split_has_a_meaning(split):
    for operator in catalog.OPERATORS:
        others: dict[str, dict[str, Any]] = {"Fixed": {"train": "a", "test": "b"}, "GroupedFold": {"fold": 0}}
        made = split(operator.name, **others.get(operator.name, SHARES))
        assert len(parts(made, ["0", "1"], ["a", "b"])) == 2


@pytest.mark.law("a split by chance does not depend on the order of rows")
@pytest.mark.parametrize("name", BY_CHANCE)
@given(keys=keys, seed=st.integers(0, 99), data=st.data())
def test_a_row_keeps_its_part_whatever_the_order(split, name, keys, seed, data):
    values = [len(key) for key in keys]
    chosen = split(name, seed=seed, **SHARES)
    found = dict(zip(keys, parts(chosen, keys, values), strict=True))
    assert set(found.values()) <= {TRAIN, VALIDATION, TEST}
    other = data.draw(st.permutations(keys))
    assert dict(zip(other, parts(chosen, other, [len(key) for key in other]), strict=True)) == found


@pytest.mark.law("a row keeps its part when rows are added")
@pytest.mark.parametrize("name", ["Random", "Grouped", "GroupedFold", "Fixed"])
@given(keys=keys, more=keys, seed=st.integers(0, 99))
def test_a_row_keeps_its_part_when_rows_are_added(split, name, keys, more, seed):
    arguments = {
        "GroupedFold": {"fold": 1, "folds": 4, "seed": seed},
        "Fixed": {"train": "0", "test": "1"},
    }.get(name, {"seed": seed, **SHARES})
    chosen = split(name, **arguments)
    every = [*keys, *(key for key in more if key not in keys)]
    values = [len(key) % 3 for key in every]
    found = parts(chosen, every, values)
    assert parts(chosen, keys, values[: len(keys)]).tolist() == found[: len(keys)].tolist()


@pytest.mark.law("a split by chance gives each part its share, to within six standard deviations")
@given(
    prefix=st.text(max_size=4),
    rows=st.integers(200, 800),
    seed=st.integers(0, 10**6),
    first=st.integers(1, 8),
    second=st.integers(1, 8),
)
def test_shares_are_nearly_met(split, prefix, rows, seed, first, second):
    shares = [first / 17, second / 17, 1 - (first + second) / 17]
    chosen = split("Random", seed=seed, **dict(zip(("train", "validation", "test"), shares, strict=True)))
    found = np.bincount(parts(chosen, [f"{prefix}{row}" for row in range(rows)]), minlength=3)
    for count, share in zip(found, shares, strict=True):
        assert abs(count - rows * share) <= 6 * np.sqrt(rows * share * (1 - share)) + 1


@pytest.mark.law("the parts of Tail are the rows in their order, cut at the shares")
@given(rows=st.integers(0, 200), first=st.integers(1, 98), second=st.integers(0, 98))
def test_tail_cuts_the_rows_in_order(split, rows, first, second):
    second = min(second, 99 - first)
    shares = {"train": first / 100, "validation": second / 100, "test": (100 - first - second) / 100}
    found = parts(split("Tail", **shares), [str(row) for row in range(rows)])
    assert found.tolist() == sorted(found)
    for part, share in enumerate(shares.values()):
        assert abs((found == part).sum() - share * rows) <= 1


@pytest.mark.law("a part without a share is empty")
@pytest.mark.parametrize("name", [*BY_CHANCE, "Tail"])
@given(keys=keys)
def test_a_part_without_a_share_is_empty(split, name, keys):
    values = [len(key) for key in keys]
    assert set(parts(split(name, train=1.0), keys, values)) <= {TRAIN}
    assert VALIDATION not in parts(split(name, train=0.6, test=0.4), keys, values)
    assert TEST not in parts(split(name, train=0.6, validation=0.4), keys, values)


@pytest.mark.law("a grouped split keeps groups whole")
@given(groups=st.lists(st.integers(0, 9), max_size=80), seed=st.integers(0, 99))
def test_groups_are_whole(split, groups, seed):
    keys = [str(row) for row in range(len(groups))]
    found = parts(split("Grouped", seed=seed, **SHARES), keys, groups)
    for group in set(groups):
        assert len({part for part, member in zip(found, groups, strict=True) if member == group}) == 1


@pytest.mark.law("folds test every row once, with groups whole")
@given(groups=st.lists(st.integers(0, 30), max_size=80), folds=st.integers(3, 6), seed=st.integers(0, 99))
def test_folds_test_every_row_once_with_whole_groups(split, groups, folds, seed):
    keys = [str(row) for row in range(len(groups))]
    turns = np.array(
        [
            parts(split("GroupedFold", fold=fold, folds=folds, validation=True, seed=seed), keys, groups)
            for fold in range(folds)
        ]
    )
    assert (turns == TEST).sum(axis=0).tolist() == [1] * len(groups)
    # What tests in one turn has validated in the turn before.
    assert ((turns == TEST) == np.roll(turns == VALIDATION, 1, axis=0)).all()
    for group in set(groups):
        assert len({tuple(turns[:, row]) for row, member in enumerate(groups) if member == group}) == 1


@pytest.mark.law("a stratified split gives each class its shares to within a row")
@given(classes=st.lists(st.sampled_from("abc"), max_size=120), seed=st.integers(0, 99))
def test_strata_have_the_shares_to_within_a_row(split, classes, seed):
    keys = [str(row) for row in range(len(classes))]
    found = parts(split("Stratified", seed=seed, **SHARES), keys, classes)
    for name in set(classes):
        mine = found[np.array(classes) == name]
        for part, share in ((TRAIN, 0.7), (VALIDATION, 0.1), (TEST, 0.2)):
            assert abs((mine == part).sum() - share * len(mine)) <= 1


def test_shares_of_many_rows_are_nearly_met_and_another_seed_divides_otherwise(split):
    keys = [str(row) for row in range(5000)]
    first = parts(split("Random", seed=1, **SHARES), keys)
    assert np.bincount(first) / 5000 == pytest.approx([0.7, 0.1, 0.2], abs=0.02)
    agree = (first == parts(split("Random", seed=2, **SHARES), keys)).mean()
    assert agree == pytest.approx(0.7**2 + 0.1**2 + 0.2**2, abs=0.03)


def test_tail_keeps_the_order(split):
    found = parts(split("Tail", **SHARES), [str(row) for row in range(10)])
    assert found.tolist() == [TRAIN] * 7 + [VALIDATION] + [TEST] * 2


def test_fixed_goes_by_marks_and_leaves_out_the_rest(split):
    found = parts(split("Fixed", train="1", test="hold"), "abcd", [1, "hold", "fit", ""])
    assert found.tolist() == [TRAIN, TEST, NONE, NONE]


@pytest.mark.law("rows counted by the check = rows of the parts")
@given(seed=st.integers(0, 50))
def test_counts_without_spark_are_those_of_the_parts(split, bound, seed):
    from sklearn.datasets import load_iris

    from zoodsl.model.nodes import Column, Frame
    from zoodsl.source import SourceFile, Span
    from zoodsl.sources import Frames, look, part_counts

    reader = bound(Kind.READER, "Sample", name="iris")
    species = load_iris().target.tolist()
    keys = [str(row) for row in range(len(species))]
    nowhere, seen = Span(SourceFile("x", ""), 0, 0), look(reader, ".")
    frame = Frame(span=nowhere, name="iris", reader=reader, columns=seen.columns, rows=seen.rows)
    target = Column(span=nowhere, frame="iris", name="target", type=None)
    for name in BY_CHANCE:
        column = {} if name == "Random" else {"column": target}
        chosen = bound(Kind.SPLIT, name, seed=seed, **SHARES, **column)
        counted = part_counts(chosen, frame, Frames(".", known={"iris": frame}))
        expected = np.bincount(parts(chosen, keys, species), minlength=3)
        assert [each.count for each in counted] == expected.tolist()
