"""Metrics. They are computed exactly, over all rows of a part at once, never as a mean over batches.

Definitions are those of scikit-learn; names are Keras 3's where it has the metric.
"""

from __future__ import annotations

from zoodsl.catalog.operator import Arguments, LabelCodec, Metric, Parameter, Target
from zoodsl.catalog.values import Boolean, Choice, Integer, OneOf, Real

_MEASURES = (Target.NUMBER, Target.VECTOR)
_CLASSES = (Target.CLASS, Target.MULTI_HOT)
_AVERAGES = ("macro", "micro", "weighted")

_AVERAGE = Parameter(
    "average",
    Choice(_AVERAGES),
    default="macro",
    doc="how several classes or labels become one number: macro, all count alike; weighted, by their number "
    "of rows; micro, over all decisions together. A single sigmoid output has nothing to average",
    keyword_only=True,
)
_PER = Parameter(
    "per",
    Choice(("label",)),
    default=None,
    doc="`label` gives a number for each class or label beside the average",
    keyword_only=True,
)
_THRESHOLD = Parameter(
    "threshold",
    Real(minimum=0.0, maximum=1.0),
    default=0.5,
    doc="above what a sigmoid output means yes; class outputs take the largest instead",
    keyword_only=True,
)
_CHOSEN_THRESHOLD = Parameter(
    "threshold",
    OneOf((Real(minimum=0.0, maximum=1.0), Choice(("best",)))),
    default=0.5,
    doc="above what a sigmoid output means yes; class outputs take the largest instead. `best`, in `evaluate`: for "
    "each label the one with the best F1 score over the validation rows",
    keyword_only=True,
)

_SCALED = Parameter(
    "scaled",
    Boolean(),
    default=False,
    doc="of a label that is standardised, whether the error is of that, as the loss is, in place of the column's own units",
    keyword_only=True,
)

ESTIMATES = ("mode", "mean", "median")


def _estimate(best: str) -> Parameter:
    return Parameter(
        "estimate",
        Choice(ESTIMATES),
        default=None,
        doc="of a `Rating`, which number stands for the probabilities of the ratings: `mode` is the most probable rating, "
        f"`mean` the expected one, `median` the least with half the probability up to it. Without it, the {best}, which "
        "makes this error smallest",
        keyword_only=True,
    )


BEST_ESTIMATES = {
    "MeanAbsoluteError": "median",
    "MeanSquaredError": "mean",
    "RootMeanSquaredError": "mean",
}
"""Which estimate of a rating makes a metric smallest, if the probabilities are right: the one it takes by itself."""


def suits(metric: Metric, codec: LabelCodec) -> bool:
    """Whether a metric is defined for what a label codec gives: of ratings, those of classes and of numbers' distances."""
    return codec.target in metric.targets or (codec.values is not None and metric.name in BEST_ESTIMATES)


def with_estimate(metric: Metric, arguments: Arguments) -> Arguments:
    """The arguments of a metric of ratings, with the estimate that it takes by itself where none is given."""
    if metric.name not in BEST_ESTIMATES or arguments["estimate"] is not None:
        return arguments
    return {**arguments, "estimate": BEST_ESTIMATES[metric.name]}


