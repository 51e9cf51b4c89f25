"""The report of an experiment: one page that needs no other file, and its charts beside it."""

from __future__ import annotations

from pathlib import Path

from zoodsl.runtime.experiments import Comparison
from zoodsl.runtime.folder import PLOTS, REPORT, write
from zoodsl.runtime.history import read_history
from zoodsl.screen.experiment import cells, grid_in_words
from zoodsl.screen.experiment_plots import plots
from zoodsl.screen.pages import environment, figures
from zoodsl.screen.scaling_plots import scaled


def write_report(folder: Path, comparison: Comparison) -> Path:
    """Draws the charts of the experiment in ``folder`` and writes its page, from whatever its runs have left; its path.

    An OSError where the system refuses to write.
    """
    told = {trial.folder: read_history(folder / trial.folder) for trial in comparison.trials}
    drawn = tuple(plots(comparison, told))
    if drawn:
        (folder / PLOTS).mkdir(exist_ok=True)
    for plot in drawn:
        write(folder / PLOTS / f"{plot.name}.png", plot.png)
    page = environment().get_template("experiment.html.j2")
    there = {trial.folder for trial in comparison.trials if (folder / trial.folder / REPORT).exists()}
    text = page.render(
        comparison=comparison,
        words=grid_in_words(comparison),
        best=comparison.best,
        rows=cells(comparison),
        reports=there,
        figures=figures(drawn),
        scaled=scaled(comparison),
    )
    write(folder / REPORT, text)
    return folder / REPORT
