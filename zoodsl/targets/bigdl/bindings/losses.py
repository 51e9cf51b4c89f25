"""Losses as BigDL's criterions, with labels counted from 0."""

from __future__ import annotations

from collections.abc import Callable

from zoodsl.catalog.operator import Arguments, Loss
from zoodsl.model.nodes import Operation
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Call, Expression, Name, Symbol, call

OBJECTIVES = "bigdl.dllib.keras.objectives"
CRITERION = "bigdl.dllib.nn.criterion"
LAYER = "bigdl.dllib.nn.layer"


def _objective(name: str, **keywords: Expression) -> Call:
    return call(
        Symbol(OBJECTIVES, name), **{key: value for key, value in keywords.items() if value is not None}
    )


BALANCED = {"SparseCategoricalCrossentropy": "balance_classes", "BinaryCrossentropy": "balance_answers"}
"""The helper that balances the weights of a loss by the training rows."""


def balance(loss: Operation[Loss]) -> str | None:
    """The helper that balances the weights of ``loss``; None where they are given, or it has none."""
    return BALANCED[loss.operator.name] if loss.arguments.get("weights") == "balanced" else None


def _weights(a: Arguments) -> Expression:
    """Weights as the array that BigDL wants, None for none; balanced ones are the criterion's argument."""
    if a["weights"] is None:
        return None
    if a["weights"] == "balanced":
        return Name("weights")
    return call(Symbol("numpy", "array"), tuple(float(weight) for weight in a["weights"]))


def _after(layer: str, criterion: Call) -> Call:
    """The criterion behind a layer that turns logits into what it takes; predictions stay logits."""
    return call(Symbol(CRITERION, "TransformerCriterion"), criterion, call(Symbol(LAYER, layer)))


def _sparse_categorical(a: Arguments, _: int) -> Call:
    # zero_based_label: BigDL's own ClassNLLCriterion counts classes from 1.
    criterion = _objective(
        "SparseCategoricalCrossEntropy",
        log_prob_as_input=True if a["from_logits"] else None,
        zero_based_label=True,
        **_class_weights(a),
    )
    return _after("LogSoftMax", criterion) if a["from_logits"] else criterion


def _class_weights(a: Arguments) -> dict[str, Expression]:
    """The weights of classes, of which the mean over rows follows.

    BigDL's own mean divides by the weights of the rows that a core has: of one row alone, by its own weight.
    """
    if a["weights"] is None:
        return {}
    shared = call(helper("shared_weights"), _weights(a), Name("TRAINING.batch"))
    return {"weights": shared, "size_average": False}


def _categorical(a: Arguments, _: int) -> Call:
    # BigDL's CategoricalCrossEntropy counts the largest entry of a label alone. The divergence differs from the
    # cross-entropy by the label's own entropy, which is 0 for zeros and ones.
    criterion = _objective("KullbackLeiblerDivergence")
    return _after("SoftMax", criterion) if a["from_logits"] else criterion


def _binary(a: Arguments, _: int) -> Call:
    if a["weights"] == "balanced":
        logits = {"from_logits": True} if a["from_logits"] else {}
        return call(helper("balanced_binary_cross_entropy"), Name("weights"), **logits)
    criterion = _objective("BinaryCrossEntropy", weights=_weights(a))
    return _after("Sigmoid", criterion) if a["from_logits"] else criterion


def _cosine(_a: Arguments, outputs: int) -> Call:
    return call(helper("cosine_criterion"), outputs)


def _focal(a: Arguments, outputs: int) -> Call:
    given = {name: a[name] for name in ("gamma", "alpha") if a[name] is not None}
    return call(helper("focal_criterion"), outputs, **given)


def _huber(a: Arguments, outputs: int) -> Call:
    # BigDL's own bends at 1 alone.
    if a["delta"] == 1:
        return call(Symbol(CRITERION, "SmoothL1Criterion"))
    return call(helper("huber_criterion"), outputs, float(a["delta"]))


LOSSES: dict[str, Callable[[Arguments, int], Call]] = {
    "SparseCategoricalCrossentropy": _sparse_categorical,
    "CategoricalCrossentropy": _categorical,
    "BinaryCrossentropy": _binary,
    "BinaryFocalCrossentropy": _focal,
    "MeanSquaredError": lambda _a, _: _objective("MeanSquaredError"),
    "MeanAbsoluteError": lambda _a, _: _objective("MeanAbsoluteError"),
    "MeanAbsolutePercentageError": lambda _a, _: _objective("MeanAbsolutePercentageError"),
    "MeanSquaredLogarithmicError": lambda _a, _: _objective("MeanSquaredLogarithmicError"),
    "Huber": _huber,
    "LogCosh": lambda _a, outputs: call(helper("log_cosh_criterion"), outputs),
    "Hinge": lambda _a, _: _objective("Hinge"),
    # BigDL's default adds up where Keras takes the mean.
    "SquaredHinge": lambda _a, _: _objective("SquaredHinge", size_average=True),
    "KLDivergence": lambda _a, _: _objective("KullbackLeiblerDivergence"),
    "Poisson": lambda _a, _: _objective("Poisson"),
    "CosineSimilarity": _cosine,
}
"""By the catalog's name, with the number of the network's outputs."""
