"""Losses. Names and meaning are Keras 3's; those that BigDL DLlib can train with.

Every loss is the mean over the batch of one number a record.
"""

from __future__ import annotations

from collections.abc import Sequence

from zoodsl.catalog.operator import Arguments, Loss, Mismatch, Parameter, Target
from zoodsl.catalog.values import Boolean, Choice, ListOf, OneOf, Real

_FROM_LOGITS = Parameter(
    "from_logits",
    Boolean(),
    default=False,
    doc="whether the network gives scores before the last activation; it must then end linear",
    keyword_only=True,
)

_WEIGHTS = OneOf((ListOf(Real(minimum=0.0)), Choice(("balanced",))))
"""``balanced`` weights follow from the training rows: rows / (kinds * rows of the kind), scikit-learn's definition."""

SIGNED = frozenset({"Hinge", "SquaredHinge"})
"""Losses whose outputs are signs: from -1 for no to 1 for yes, with the threshold 0."""

_MEASURES = (Target.NUMBER, Target.VECTOR)
_SIGNS = (Target.CLASS, Target.MULTI_HOT)


def last_activations(loss: Loss, arguments: Arguments) -> tuple[str, ...]:
    """The last activations that ``loss`` is right for when called with ``arguments``; empty: any."""
    return ("linear",) if arguments.get("from_logits") else loss.activations


def needed_outputs(loss: Loss, target: Target, size: int | None) -> int | Mismatch | None:
    """How many numbers a network must give for a target of ``size`` classes or entries; None where unknown.

    A class index with a loss that looks at each output by itself (BinaryCrossentropy, Hinge) is one output,
    the second class's, and so has exactly two classes.
    """
    if loss.outputs == "one":
        return 1
    if loss.outputs == "classes" or target is not Target.CLASS:
        return size
    if size is not None and size != 2:
        return Mismatch(
            f"`{loss.name}` tells two classes apart, but the label has {size}",
            "use `SparseCategoricalCrossentropy()` with one softmax output a class",
        )
    return 1


def balanced_weights(counts: Sequence[int]) -> tuple[float, ...]:
    """The weights that are ``balanced`` for kinds of which there are so many rows; 1 for a kind that there is not.

    >>> balanced_weights([90, 10]), balanced_weights([8, 0])
    ((0.5555555555555556, 5.0), (1.0, 1.0))
    """
    kinds = sum(count > 0 for count in counts)
    return tuple(sum(counts) / (kinds * count) if count else 1.0 for count in counts)


