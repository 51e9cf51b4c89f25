"""The scalability of training: how much faster more executors are, as measured, as foretold, and at best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoodsl.plan.scaling import Workload, calibrated, epoch_seconds
from zoodsl.runtime.experiments import Comparison, Trial
from zoodsl.screen.drawing import MARKERS, Plot, picture
from zoodsl.screen.label_plots import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Scaled:
    """A run on a number of cores: its batch, the seconds of an epoch, its speed-up, and the one that the plan foretells."""

    cores: int
    executors: int
    batch: int
    seconds: float
    speed_up: float
    foretold: float


def scaled(comparison: Comparison) -> Mapping[str, tuple[Scaled, ...]]:
    """The runs that differ in executors or cores, by what else they compare; each against its own on the fewest cores.

    The plan's model is calibrated on that. Empty where nothing is to be compared.
    """
    timed = [trial for trial in comparison.trials if trial.work is not None and trial.epoch_seconds]
    series: dict[str, list[Trial]] = {}
    scaling = _scaling(timed)
    for trial in timed:
        rest = ", ".join(f"{name} = {value}" for name, value in trial.values.items() if name not in scaling)
        series.setdefault(rest, []).append(trial)
    found = {rest: tuple(_series(trials, comparison.cores)) for rest, trials in series.items()}
    return {rest: points for rest, points in found.items() if len(points) > 1}


def _scaling(trials: Sequence[Trial]) -> frozenset[str]:
    """The params that executors or cores depend on: which change them while all others stay."""
    found = set()
    for one in trials:
        for other in trials:
            changed = [name for name in one.values if one.values[name] != other.values[name]]
            if len(changed) == 1 and _cores(one.work) != _cores(other.work):
                found.add(changed[0])
    return frozenset(found)


def _cores(work: Workload | None) -> int:
    return 0 if work is None else work.executors * work.cores


def _series(trials: Sequence[Trial], machine_cores: int | None) -> Iterator[Scaled]:
    works = {trial.folder: trial.work for trial in trials if trial.work is not None}
    ordered = sorted(trials, key=lambda trial: _cores(trial.work))
    first = ordered[0]
    base, seconds = works[first.folder], first.epoch_seconds or 0.0
    speed = calibrated(base, seconds, machine_cores)
    foretold = epoch_seconds(base, speed, machine_cores)
    for trial in ordered:
        work, took = works[trial.folder], trial.epoch_seconds or 0.0
        yield Scaled(
            _cores(work),
            work.executors,
            work.batch,
            took,
            seconds / took,
            foretold / epoch_seconds(work, speed, machine_cores),
        )


def speed_up(comparison: Comparison) -> Iterator[Plot]:
    """The chart, where runs differ in executors or cores."""
    series = scaled(comparison)
    if series:
        yield Plot(
            "speed_up",
            "How many times faster an epoch is than on the fewest cores: measured (with its batch), as the plan foretells it "
            "from that first run, and if all cores computed all the time.",
            picture(_draw, series, size=(7.2, 4.8)),
        )


def _draw(_: Figure, axes: Axes, series: Mapping[str, Sequence[Scaled]]) -> None:
    from matplotlib.ticker import MaxNLocator

    for number, (name, points) in enumerate(series.items()):
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        cores = [point.cores for point in points]
        said = f", {name}" if name else ""
        axes.plot(
            cores, [point.speed_up for point in points], color=colour, marker=marker, label=f"measured{said}"
        )
        axes.plot(
            cores,
            [point.foretold for point in points],
            color=colour,
            linestyle="--",
            marker=marker,
            markerfacecolor="white",
            label=f"foretold{said}",
        )
        grows = len({point.batch for point in points}) > 1  # else the name tells it, or all are alike
        for point in points if grows else ():
            axes.annotate(
                f"batch {point.batch:,}",
                (point.cores, point.speed_up),
                xytext=(6, -12 - 10 * number),
                textcoords="offset points",
                fontsize=8,
                color=colour,
            )
    every = sorted({point.cores for points in series.values() for point in points})
    axes.plot(every, [count / every[0] for count in every], color="#8c8c8c", linestyle=":", label="ideal")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.set_xticks(every)
    axes.set_ylim(bottom=0)
    axes.margins(x=0.15)
    axes.set_xlabel("cores of all executors")
    axes.set_ylabel(f"speed-up over {every[0]} core{'' if every[0] == 1 else 's'}")
    axes.set_title("Speed-up")
    axes.legend(loc="upper left")
