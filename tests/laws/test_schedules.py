"""Learning rates, from the text of a spec to its program: closed forms written here once more, at every iteration."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.laws.texts import compiled, program
from zoodsl.plan import schedule as plan
from zoodsl.targets.bigdl.library import schedules as library
from zoodsl.targets.numpy.schedules import rates as reference

ROWS = 150

SPEC = """zoo 1
data {{
  iris = Sample("iris")
  feature iris["petal width (cm)"], iris["petal length (cm)"]
  label iris.target -> ClassIndex(3)
}}
network {{
  input 2
  Dense(3, activation = softmax)
}}
optimize {{
  loss SparseCategoricalCrossentropy()
  optimizer SGD(learning_rate = {start!r})
  schedule {schedule}
}}
train {{
  batch {batch}
  epochs {epochs}
}}
"""

Form = Callable[[float, int, int, int], float]
"""The rate by the rate at the start, the iteration, the length and the iterations of an epoch."""


@dataclass(frozen=True)
class Piece:
    """A schedule as it is written, and its closed form."""

    text: str
    form: Form


@dataclass(frozen=True)
class Time:
    """So many epochs or iterations."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit if self.count > 1 else self.unit[:-1]}"

    def iterations(self, per_epoch: int) -> int:
        """As a number of iterations."""
        return self.count * (per_epoch if self.unit == "epochs" else 1)


TIMES = st.builds(Time, st.integers(1, 4), st.sampled_from(["epochs", "iterations"]))
FACTORS = st.integers(1, 20).map(lambda part: part / 20)
POWERS = st.sampled_from([0.5, 1.0, 2.0])


def warmup(to: float) -> Piece:
    return Piece(f"Warmup(to = {to})", lambda start, step, length, _: start + (to - start) * (step / length))


def poly(power: float) -> Piece:
    return Piece(
        f"Poly(power = {power})", lambda start, step, length, _: start * (1 - step / length) ** power
    )