OPERATORS = (
    Loss(
        name="SparseCategoricalCrossentropy",
        doc="Minus the logarithm of the probability given to the right class, which the label names by its "
        "index.",
        source="Keras 3 losses.SparseCategoricalCrossentropy",
        parameters=(
            _FROM_LOGITS,
            Parameter(
                "weights",
                _WEIGHTS,
                default=None,
                doc="one weight a class, by which the cross-entropy of its rows counts. "
                "`balanced`: training rows / (classes * rows of the class), so that all classes count alike",
                keyword_only=True,
            ),
        ),
        old_names=("SparseCategoricalCrossEntropy", "sparse_categorical_crossentropy"),
        targets=(Target.CLASS,),
        activations=("softmax",),
        outputs="classes",
    ),
    Loss(
        name="CategoricalCrossentropy",
        doc="Minus the sum over classes of the wanted share times the logarithm of the probability given.",
        source="Keras 3 losses.CategoricalCrossentropy",
        parameters=(_FROM_LOGITS,),
        old_names=("CategoricalCrossEntropy", "categorical_crossentropy"),
        targets=(Target.VECTOR, Target.MULTI_HOT),
        activations=("softmax",),
        outputs="labels",
    ),
    Loss(
        name="BinaryCrossentropy",
        doc="Cross-entropy of each output as a yes or no of its own, averaged over the outputs.",
        source="Keras 3 losses.BinaryCrossentropy",
        parameters=(
            _FROM_LOGITS,
            Parameter(
                "weights",
                _WEIGHTS,
                default=None,
                doc="one factor an output, by which its cross-entropy counts. `balanced`: of each output, training "
                "rows / (2 * rows of the answer) for yes and for no, so that both answers, and all outputs, count "
                "alike",
                keyword_only=True,
            ),
        ),
        old_names=("BinaryCrossEntropy", "binary_crossentropy", "BCECriterion", "BCE"),
        targets=_SIGNS,
        activations=("sigmoid",),
        outputs="labels",
    ),
    Loss(
        name="BinaryFocalCrossentropy",
        doc="Cross-entropy of each output as a yes or no of its own, times (1 - the probability of the right answer) to "
        "the power `gamma`: what is easy counts little. Averaged over the outputs.",
        source="Keras 3 losses.BinaryFocalCrossentropy; Lin et al. 2017",
        parameters=(
            Parameter(
                "gamma",
                Real(minimum=0.0),
                default=2.0,
                doc="how little easy rows count; 0 is BinaryCrossentropy",
            ),
            Parameter(
                "alpha",
                Real(minimum=0.0, maximum=1.0),
                default=None,
                doc="the weight of a yes, that of a no being 1 - alpha; left out, both weigh 1. In Keras 3: "
                "`apply_class_balancing`",
                keyword_only=True,
            ),
        ),
        old_names=("BinaryFocalCrossEntropy", "FocalLoss", "binary_focal_crossentropy"),
        targets=_SIGNS,
        activations=("sigmoid",),
        outputs="labels",
    ),
    Loss(
        name="MeanSquaredError",
        doc="The mean of the squared differences.",
        source="Keras 3 losses.MeanSquaredError",
        old_names=("MSE", "mse", "MSECriterion", "mean_squared_error"),
        targets=_MEASURES,
        outputs="labels",
    ),
    Loss(
        name="MeanAbsoluteError",
        doc="The mean of the absolute differences.",
        source="Keras 3 losses.MeanAbsoluteError",
        old_names=("MAE", "mae", "AbsCriterion", "mean_absolute_error"),
        targets=_MEASURES,
        outputs="labels",
    ),
    Loss(
        name="MeanAbsolutePercentageError",
        doc="A hundred times the mean of the absolute differences as parts of the true value's size (at "
        "least 1e-7).",
        source="Keras 3 losses.MeanAbsolutePercentageError",
        old_names=("MAPE", "mape", "MeanAbsolutePercentageCriterion"),
        targets=_MEASURES,
        outputs="labels",
    ),
    Loss(
        name="MeanSquaredLogarithmicError",
        doc="The mean of the squared differences of log(1 + value), values below 1e-7 taken as 1e-7.",
        source="Keras 3 losses.MeanSquaredLogarithmicError",
        old_names=("MSLE", "msle", "MeanSquaredLogarithmicCriterion"),
        targets=_MEASURES,
        outputs="labels",
    ),
    Loss(
        name="Huber",
        doc="Half the squared difference where the difference is below `delta`, else `delta` times what it is more than "
        "half of `delta`.",
        source="Keras 3 losses.Huber",
        parameters=(
            Parameter(
                "delta",
                Real(minimum=0.0, minimum_open=True),
                default=1.0,
                doc="from where on a difference counts by its size, no longer by its square",
            ),
        ),
        old_names=("SmoothL1Criterion", "SmoothL1", "huber"),
        targets=_MEASURES,
        outputs="labels",
    ),
    Loss(
        name="LogCosh",
        doc="The mean of the logarithm of the hyperbolic cosine of the differences: near half the square where they are "
        "small, near their size less log 2 where they are large.",
        source="Keras 3 losses.LogCosh",
        old_names=("logcosh", "log_cosh"),
        targets=_MEASURES,
        outputs="labels",
    ),
    Loss(
        name="Hinge",
        doc="The mean of max(0, 1 - sign * score), the sign +1 for yes and -1 for no.",
        source="Keras 3 losses.Hinge",
        old_names=("MarginCriterion", "hinge"),
        targets=_SIGNS,
        activations=("tanh", "linear"),
        outputs="labels",
    ),
    Loss(
        name="SquaredHinge",
        doc="The mean of max(0, 1 - sign * score) squared, the sign +1 for yes and -1 for no.",
        source="Keras 3 losses.SquaredHinge",
        old_names=("squared_hinge",),
        targets=_SIGNS,
        activations=("tanh", "linear"),
        outputs="labels",
    ),
    Loss(
        name="KLDivergence",
        doc="The sum over entries of wanted * log(wanted / given), both held within 1e-7..1.",
        source="Keras 3 losses.KLDivergence",
        old_names=("KullbackLeiblerDivergence", "KullbackLeiblerDivergenceCriterion", "kld"),
        targets=(Target.VECTOR,),
        activations=("softmax",),
        outputs="labels",
    ),
    Loss(
        name="Poisson",
        doc="The mean of given - wanted * log(given + 1e-7), for counts.",
        source="Keras 3 losses.Poisson",
        old_names=("PoissonCriterion", "poisson"),
        targets=_MEASURES,
        activations=("relu", "softplus", "exponential", "sigmoid"),
        outputs="labels",
    ),
    Loss(
        name="CosineSimilarity",
        doc="Minus the cosine of the angle between the wanted and the given vector: -1 where they point "
        "alike.",
        source="Keras 3 losses.CosineSimilarity; BigDL's CosineProximity is this divided by the number of "
        "entries",
        old_names=("CosineProximity", "cosine_similarity", "cosine_proximity"),
        targets=(Target.VECTOR,),
        outputs="labels",
    ),
)
"""Every loss of the language."""
