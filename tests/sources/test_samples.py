"""What is known of scikit-learn's samples is what scikit-learn has."""

from __future__ import annotations

from collections import Counter

import pytest

from zoodsl.diagnostics.rules.data import UNKNOWN_SAMPLE
from zoodsl.model.nodes import Certainty, RowCount
from zoodsl.sources.samples import SAMPLES
from zoodsl.types import DType, ImageType


@pytest.mark.parametrize("name", SAMPLES)
def test_columns_rows_and_labels_are_scikit_learns(folder, name):
    datasets = pytest.importorskip("sklearn.datasets")
    real = getattr(datasets, f"load_{name}")()
    seen = folder.look("Sample", name=name)
    assert seen.rows == RowCount(count=len(real.target), certainty=Certainty.EXACT)
    label = seen.columns[-1]
    facts = folder.values("Sample", label.name, name=name)
    assert (facts.minimum, facts.maximum) == (real.target.min(), real.target.max())
    if label.type is DType.INT64:
        assert facts.counts == Counter(real.target.tolist())
    if name == "digits":
        assert [column.name for column in seen.columns] == ["image", "label"]
        assert seen.columns[0].type == ImageType(height=8, width=8, channels=1)
        assert real.images.shape[1:] == (8, 8)
    else:
        assert [column.name for column in seen.columns[:-1]] == list(real.feature_names)
        assert {column.type for column in seen.columns[:-1]} == {DType.FLOAT64}


def test_an_unknown_sample_has_neighbours(folder):
    problem = folder.problem("Sample", name="digit")
    assert problem.code is UNKNOWN_SAMPLE
    assert problem.code.name == "ZOO407"
    assert problem.help == "did you mean `digits`?"
    assert problem.parameter == "name"


def test_a_far_off_sample_is_told_what_there_is(folder):
    help_ = folder.problem("Sample", name="xyz").help
    assert all(f'"{name}"' in help_ for name in SAMPLES)
