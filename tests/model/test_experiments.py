import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.model.experiments import Compared, combinations, grid_size
from zoodsl.source import SourceFile, Span

SPAN = Span(SourceFile("spec.zoo", ""), 0, 0)

lists = st.lists(
    st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=4, unique=True),
    min_size=1,
    max_size=3,
)


@pytest.mark.law("a grid has every combination once")
@given(lists)
def test_the_grid_has_every_combination_once(values):
    compared = tuple(
        Compared(span=SPAN, name=f"p{number}", values=tuple(each)) for number, each in enumerate(values)
    )
    found = combinations(compared)
    assert len(found) == len(set(found)) == grid_size(compared)
    for combination in found:
        assert [name for name, _ in combination.values] == [each.name for each in compared]
        assert all(
            value in each.values for (_, value), each in zip(combination.values, compared, strict=True)
        )


def test_the_last_param_changes_fastest():
    compared = (
        Compared(span=SPAN, name="a", values=("1", "2")),
        Compared(span=SPAN, name="b", values=("x", "y")),
    )
    assert [str(each) for each in combinations(compared)][:2] == ["a = 1, b = x", "a = 1, b = y"]
