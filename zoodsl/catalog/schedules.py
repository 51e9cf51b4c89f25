"""Learning-rate schedules: Analytics Zoo's, each with its closed form.

A segment counts iterations from its own start and begins at the rate that the one before it reached, which
is that segment's rate at ``step == length``. BigDL's own Poly counts from the start of training instead, so
that a target must not put it behind another schedule as it is.
"""

from __future__ import annotations

import math

from zoodsl.catalog.operator import Arguments, Parameter, Schedule
from zoodsl.catalog.values import Boolean, Duration, Integer, ListOf, Monitor, Real
from zoodsl.types import Quantity, Unit

_LENGTH = Duration((Unit.EPOCH, Unit.ITERATION))
_FACTOR = Real(minimum=0.0, maximum=1.0, minimum_open=True)


def iterations(duration: Quantity, per_epoch: int) -> int:
    """``duration`` in whole iterations, at least one; an epoch has ``per_epoch`` of them."""
    scale = per_epoch if duration.unit is Unit.EPOCH else 1
    return max(1, round(duration.value * scale))


def iterations_per_epoch(rows: int | None, batch: int) -> int | None:
    """The ceiling of rows by batch: an epoch ends with the iteration that has seen its last row.

    The engine fills the last batch with rows of the next round, so no row is dropped. None where ``rows`` is unknown.
    """
    return None if rows is None else math.ceil(rows / batch)


def _constant(_arguments: Arguments, start: float, _step: int, _length: int, _per_epoch: int) -> float:
    return start


def _warmup(arguments: Arguments, start: float, step: int, length: int, _per_epoch: int) -> float:
    to: float = arguments["to"]
    return to if step >= length else start + (to - start) * step / length


def _poly(arguments: Arguments, start: float, step: int, length: int, _per_epoch: int) -> float:
    return start * math.pow(max(0.0, 1.0 - step / length), arguments["power"])


def _poly_epoch_decay(arguments: Arguments, start: float, step: int, length: int, per_epoch: int) -> float:
    epochs = -(-length // per_epoch)
    return start * math.pow(max(0.0, 1.0 - (step // per_epoch) / epochs), arguments["power"])


def _exponential(arguments: Arguments, start: float, step: int, _length: int, per_epoch: int) -> float:
    periods = step / iterations(arguments["decay_steps"], per_epoch)
    return start * math.pow(
        arguments["decay_rate"], math.floor(periods) if arguments["staircase"] else periods
    )


def _step(arguments: Arguments, start: float, step: int, _length: int, per_epoch: int) -> float:
    gamma: float = arguments["gamma"]
    return start * gamma ** (step // iterations(arguments["size"], per_epoch))


def _multi_step(arguments: Arguments, start: float, step: int, _length: int, per_epoch: int) -> float:
    gamma: float = arguments["gamma"]
    passed = sum(step >= iterations(size, per_epoch) for size in arguments["sizes"])
    return start * gamma**passed


_GAMMA = Parameter("gamma", _FACTOR, default=0.1, doc="the factor of each cut")

OPERATORS = (
    Schedule(
        name="Constant",
        doc="Keeps the rate that was reached.",
        source="BigDL optim.SGD.Default",
        old_names=("Default",),
        rate=_constant,
    ),
    Schedule(
        name="Warmup",
        doc="Rises in a straight line and reaches `to` at the end of its length: the next schedule starts "
        "there.",
        source="BigDL optim.SGD.Warmup, whose delta is (to - start) / length",
        parameters=(
            Parameter("to", Real(minimum=0.0, minimum_open=True), doc="the rate at the end of the warm-up"),
        ),
        rate=_warmup,
    ),
    Schedule(
        name="Poly",
        doc="Falls to 0 at the end of its length as (1 - step / length) to the power.",
        source="BigDL optim.SGD.Poly, with the segment's length as max_iteration",
        parameters=(
            Parameter(
                "power",
                Real(minimum=0.0, minimum_open=True),
                default=1.0,
                doc="1 is a straight line; 0.5 stays high for longer; 2 falls early",
            ),
        ),
        rate=_poly,
    ),
    Schedule(
        name="PolyEpochDecay",
        doc="As Poly, but the rate changes from epoch to epoch only.",
        source="BigDL keras.optimizers.PolyEpochDecay, with the segment's epochs as max_epochs",
        parameters=(
            Parameter(
                "power",
                Real(minimum=0.0, minimum_open=True),
                default=1.0,
                doc="1 is a straight line; 0.5 stays high for longer; 2 falls early",
            ),
        ),
        rate=_poly_epoch_decay,
    ),
    Schedule(
        name="Exponential",
        doc="Multiplies by `decay_rate` over every `decay_steps`, smoothly or in stairs.",
        source="BigDL optim.SGD.Exponential",
        parameters=(
            Parameter(
                "decay_steps",
                _LENGTH,
                doc="over which time the rate is multiplied once: `2 epochs`, `500 iterations`",
                old_names=("decay_step",),
            ),
            Parameter("decay_rate", _FACTOR, doc="the factor"),
            Parameter(
                "staircase",
                Boolean(),
                default=False,
                doc="in one cut at the end of each period, not bit by bit",
                keyword_only=True,
                old_names=("stair_case",),
            ),
        ),
        rate=_exponential,
    ),
    Schedule(
        name="Step",
        doc="Multiplies by `gamma` after every `size`.",
        source="BigDL optim.SGD.Step",
        parameters=(
            Parameter(
                "size",
                _LENGTH,
                doc="the time between two cuts: `10 epochs`, `5000 iterations`",
                old_names=("step_size",),
            ),
            _GAMMA,
        ),
        rate=_step,
    ),
    Schedule(
        name="MultiStep",
        doc="Multiplies by `gamma` at each of the times in `sizes`, counted from the schedule's start.",
        source="BigDL optim.SGD.MultiStep",
        parameters=(
            Parameter(
                "sizes",
                ListOf(_LENGTH),
                doc="when the cuts come: `[10 epochs, 15 epochs]`",
                old_names=("step_sizes",),
            ),
            _GAMMA,
        ),
        rate=_multi_step,
    ),
    Schedule(
        name="Plateau",
        doc="Multiplies by `factor` when what it monitors has not got better for `patience` epochs. Whether "
        "more or less is better follows from what it monitors.",
        source="BigDL optim.SGD.Plateau",
        parameters=(
            Parameter("monitor", Monitor(), default="loss", doc="`loss`, or a metric of `validate`"),
            Parameter(
                "factor",
                Real(minimum=0.0, maximum=1.0, minimum_open=True, maximum_open=True),
                default=0.1,
                doc="the factor of each cut",
            ),
            Parameter(
                "patience",
                Integer(minimum=1),
                default=10,
                doc="how many epochs without improvement are borne",
            ),
            Parameter(
                "epsilon",
                Real(minimum=0.0),
                default=1e-4,
                doc="a change smaller than this is no improvement",
                old_names=("min_delta",),
            ),
            Parameter(
                "cooldown",
                Integer(minimum=0),
                default=0,
                doc="how many epochs after a cut are not counted",
            ),
            Parameter("min_lr", Real(minimum=0.0), default=0.0, doc="the rate is never cut below this"),
        ),
        rate=None,
    ),
)
"""Every schedule of the language."""
