"""What variables are drawn from: within what the domain says, and all of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from zoodsl.catalog.domains import OPERATORS
from zoodsl.compiler import Compilation
from zoodsl.model.nodes import Operation
from zoodsl.model.properties import Forall
from zoodsl.testing.calls import NOWHERE
from zoodsl.testing.laws.domains import Row, strategy
from zoodsl.testing.subjects.readings import Readings
from zoodsl.testing.subjects.subject import Unavailable

TABLE = "patient,age,note\na,30,x\nb,,y\na,50,z\nc,41,\nb,20,w\n,33,v"


def _unread() -> Readings:
    spec = Compilation(str(Path(__file__).parents[3] / "specs" / "properties" / "laws.zoo")).spec
    assert spec is not None
    return Readings(spec)


NO_ROWS = _unread()
"""Rows that nothing asks for."""


def drawn(name: str, *names: str, **given_arguments) -> Forall:
    operator = next(each for each in OPERATORS if each.name == name)
    arguments = {each.name: each.default for each in operator.parameters} | given_arguments
    return Forall(
        span=NOWHERE, names=names, domain=Operation(span=NOWHERE, operator=operator, arguments=arguments)
    )


@pytest.fixture
def readings(tmp_path) -> Readings:
    return of_table(tmp_path)[0]


def of_table(folder: Path, domain: str = "rows") -> tuple[Readings, Forall]:
    """The rows of a small table, and what `forall one, other in AnyRow(...)` draws of it."""
    (folder / "people.csv").write_text(TABLE + "\n")
    spec = Compilation(
        str(folder / "spec.zoo"),
        text=f"""zoo 1