OPERATORS = (
    Metric(
        name="Accuracy",
        doc="The share of rows whose most probable class is the right one; with one sigmoid output, yes "
        "above 0.5.",
        source="sklearn.metrics.accuracy_score",
        old_names=("Top1Accuracy", "SparseCategoricalAccuracy", "CategoricalAccuracy", "accuracy", "acc"),
        targets=(Target.CLASS,),
        better="max",
    ),
    Metric(
        name="BinaryAccuracy",
        doc="The share of right yes-or-no decisions, over all rows and labels together.",
        source="Keras 3 metrics.BinaryAccuracy",
        parameters=(_THRESHOLD,),
        old_names=("binary_accuracy",),
        targets=_CLASSES,
        better="max",
    ),
    Metric(
        name="BalancedAccuracy",
        doc="The mean over classes of the share of their rows that are told to be of them, so that rare classes count "
        "as much as frequent ones. A class that no row has is left out.",
        source="sklearn.metrics.balanced_accuracy_score",
        old_names=("balanced_accuracy", "balanced_accuracy_score"),
        targets=(Target.CLASS,),
        better="max",
    ),
    Metric(
        name="CohenKappa",
        doc="How much of the agreement that chance does not explain there is: 1 is perfect, 0 is chance's. With "
        "`weights`, classes are steps of a scale, and a miss counts by its distance or the square of that. 1 where all "
        "rows are of one class and told to be.",
        source="sklearn.metrics.cohen_kappa_score",
        parameters=(
            Parameter(
                "weights",
                Choice(("linear", "quadratic")),
                default=None,
                doc="by what a miss counts where classes are steps of a scale; without it, each alike",
                keyword_only=True,
            ),
        ),
        old_names=("cohen_kappa", "cohen_kappa_score", "kappa"),
        targets=(Target.CLASS,),
        better="max",
    ),
    Metric(
        name="MatthewsCorrelation",
        doc="The correlation of the classes that rows are of and those that they are told to be of: 1 is perfect, 0 is "
        "chance's, and 0 where either are all the same.",
        source="sklearn.metrics.matthews_corrcoef",
        old_names=("MCC", "mcc", "matthews_corrcoef"),
        targets=(Target.CLASS,),
        better="max",
    ),
    Metric(
        name="TopKAccuracy",
        doc="The share of rows whose right class is among the k most probable ones.",
        source="sklearn.metrics.top_k_accuracy_score",
        parameters=(Parameter("k", Integer(minimum=1), default=5, doc="how many guesses a row has"),),
        old_names=("Top5Accuracy", "TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy"),
        targets=(Target.CLASS,),
        better="max",
    ),
    Metric(
        name="AUC",
        doc="The area under the ROC curve, exact and macro-averaged over labels (classes: each against the "
        "rest). A label of which the rows hold only one kind has no area and is left out of the average.",
        source="sklearn.metrics.roc_auc_score",
        targets=_CLASSES,
        better="max",
    ),
    Metric(
        name="RocAuc",
        doc="The area under the ROC curve, exact; averaged over labels, or one number for each label. A "
        "label of which the rows hold only one kind has no area and is left out of the average.",
        source="sklearn.metrics.roc_auc_score",
        parameters=(_AVERAGE, _PER),
        old_names=("ROCAUC", "roc_auc", "roc_auc_score"),
        targets=_CLASSES,
        better="max",
    ),
    Metric(
        name="AveragePrecision",
        doc="The area under the curve of precision over recall, as the sum of each gain in recall times the "
        "precision there; averaged over labels, or one number for each. It stays low where yes is rare and hard to "
        "find, as the area under the ROC curve does not. A label that no row has is left out of the average.",
        source="sklearn.metrics.average_precision_score",
        parameters=(_AVERAGE, _PER),
        old_names=("PrAuc", "PRAUC", "PRAuc", "average_precision", "average_precision_score"),
        targets=_CLASSES,
        better="max",
    ),
    Metric(
        name="Precision",
        doc="The share of rows that are right among those told to be of a class; 0 where none is told to be.",
        source="sklearn.metrics.precision_score",
        parameters=(_AVERAGE, _PER, _CHOSEN_THRESHOLD),
        targets=_CLASSES,
        better="max",
    ),
    Metric(
        name="Recall",
        doc="The share of rows told to be of a class among those that are; 0 where none is.",
        source="sklearn.metrics.recall_score",
        parameters=(_AVERAGE, _PER, _CHOSEN_THRESHOLD),
        targets=_CLASSES,
        better="max",
    ),
    Metric(
        name="F1Score",
        doc="The harmonic mean of precision and recall; 0 where both are.",
        source="sklearn.metrics.f1_score",
        parameters=(_AVERAGE, _PER, _CHOSEN_THRESHOLD),
        old_names=("F1", "f1", "f1_score", "FScore"),
        targets=_CLASSES,
        better="max",
    ),
    Metric(
        name="FBetaScore",
        doc="The harmonic mean of precision and recall, of which recall counts `beta` times as much; 0 where both are.",
        source="sklearn.metrics.fbeta_score",
        parameters=(
            Parameter(
                "beta",
                Real(minimum=0.0, minimum_open=True),
                default=1.0,
                doc="how many times as much as precision recall counts",
            ),
            _AVERAGE,
            _PER,
            _CHOSEN_THRESHOLD,
        ),
        old_names=("FBeta", "fbeta_score"),
        targets=_CLASSES,
        better="max",
    ),
    Metric(
        name="MeanAbsoluteError",
        doc="The mean of the absolute differences.",
        source="sklearn.metrics.mean_absolute_error",
        parameters=(_estimate("median"), _SCALED),
        old_names=("MAE", "mae", "mean_absolute_error"),
        targets=_MEASURES,
        better="min",
    ),
    Metric(
        name="MeanSquaredError",
        doc="The mean of the squared differences.",
        source="sklearn.metrics.mean_squared_error",
        parameters=(_estimate("mean"), _SCALED),
        old_names=("MSE", "mse", "mean_squared_error"),
        targets=_MEASURES,
        better="min",
    ),
    Metric(
        name="RootMeanSquaredError",
        doc="The square root of the mean of the squared differences.",
        source="Keras 3 metrics.RootMeanSquaredError",
        parameters=(_estimate("mean"), _SCALED),
        old_names=("RMSE", "rmse"),
        targets=_MEASURES,
        better="min",
    ),
    Metric(
        name="MeanAbsolutePercentageError",
        doc="A hundred times the mean of the absolute differences as parts of the true value's size (at "
        "least 1e-7).",
        source="Keras 3 metrics.MeanAbsolutePercentageError",
        old_names=("MAPE", "mape"),
        targets=_MEASURES,
        better="min",
    ),
    Metric(
        name="MeanSquaredLogarithmicError",
        doc="The mean of the squared differences of log(1 + value), values below 1e-7 taken as 1e-7.",
        source="Keras 3 metrics.MeanSquaredLogarithmicError",
        old_names=("MSLE", "msle", "mean_squared_log_error"),
        targets=_MEASURES,
        better="min",
    ),
    Metric(
        name="R2Score",
        doc="The share of the true values' variance that is explained: 1 is perfect, 0 is no better than "
        "their mean.",
        source="sklearn.metrics.r2_score",
        old_names=("R2", "r2", "r2_score"),
        targets=_MEASURES,
        better="max",
    ),
)
"""Every metric of the language."""