def by_epoch(power: float) -> Piece:
    def form(start: float, step: int, length: int, per_epoch: int) -> float:
        return start * math.pow(1 - (step // per_epoch) / math.ceil(length / per_epoch), power)

    return Piece(f"PolyEpochDecay(power = {power})", form)


def exponential(period: Time, factor: float, *, stairs: bool) -> Piece:
    def form(start: float, step: int, _length: int, per_epoch: int) -> float:
        periods = step / period.iterations(per_epoch)
        return start * factor ** (math.floor(periods) if stairs else periods)

    written = f"decay_steps = {period}, decay_rate = {factor}, staircase = {str(stairs).lower()}"
    return Piece(f"Exponential({written})", form)


def stairs(size: Time, factor: float) -> Piece:
    def form(start: float, step: int, _length: int, per_epoch: int) -> float:
        return start * factor ** (step // size.iterations(per_epoch))

    return Piece(f"Step(size = {size}, gamma = {factor})", form)


def cuts(sizes: Sequence[Time], factor: float) -> Piece:
    def form(start: float, step: int, _length: int, per_epoch: int) -> float:
        return start * factor ** len([size for size in sizes if size.iterations(per_epoch) <= step])

    return Piece(f"MultiStep(sizes = [{', '.join(map(str, sizes))}], gamma = {factor})", form)


PIECES = st.one_of(
    st.just(Piece("Constant()", lambda start, *_: start)),
    st.sampled_from([0.6, 0.8, 1.0]).map(warmup),
    POWERS.map(poly),
    POWERS.map(by_epoch),
    st.builds(exponential, TIMES, FACTORS, stairs=st.booleans()),
    st.builds(stairs, TIMES, FACTORS),
    st.builds(cuts, st.lists(TIMES, min_size=1, max_size=3), FACTORS),
)
"""All schedules but Plateau, whose rates depend on results. A warmup aims above every start."""


def closed(
    pieces: Sequence[tuple[Piece, Time | None]], start: float, per_epoch: int, total: int
) -> list[float]:
    """The rate at each of ``total`` iterations: each piece counts from its own start, and hands on what it ends with."""
    found: list[float] = []
    for piece, time in pieces:
        length = max(1, total - len(found)) if time is None else time.iterations(per_epoch)
        found += [piece.form(start, step, length, per_epoch) for step in range(length)]
        start = piece.form(start, length, length, per_epoch)
    return [*found, *[start] * (total - len(found))][:total]


HELPERS = {name for name, each in vars(library).items() if isinstance(each, type)}


def in_program(text: str, per_epoch: int, total: int) -> list[float]:
    """The rates that a program sets, by its own function and the helpers that were inlined into it."""
    kept: list[ast.stmt] = [
        node
        for node in ast.parse(text).body
        if (isinstance(node, ast.ClassDef) and node.name in HELPERS)
        or (isinstance(node, ast.FunctionDef) and node.name == "schedule")
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "Duration")
        or (
            isinstance(node, ast.ImportFrom)
            and node.module in ("__future__", "dataclasses", "collections.abc")
        )
        or (isinstance(node, ast.Import) and node.names[0].name == "math")
    ]
    names: dict[str, Any] = {"__name__": __name__}  # dataclasses look their module up
    exec(compile(ast.Module(kept, []), "program.py", "exec"), names)
    rate = names["LearningRate"](names["schedule"](), per_epoch, total)
    return [rate.rate(iteration) for iteration in range(total)]


@pytest.mark.law(
    "schedules = their closed forms at every iteration: in the plan, in the reference, and in the program"
)
@given(
    pieces=st.lists(st.tuples(PIECES, TIMES), max_size=2),
    last=PIECES,
    start=st.integers(1, 50).map(lambda part: part / 100),
    batch=st.sampled_from([8, 16, 40]),
    spare=st.integers(0, 3),
)
def test_rates_are_the_closed_forms(
    pieces: list[tuple[Piece, Time]], last: Piece, start: float, batch: int, spare: int
) -> None:
    per_epoch = math.ceil(ROWS / batch)
    chain = [*pieces, (last, None)]
    planned = sum(time.iterations(per_epoch) for _, time in pieces)
    epochs = math.ceil(planned / per_epoch) + 1 + spare
    total = epochs * per_epoch
    expected = closed(chain, start, per_epoch, total)
    begins = [0, *np.cumsum([time.iterations(per_epoch) for _, time in pieces])]
    for (piece, _), begin in zip(chain, begins, strict=True):
        assume(
            not piece.text.startswith("Warmup") or expected[begin] < 0.6
        )  # it would fall, which is an error
    written = " then ".join(piece.text + (f" for {time}" if time else "") for piece, time in chain)
    compilation = compiled(SPEC.format(start=start, schedule=written, batch=batch, epochs=epochs))
    assert compilation.plan is not None
    fit, made = compilation.plan.fit, program(compilation)
    assert fit is not None
    assert made is not None
    assert fit.iterations_per_epoch == per_epoch
    planned_rates = plan.rates(start, fit.schedule, per_epoch=per_epoch, iterations=total)
    for found in (
        np.array(planned_rates, float),
        reference(fit.schedule, start, per_epoch=per_epoch, total=total),
        np.array(in_program(made.text, per_epoch, total)),
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12, err_msg=written)


@pytest.mark.law(
    "Plateau cuts only after patience epochs without improvement, never rises, never falls below min_lr"
)
@given(
    values=st.lists(st.integers(0, 6).map(float), min_size=1, max_size=30),
    patience=st.integers(1, 4),
    cooldown=st.integers(0, 3),
    factor=FACTORS.filter(lambda factor: factor < 1),
    better=st.sampled_from(["min", "max"]),
    least=st.sampled_from([0.0, 0.1]),
)
def test_plateau(
    values: list[float], patience: int, cooldown: int, factor: float, better: str, least: float
) -> None:
    plateau = library.Plateau(
        better=better, patience=patience, cooldown=cooldown, factor=factor, epsilon=0.0, min_lr=least
    )
    rate = library.LearningRate(library.Schedule(0.5, [plateau]), per_epoch=1, total=len(values) + 1)
    found = [rate.rate(0)]
    for epoch, value in enumerate(values, 1):
        rate.epoch_ended({"loss": value}, epoch)
        found.append(rate.rate(epoch))
    sign = 1 if better == "min" else -1
    cut = [epoch for epoch in range(1, len(found)) if found[epoch] != found[epoch - 1]]
    for epoch in cut:
        assert found[epoch] == max(found[epoch - 1] * factor, least)
        # The epochs that were waited for, and this one, are no better than what was best before them.
        waited = values[max(0, epoch - patience) : epoch]
        best = min((sign * value for value in values[: max(0, epoch - patience)]), default=math.inf)
        assert all(sign * value >= best for value in waited)
    assert all(later - sooner > cooldown for sooner, later in pairwise(cut))
    assert all(value >= min(least, 0.5) for value in found)
