import inspect

import pytest
from hypothesis import strategies as st

from zoodsl.testing import for_all


def test_a_test_fails_with_the_smallest_example():
    @for_all(st.integers())
    def test(number):
        assert number < 17, f"{number} is too large"

    with pytest.raises(AssertionError, match="17 is too large"):
        test()


def test_other_parameters_stay_fixtures():
    seen = []

    @for_all(st.just(3), examples=2)
    def test(first, second, drawn):
        seen.append((first, second, drawn))

    assert list(inspect.signature(test).parameters) == ["first", "second"]
    test("a", second="b")
    assert set(seen) == {("a", "b", 3)}


def test_shrinking_is_short():
    tried = []

    @for_all(st.lists(st.integers(), min_size=1), examples=5, shrinks=7)
    def test(numbers):
        tried.append(numbers)
        raise ValueError(f"{numbers}")

    with pytest.raises(ValueError, match=r"\["):
        test()
    # Those of the search, of shrinking, and replays of the failure that is told.
    assert len(tried) <= 5 + 7 + 5


def test_what_fails_once_is_told():
    """Nothing that differs from time to time passes: a failure is one, though it does not come again."""
    tried = []

    @for_all(st.integers())
    def test(number):
        tried.append(number)
        assert len(tried) != 2, "the second time"

    with pytest.raises(AssertionError, match="the second time"):
        test()


def test_each_run_starts_anew():
    @for_all(st.integers(), shrinks=0)
    def test(number):
        assert number < 0, "not below 0"

    for _ in range(2):
        with pytest.raises(AssertionError):
            test()


def test_a_function_without_parameters_is_refused():
    with pytest.raises(TypeError, match="has no parameter"):

        @for_all(st.integers())
        def test():
            pass