data {{
  rows = CSV("people.csv")
  feature rows.age
  label   rows.age -> Number()
}}
network {{
  input 1
  Dense(1)
}}
optimize {{
  loss      MeanSquaredError()
  optimizer Adam()
}}
property "a law" {{
  forall one, other in AnyRow({domain})
  one.note != other.note
}}
""",
    ).spec
    assert spec is not None
    return Readings(spec), spec.properties[0].variables[0]


sides = st.tuples(st.integers(1, 9), st.integers(1, 9)).map(sorted).map(lambda pair: tuple(map(float, pair)))


@pytest.mark.law("`AnyImage` draws images of uint8 within the sizes that it names")
@given(st.data(), sides, sides, st.sampled_from([1, 3]))
def test_images_are_within_their_sizes(data, height, width, channels):
    domain = drawn("AnyImage", "image", channels=channels, height=height, width=width)
    image = data.draw(strategy(domain, NO_ROWS))["image"]
    assert image.dtype == np.uint8
    assert height[0] <= image.shape[0] <= height[1]
    assert width[0] <= image.shape[1] <= width[1]
    assert image.shape[2] == channels


bounds = st.tuples(st.integers(-50, 50), st.integers(1, 50)).map(
    lambda pair: (pair[0] / 4, pair[0] / 4 + pair[1])
)


@pytest.mark.law("`AnyTensor` draws numbers within its range, whole ones if it says so")
@given(st.data(), st.sampled_from([(3,), (2, 5), (9, 9)]), bounds, st.booleans())
def test_tensors_are_within_their_range(data, shape, values, whole):
    domain = drawn("AnyTensor", "x", "y", shape=shape, values=values, whole=whole)
    for tensor in data.draw(strategy(domain, NO_ROWS)).values():
        assert tensor.shape == shape
        assert (tensor >= values[0]).all()
        assert (tensor <= values[1]).all()
        assert not whole or (tensor == np.floor(tensor)).all()


@pytest.mark.parametrize(
    ("values", "smallest"), [((-5.0, 5.0), 0.0), ((2.0, 3.0), 2.0), ((-3.0, -2.0), -2.0)]
)
def test_the_smallest_tensor_is_nearest_to_zero(values, smallest):
    domain = drawn("AnyTensor", "x", shape=(2,), values=values)
    assert find(strategy(domain, NO_ROWS), lambda _: True)["x"].tolist() == [smallest] * 2


def test_the_ends_of_a_range_are_drawn():
    domain = drawn("AnyTensor", "x", shape=(1,), values=(-7.3, 11.1))
    for end in (-7.3, 11.1):
        found = find(strategy(domain, NO_ROWS), partial(_begins_with, end))
        assert found["x"].tolist() == [end]


def _begins_with(number, example):
    return example["x"][0] == number


def test_an_example_shrinks_to_the_number_nearest_to_zero_that_will_do():
    domain = drawn("AnyTensor", "x", shape=(1,), values=(-100.0, 100.0))
    found = find(strategy(domain, NO_ROWS), lambda example: abs(example["x"][0]) > 1)
    assert 1 < abs(found["x"][0]) <= 2


@pytest.mark.parametrize("shape", [(2,), (9, 9)])
def test_the_widest_range_gives_finite_numbers(shape):
    domain = drawn("AnyTensor", "x", shape=shape, values=(-1.7e308, 1.7e308))

    @settings(max_examples=30, derandomize=True, database=None)
    @given(strategy(domain, NO_ROWS))
    def draw(example):
        assert np.isfinite(example["x"]).all()

    draw()


def test_rows_tell_their_cells(readings):
    columns = [each for each in readings.frame.columns if each.name in ("patient", "age")]
    assert [each.name for each in columns] == ["patient", "age"]
    found, domain = readings, drawn("AnyRow", "row", frame="rows")
    row = find(
        strategy(domain, found, readings.spec.data.feature.columns), lambda each: each["row"].number == 1
    )["row"]
    assert row.cells == {"age": None}
    assert str(row) == "row 2 (key `1`): age = missing"
    assert str(Row(0, "0", {"patient": "a", "age": 30})) == 'row 1 (key `0`): patient = "a", age = 30'
    assert str(Row(0, "0", {})) == "row 1 (key `0`)"


def pairs(folder: Path, domain: str) -> set[tuple[int, ...]]:
    """All pairs of rows that are drawn in 200 examples."""
    readings, forall = of_table(folder, domain)
    seen = set()

    @settings(max_examples=200, derandomize=True, database=None)
    @given(strategy(forall, readings))
    def draw(example):
        seen.add(tuple(example[name].number for name in ("one", "other")))

    draw()
    return seen


def test_rows_that_are_drawn_together_differ(tmp_path):
    assert pairs(tmp_path, "rows") == {(one, other) for one in range(6) for other in range(6) if one != other}


def test_rows_that_are_drawn_together_are_equal_where_they_must(tmp_path):
    assert pairs(tmp_path, "rows, same = rows.patient") == {(0, 2), (2, 0), (1, 4), (4, 1)}


def test_rows_are_those_for_which_the_condition_holds(tmp_path):
    assert pairs(tmp_path, "rows, where = rows.age > 35") == {(2, 3), (3, 2)}
    assert pairs(tmp_path, "rows, same = rows.patient, where = rows.age > 25") == {(0, 2), (2, 0)}


@pytest.mark.parametrize(
    ("domain", "why"),
    [
        ("rows, where = rows.age > 90", "it was never tried: `rows` has no rows for which `where` holds"),
        ("rows, where = rows.age > 45", "it was never tried: `rows` has 1 row for which `where` holds"),
        ("rows, same = rows.note", "it was never tried: no 2 rows of `rows` are equal in `note`"),
        (
            "rows, same = rows.patient, where = rows.age > 35",
            "it was never tried: no 2 rows of `rows` for which `where` holds are equal in `patient`",
        ),
    ],
)
def test_what_cannot_be_drawn_is_told(tmp_path, domain, why):
    with pytest.raises(Unavailable) as told:
        pairs(tmp_path, domain)
    assert str(told.value) == why
