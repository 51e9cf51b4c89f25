"""What is computed of columns is the same in plain Python and in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from tests.targets.terms import COLUMNS, TERMS, rows
from zoodsl.catalog import functions
from zoodsl.sources.terms import OPERATIONS
from zoodsl.sources.terms import compute as in_python
from zoodsl.targets.numpy.terms import FUNCTIONS, Cells, compute
from zoodsl.targets.numpy.terms import OPERATIONS as NUMPY_OPERATIONS

KINDS = {"whole": int, "part": float}


def cells(values, kind):
    """Values of which some are None."""
    gaps = np.array([value is None for value in values])
    return Cells(np.array([kind() if value is None else value for value in values]), gaps)


def test_every_function_and_operator_is_computed():
    assert set(FUNCTIONS) == {each.name for each in functions.OPERATORS}
    assert set(NUMPY_OPERATIONS) == set(OPERATIONS)


@pytest.mark.law("column expressions on NumPy = Python")
@given(table=rows)
def test_numpy_computes_what_python_does(table):
    columns = {name: [row[name] for row in table] for name in COLUMNS}
    arrays = {name: cells(values, KINDS.get(name, str)) for name, values in columns.items()}
    for name, term in TERMS.items():
        found = compute(term, arrays, len(table))
        pairs = zip(found.values.tolist(), found.missing, strict=True)
        assert [None if missing else value for value, missing in pairs] == list(
            in_python(term, columns, len(table))
        ), name
