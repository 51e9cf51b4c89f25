"""Baselines: simple answers that are judged beside the network's, on the same rows and by the same metrics."""

from __future__ import annotations

from zoodsl.catalog.operator import Baseline, Parameter, Target
from zoodsl.catalog.values import Integer, Real

OPERATORS = (
    Baseline(
        name="Persistence",
        doc="The last known value: what is predicted of a series is its label at the last row of the window.",
        source="Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2 (naive method)",
        targets=(Target.NUMBER,),
    ),
    Baseline(
        name="ALS",
        doc="A matrix of ratings as the product of two of low rank, found by alternating least squares on the rows that "
        "train: the first feature column says whose rating it is, the second of what. Ratings are held within the scale of "
        "the label; where one of the two did not train, it is the mean of those that did.",
        source="Spark MLlib, pyspark.ml.recommendation.ALS; Koren, Bell and Volinsky, Matrix Factorization Techniques, 2009",
        parameters=(
            Parameter("rank", Integer(minimum=1), default=10, doc="how many factors a user and an item have"),
            Parameter(
                "regularization",
                Real(minimum=0.0),
                default=0.1,
                doc="how much large factors cost, times the number of ratings that each is found from",
                old_names=("regParam", "reg_param", "lambda_"),
                keyword_only=True,
            ),
            Parameter(
                "iterations",
                Integer(minimum=1),
                default=10,
                doc="how often both matrices are found anew",
                old_names=("maxIter", "max_iter"),
                keyword_only=True,
            ),
            Parameter(
                "seed",
                Integer(minimum=0),
                default=42,
                doc="what the first factors are drawn by",
                keyword_only=True,
            ),
        ),
        targets=(Target.NUMBER,),
        fitted=True,
    ),
)
"""Every baseline of the language."""
