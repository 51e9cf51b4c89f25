"""Mean images that a saved network's preprocessing subtracts, as they lie in its run folder: those it was trained with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from zoodsl.model.nodes import PreprocessStep
from zoodsl.runtime.saved import SavedRun


def steps_of(run: SavedRun) -> tuple[PreprocessStep, ...]:
    """The steps of preprocessing, with the run folder's files in the place of those that the spec names."""
    found: list[PreprocessStep] = []
    for step in run.spec.preprocess.steps:
        kept = _kept(run, step)
        if kept is not None:
            arguments = {**step.operation.arguments, "mean": str(kept.absolute())}
            found.append(replace(step, operation=replace(step.operation, arguments=arguments)))
        else:
            found.append(step)
    return tuple(found)


def lost_mean_image(run: SavedRun) -> str | None:
    """A mean image of which nothing says which of the run folder's it is; None without one."""
    for step in run.spec.preprocess.steps:
        if _has_image(step) and _kept(run, step) is None:
            named: str = step.operation.arguments["mean"]
            return named
    return None


def _kept(run: SavedRun, step: PreprocessStep) -> Path | None:
    """The run folder's copy of a step's mean image: a single one is it, several are told apart by what the spec's file holds."""
    from zoodsl.targets.bigdl.bindings.transforms import mean_image

    if not _has_image(step):
        return None
    copies = sorted(run.folder.glob("mean-*.npy"))
    if len(copies) == 1:
        return copies[0]
    try:
        name, _ = mean_image(step)
    except OSError:
        return None
    return next((copy for copy in copies if copy.name == name), None)


def _has_image(step: PreprocessStep) -> bool:
    return isinstance(step.operation.arguments.get("mean"), str)
