"""Laws of engines: what another one computes of a spec is what the NumPy reference computes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from hypothesis import strategies as st

from zoodsl.targets.arrays import Array
from zoodsl.testing.laws.derived import called
from zoodsl.testing.laws.law import Law
from zoodsl.testing.subjects.feature_values import feature_values
from zoodsl.testing.subjects.interpreted import Interpreted, fed
from zoodsl.testing.subjects.readings import Readings
from zoodsl.testing.subjects.subject import Subject
from zoodsl.types import ImageType, show

LEVEL = 1.01 / 255
"""A step of bytes may round to the other side: so much of an image's range, for each step."""

NEAR = 2e-3
"""How far outputs of a network may be apart, as parts of the largest: 32-bit sums in another order."""


def agreement_laws(subject: Subject) -> Iterator[Law]:
    """That an engine preprocesses and predicts as the reference does; none of the reference itself."""
    if isinstance(subject, Interpreted):
        return
    spec, one = subject.spec, called(subject.spec)
    reference = Interpreted(spec)
    examples = st.fixed_dictionaries({one: feature_values(spec, Readings(spec))})
    chain, network = spec.preprocess, spec.network
    whole = [step for step in chain.steps if not step.training_only]
    slack = (
        LEVEL * (chain.output.high - chain.output.low) * max(1, len(whole))
        if isinstance(chain.input, ImageType)
        else None
    )
    if not any(step.operation.operator.random or step.probability < 1 for step in whole):
        yield Law(
            name="preprocessing on BigDL is preprocessing in NumPy",
            span=chain.span,
            stated=False,
            examples=examples,
            holds=lambda example: apart(
                subject.preprocess(example[one]), reference.preprocess(example[one]), slack
            ),
        )
    if network is not None:
        yield Law(
            name="a prediction on BigDL is the prediction in NumPy",
            span=network.span,
            stated=False,
            examples=examples,
            holds=lambda example: apart(
                subject.predict(inputs := fed(network, [reference.preprocess(example[one])])),
                reference.predict(inputs),
                None,
            ),
        )


def apart(engine: Array, reference: Array, slack: float | None) -> str | None:
    """How what BigDL gives is further than ``slack`` from what NumPy gives, as a clause; None where it is not."""
    if engine.shape != reference.shape:
        return f"BigDL gives {show(engine.shape)} numbers, and NumPy {show(reference.shape)}"
    within = slack or NEAR * max(1.0, float(np.abs(np.nan_to_num(reference)).max(initial=0)))
    if np.allclose(engine, reference, rtol=0, atol=within, equal_nan=True):
        return None
    place = int(np.argmax(np.abs(np.nan_to_num(engine - reference))))
    return f"BigDL gives {engine.flat[place]:.6g} and NumPy {reference.flat[place]:.6g} in the same place"
