"""Balanced weights: what makes rare and frequent classes, or answers, count alike in the loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from bigdl.dllib.keras import autograd
from bigdl.dllib.keras.autograd import Constant, CustomLoss, Variable
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.features import Teller
from zoodsl.targets.bigdl.library.labels import class_names
from zoodsl.targets.bigdl.library.losses import LEAST
from zoodsl.targets.bigdl.library.recipe import Recipe


def balance_classes(recipe: Recipe, rows: DataFrame, tell: Teller) -> Recipe:
    """``recipe`` with a weight for each class, by the training ``rows``, whose class is the column ``_label``.

    The weights are told, and which classes no row has.
    """
    found = {int(row[0]): row[1] for row in rows.groupBy("_label").count().collect()}
    names = class_names(recipe.label)
    counts = np.array([found.get(index, 0) for index in range(len(names))])
    weights = balanced_weights(counts)
    told = [
        {"label": name, "rows": int(count), "weight": float(weight)}
        for name, count, weight in zip(names, counts, weights, strict=True)
    ]
    return _weighed(recipe, weights, told, tell)


def balance_answers(recipe: Recipe, rows: DataFrame, tell: Teller) -> Recipe:
    """``recipe`` with weights for no and yes of each output, by the training ``rows``, whose labels are ``_label``.

    The weights are told, and which labels no row has.
    """
    label = F.col("_label")
    values = [label[place] for place in range(recipe.label.size)] if recipe.label.size > 1 else [label]
    counted = rows.agg(F.count("*"), *(F.sum(value) for value in values)).collect()[0]
    counts = np.array([(counted[0] - int(yes), int(yes)) for yes in counted[1:]])
    weights = balanced_weights(counts)
    told = [
        {"label": name, "rows": int(yes), "no": float(weight[0]), "yes": float(weight[1])}
        for name, (_, yes), weight in zip(
            class_names(recipe.label)[-len(counts) :], counts, weights, strict=True
        )
    ]
    return _weighed(recipe, weights, told, tell)


def _weighed(recipe: Recipe, weights: Array, told: list[dict[str, Any]], tell: Teller) -> Recipe:
    tell("balanced", weights=told, missing=[row["label"] for row in told if not row["rows"]])
    loss: Callable[..., float] = recipe.training.loss
    training = replace(recipe.training, loss=partial(loss, weights=weights))
    return replace(recipe, criterion=partial(recipe.criterion, weights), training=training)


def balanced_weights(counts: Array) -> Array:
    """Rows / (kinds * rows of the kind), for kinds along the last axis; 1 for a kind that no row has.

    The kinds that there are weigh the same in sum, and the mean weight of a row is 1: scikit-learn's "balanced".
    """
    there = counts > 0
    rows, kinds = counts.sum(axis=-1, keepdims=True), there.sum(axis=-1, keepdims=True)
    weights: Array = np.where(there, rows / np.maximum(kinds * counts, 1), 1.0)
    return weights


def balanced_binary_cross_entropy(weights: Array, *, from_logits: bool = False) -> CustomLoss:
    """BigDL's criterion of binary cross-entropy in which the answers of each output have weights of their own.

    BigDL's BCECriterion weighs whole outputs alone. ``weights`` are outputs x 2, for no and for yes. The mean keeps its
    axis, since BigDL's mean over a batch of one row fails without it.
    """
    no, yes = (weights[:, answer].reshape(1, -1) for answer in (0, 1))

    def entropy(wanted: Any, given: Any) -> Any:
        if from_logits:
            lost, gained = autograd.softplus(-given), autograd.softplus(given)
        else:
            held = autograd.clip(given, LEAST, 1 - LEAST)
            lost, gained = -autograd.log(held), -autograd.log(1.0 - held)
        weighed: Variable = wanted * lost * Constant(yes) + (1.0 - wanted) * gained * Constant(no)
        return autograd.mean(weighed, axis=1, keepDims=True)

    return CustomLoss(entropy, [len(weights)])
