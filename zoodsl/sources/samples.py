"""The sample data sets of scikit-learn, known by heart: a look needs neither it nor NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zoodsl.catalog.operator import Arguments, ColumnType
from zoodsl.diagnostics import did_you_mean
from zoodsl.diagnostics.rules.data import UNKNOWN_SAMPLE
from zoodsl.model.nodes import Certainty, RowCount
from zoodsl.sources.findings import ColumnFacts, Look, Problem, exact_facts
from zoodsl.types import DType, ImageType


@dataclass(frozen=True, slots=True)
class _Sample:
    """``counts`` says how many rows each value of the last column, the label, has; empty for measures."""

    columns: tuple[ColumnType, ...]
    rows: int
    label: ColumnFacts


def _table(names: tuple[str, ...], target: DType, rows: int, label: ColumnFacts) -> _Sample:
    features = tuple(ColumnType(name, DType.FLOAT64) for name in names)
    return _Sample((*features, ColumnType("target", target)), rows, label)


def _classes(*counts: int) -> ColumnFacts:
    classes: Mapping[str | int | float, int] = dict(enumerate(counts))
    return exact_facts(classes)


_CELL = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)

_SAMPLES = {
    # 8x8 pixels of 0..16 in scikit-learn; readers scale them to 0..255: floor(pixel * 255 / 16 + 1/2).
    "digits": _Sample(
        (ColumnType("image", ImageType(height=8, width=8, channels=1)), ColumnType("label", DType.INT64)),
        1797,
        _classes(178, 182, 177, 183, 181, 182, 181, 179, 174, 180),
    ),
    "iris": _table(
        ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"),
        DType.INT64,
        150,
        _classes(50, 50, 50),
    ),
    "wine": _table(
        (
            "alcohol",
            "malic_acid",
            "ash",
            "alcalinity_of_ash",
            "magnesium",
            "total_phenols",
            "flavanoids",
            "nonflavanoid_phenols",
            "proanthocyanins",
            "color_intensity",
            "hue",
            "od280/od315_of_diluted_wines",
            "proline",
        ),
        DType.INT64,
        178,
        _classes(59, 71, 48),
    ),
    "breast_cancer": _table(
        (
            *(f"mean {measure}" for measure in _CELL),
            *(f"{measure} error" for measure in _CELL),
            *(f"worst {measure}" for measure in _CELL),
        ),
        DType.INT64,
        569,
        _classes(212, 357),
    ),
    "diabetes": _table(
        ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"),
        DType.FLOAT64,
        442,
        ColumnFacts(minimum=25.0, maximum=346.0, nulls=0, counts=None),
    ),
}

SAMPLES = tuple(_SAMPLES)
"""The names that ``Sample`` takes."""


def look(arguments: Arguments) -> Look | Problem:
    """The columns and rows of a sample."""
    name: str = arguments["name"]
    sample = _SAMPLES.get(name)
    if sample is None:
        listed = ", ".join(f'`"{known}"`' for known in SAMPLES)
        return Problem(
            UNKNOWN_SAMPLE,
            f"there is no sample `{name}`",
            did_you_mean(name, SAMPLES) or f"the samples are {listed}",
            "name",
        )
    return Look(columns=sample.columns, rows=RowCount(count=sample.rows, certainty=Certainty.EXACT))


def values(arguments: Arguments, column: str) -> ColumnFacts | None:
    """The facts of a sample's label; None for its other columns, which are without gaps."""
    sample = _SAMPLES.get(arguments["name"])
    return sample.label if sample is not None and column == sample.columns[-1].name else None
