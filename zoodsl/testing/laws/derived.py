"""Laws that hold of every spec without being asked for: of its preprocessing, its network, its data and its training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from zoodsl.model.nodes import Network, PreprocessStep
from zoodsl.model.series import window_of
from zoodsl.model.spec import Spec
from zoodsl.plan.cost import layer_costs
from zoodsl.targets.arrays import Array
from zoodsl.targets.numpy.interpreter import activations
from zoodsl.testing.laws.data import data_laws
from zoodsl.testing.laws.law import Example, Law
from zoodsl.testing.laws.training import training_laws
from zoodsl.testing.laws.values import SEED
from zoodsl.testing.subjects.feature_values import feature_values
from zoodsl.testing.subjects.interpreted import Interpreted, fed, quiet_numbers
from zoodsl.testing.subjects.readings import Readings
from zoodsl.testing.subjects.subject import Subject
from zoodsl.types import ImageType, TensorType, ValueType, show

MOST_WORK = 4_000_000_000
"""Floating-point operations that a law may cost: NumPy does so many in a few seconds."""

MOST_PIXELS = 40_000_000
"""Pixels that a law of preprocessing may take through all steps, for the same reason."""

FEWEST = 3
"""So many examples are tried at least."""

SLACK = 1e-4
"""How far numbers may be past what was inferred, or apart, as parts of their size: float32 rounds."""

LARGEST_SEED = 999


def derived_laws(subject: Subject) -> tuple[Law, ...]:
    """The laws of a spec that nobody has to state. What it does not have, such as training, yields none."""
    spec = subject.spec
    readings = subject.readings if isinstance(subject, Interpreted) else Readings(spec)
    values = feature_values(spec, readings)
    return (
        *_preprocessing(subject, values),
        *_network(subject, values),
        *data_laws(subject, readings),
        *training_laws(subject, readings),
    )


# --- preprocessing


def _preprocessing(subject: Subject, values: st.SearchStrategy[Any]) -> Iterator[Law]:
    chain, name = subject.spec.preprocess, called(subject.spec)
    examples, most = st.fixed_dictionaries({name: values}), _most_pixels(subject.spec)
    whole = [step for step in chain.steps if not step.training_only]

    def law(says: str, holds: Any, drawn: st.SearchStrategy[Example] = examples) -> Law:
        return Law(name=says, span=chain.span, stated=False, examples=drawn, holds=holds, most=most)

    yield law(
        f"preprocessing gives {_in_words(chain.output)}",
        lambda example: misfit(subject.preprocess(example[name]), chain.output),
    )
    if whole:
        yield law(
            "preprocessing gives the same each time",
            lambda example: difference(*(subject.preprocess(example[name], seed) for seed in (0, 1))),
        )
    if len(whole) < len(chain.steps) and isinstance(subject, Interpreted):
        # Of another engine, the law that it agrees with the reference says more.
        plain = Interpreted(_without_training_steps(subject.spec))
        yield law(
            "steps of `training` do not touch prediction",
            lambda example: difference(subject.preprocess(example[name]), plain.preprocess(example[name])),
        )
    if any(_draws(step) for step in chain.steps):
        seeds = st.integers(0, LARGEST_SEED)
        yield law(
            "augmentation keeps shape and range",
            lambda example: misfit(subject.training(example[name], example[SEED]), chain.output),
            st.fixed_dictionaries({name: values, SEED: seeds}),
        )


def _without_training_steps(spec: Spec) -> Spec:
    kept = tuple(step for step in spec.preprocess.steps if not step.training_only)
    return replace(spec, preprocess=replace(spec.preprocess, steps=kept))


def _draws(step: PreprocessStep) -> bool:
    return step.training_only or step.operation.operator.random or step.probability < 1


def _most_pixels(spec: Spec) -> int | None:
    """How many examples a law of images tries at most, by the largest image on their way."""
    sizes = [
        size
        for image in (spec.preprocess.input, *(step.output for step in spec.preprocess.steps))
        if isinstance(image, ImageType)
        for size in ([(image.height, image.width)] if image.height and image.width else image.sizes)
    ]
    if not sizes:
        return None
    pixels = max(height * width for height, width in sizes) * (1 + len(spec.preprocess.steps))
    return max(FEWEST, MOST_PIXELS // pixels)


# --- the network


def _network(subject: Subject, values: st.SearchStrategy[Any]) -> Iterator[Law]:
    network = subject.spec.network
    if network is None:
        return
    each = max(1, sum(layer.flops for layer in layer_costs(network)))
    began = "pretrained" if network.bases else "untrained"
    one = called(subject.spec)
    together = f"{one}s"

    yield Law(
        name=f"the {began} network gives numbers: no NaN, no infinity",
        span=network.span,
        stated=False,
        examples=st.fixed_dictionaries({one: values}),
        holds=lambda example: _overflow(subject, network, example[one]),
        most=max(FEWEST, MOST_WORK // each),
    )
    several = st.lists(values, min_size=2, max_size=3)
    yield Law(
        name="a prediction does not depend on the batch that it is in",
        span=network.span,
        stated=False,
        examples=st.fixed_dictionaries({together: several}),
        holds=lambda example: _dependence(subject, network, example[together]),
        most=max(FEWEST, MOST_WORK // (8 * each)),
    )


def _overflow(subject: Subject, network: Network, value: Any) -> str | None:
    """What is no number on the way of a value to the network's output; None where all are."""
    made = subject.preprocess(value)
    if not np.isfinite(made).all():
        return None  # the law of preprocessing tells
    inputs = fed(network, [made])
    given = subject.predict(inputs)
    if np.isfinite(given).all():
        return None
    if isinstance(subject, Interpreted):
        with quiet_numbers():
            found = activations(network, subject.weights, inputs)
        for node in network.layers:
            if not np.isfinite(found[node.name]).all():
                before = max(float(np.abs(found[name]).max(initial=0)) for name in node.inputs)
                return f"`{node.name}` gives {_first_wrong(found[node.name])}, of numbers up to {before:.4g}"
    return f"it gives {_first_wrong(given)}"


