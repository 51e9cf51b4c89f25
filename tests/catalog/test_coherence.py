"""Every declaration in the catalog is coherent, and the check that says so notices what is not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from zoodsl.catalog import registry
from zoodsl.catalog.coherence import admits, incoherences
from zoodsl.catalog.operator import Operator, Parameter
from zoodsl.catalog.values import Boolean, Choice, Integer, Kind, ListOf, OneOf, Real, ShapeOf, Sizes, String

EVERY_OPERATOR = [operator for kind in Kind for operator in registry.operators(kind)]


@pytest.mark.parametrize("operator", EVERY_OPERATOR, ids=lambda each: f"{each.kind.name}-{each.name}")
def test_declaration_is_coherent(operator):
    assert list(incoherences(operator)) == []


@pytest.mark.parametrize("kind", Kind)
def test_kind_has_operators_of_that_kind_with_unique_names(kind):
    operators = registry.operators(kind)
    assert operators
    assert {operator.kind for operator in operators} == {kind}
    assert max(Counter(operator.name for operator in operators).values()) == 1


def test_an_old_name_means_one_operator_and_is_no_current_name():
    olds = {(operator.kind, old) for operator in EVERY_OPERATOR for old in operator.old_names}
    assert not {(operator.kind, operator.name) for operator in EVERY_OPERATOR} & olds
    meanings = {(old, operator.name) for operator in EVERY_OPERATOR for old in operator.old_names}
    assert len(meanings) == len({old for old, _ in meanings})


def broken(**fields) -> Operator:
    return replace(Operator(name="X", kind=Kind.LAYER, doc="d", source="s"), **fields)


@pytest.mark.parametrize(
    ("operator", "complaint"),
    [
        (broken(doc=""), "has no doc"),
        (broken(source=""), "cites no source"),
        (broken(old_names=("X",)), "lists its own name as an old one"),
        (broken(parameters=(Parameter("a", Boolean()),)), "does not say what a is"),
        (
            broken(
                parameters=(
                    Parameter("a", Boolean(), doc="d", old_names=("b",)),
                    Parameter("b", Boolean(), doc="d"),
                )
            ),
            "knows the name b 2 times",
        ),
        (
            broken(
                parameters=(
                    Parameter("a", Boolean(), doc="d", keyword_only=True),
                    Parameter("b", Boolean(), doc="d"),
                )
            ),
            "has b, which may be positional, after one that may not",
        ),
        (
            broken(parameters=(Parameter("a", Integer(1), 0, doc="d"),)),
            "has the default 0 for a, which is not Integer(minimum=1, maximum=None)",
        ),
    ],
)
def test_incoherence_is_noticed(operator, complaint):
    assert list(incoherences(operator)) == [complaint]


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (Integer(1, 3), [1, 3], [0, 4, 1.0, True]),
        (Real(0.0, 1.0, maximum_open=True), [0.0, 0.5], [1.0, -0.1, 0]),
        (Boolean(), [True], [1]),
        (Choice(("a", "b")), ["a"], ["c"]),
        (Sizes(2), [(1, 2)], [(1,), (0, 1), 1, [1, 2]]),
        (ShapeOf(), [(3,), (1, 2, 3)], [(0,), 3]),
        (ListOf(String()), [(), ("a",)], [("a", 1), "a"]),
        (OneOf((Boolean(), String())), [True, "a"], [1]),
    ],
)
def test_admits(kind, right, wrong):
    assert all(admits(kind, value) for value in right)
    assert not any(admits(kind, value) for value in wrong)