def _dependence(subject: Subject, network: Network, values: Sequence[Any]) -> str | None:
    """How predictions of some values differ alone, together, and in another order; None where they do not."""
    made = [subject.preprocess(value) for value in values]
    together = subject.predict(fed(network, made))
    turned = subject.predict(fed(network, made[::-1]))[::-1]
    for row, one in enumerate(made):
        alone = subject.predict(fed(network, [one]))[0]
        if difference(alone, together[row]):
            return (
                f"number {row + 1} alone gives {_some(alone)}, and among {len(made)} {_some(together[row])}"
            )
        if difference(turned[row], together[row]):
            return (
                f"number {row + 1} gives {_some(together[row])}, and in the other order {_some(turned[row])}"
            )
    return None


# --- words and numbers


def misfit(made: Array, inferred: ValueType) -> str | None:
    """How an array is not of the type that was inferred, as a clause; None where it is."""
    if isinstance(inferred, TensorType):
        if made.shape != inferred.shape:
            return f"its shape is {show(made.shape)}"
    elif inferred.height is not None and made.shape[1:] != (inferred.height, inferred.width):
        return f"its size is {show(made.shape[1:])}"
    if made.dtype != np.float32:
        return f"its numbers are {made.dtype}"
    if not np.isfinite(made).all():
        return f"one of its numbers is {_first_wrong(made)}"
    least, largest = float(made.min()), float(made.max())
    if least < inferred.low - _slack(inferred.low):
        return f"its least value is {least:.6g}"
    if largest > inferred.high + _slack(inferred.high):
        return f"its largest value is {largest:.6g}"
    return None


def difference(one: Array, other: Array) -> str | None:
    """How two arrays differ by more than rounding, as a clause; None where they do not."""
    if one.shape != other.shape:
        return f"once its shape is {show(one.shape)}, and once {show(other.shape)}"
    slack = SLACK * max(1.0, float(np.abs(np.nan_to_num(other)).max(initial=0)))
    if np.allclose(one, other, rtol=0, atol=slack, equal_nan=True):
        return None
    place = int(np.argmax(np.abs(np.nan_to_num(one - other))))
    return f"once it gives {one.flat[place]:.6g}, and once {other.flat[place]:.6g} in the same place"


def _slack(bound: float) -> float:
    return SLACK * max(1.0, abs(bound)) if np.isfinite(bound) else 0.0


def _first_wrong(made: Array) -> str:
    wrong = made[~np.isfinite(made)].flat[0]
    return "NaN, which is no number" if np.isnan(wrong) else f"{'-' * bool(wrong < 0)}infinity"


def _some(numbers: Array) -> str:
    shown = [f"{each:.4g}" for each in numbers.ravel()[:3]]
    return ", ".join(shown) + (", ..." if numbers.size > len(shown) else "")


def _in_words(kind: ValueType) -> str:
    """What is inferred, as a law's name has it: ``1x28x28 numbers from -0.81 to 1.85``."""
    if isinstance(kind, ImageType):
        what = f"{kind.channels}x{kind.height}x{kind.width} numbers" if kind.height else "images"
    else:
        what = f"{show(kind.shape)} numbers"
    if not np.isfinite([kind.low, kind.high]).all():
        return f"{what}, no NaN, no infinity"
    return f"{what} from {kind.low:.4g} to {kind.high:.4g}"


def called(spec: Spec) -> str:
    """What an example of the feature is called."""
    if isinstance(spec.preprocess.input, ImageType):
        return "image"
    if window_of(spec.preprocess) is not None:
        return "window"
    codecs = [codec.operator.gives is not None for codec in spec.data.feature.codecs.values()]
    return "text" if any(codecs) else "row"
