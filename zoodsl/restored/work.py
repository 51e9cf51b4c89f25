"""A run that is over, at work again: it predicts rows, or is judged. What cannot be is told in diagnostics."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules import saved_runs as rules
from zoodsl.model.nodes import Evaluate
from zoodsl.model.tasks import Index, Predict
from zoodsl.plan.judgement import judged_parts
from zoodsl.plan.restoring import judging_plan, predicting_plan, undivided
from zoodsl.plan.steps import Plan
from zoodsl.restored.files import gathered, indexed_as, listed
from zoodsl.restored.judging import changed_spec, data_there, has_measures
from zoodsl.restored.tables import neighbour_cells, read_back
from zoodsl.runtime.folder import EVALUATIONS, SCRATCH, fresh
from zoodsl.runtime.nearest import INDEX
from zoodsl.runtime.outcome import Outcome, Status
from zoodsl.runtime.predicting import Predicted
from zoodsl.runtime.saved import SavedRun
from zoodsl.sources.paths import is_address

TARGET = "bigdl"
Listener = Callable[[Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Where BigDL runs: a Spark master and the Java heap in bytes, or None for what fits."""

    master: str | None = None
    heap: int | None = None


class Restored:
    """A run that is over, at work again.

    Args:
        run: what it has left.
        diagnostics: where mistakes go.
        resources: where BigDL runs.
        listener: is told what BigDL's programs tell.
    """

    def __init__(
        self,
        run: SavedRun,
        diagnostics: Diagnostics,
        resources: Resources | None = None,
        listener: Listener = lambda _event: None,
    ) -> None:
        self.run = run
        self.diagnostics = diagnostics
        self._resources = resources or Resources()
        self._listener = listener

    def predict(
        self, files: Sequence[str], *, top: int | None = None, on: str | None = None
    ) -> Predicted | Outcome | None:
        """What the network tells of rows; where the run has an index, and ``on`` is None, what rows are nearest to them.

        Args:
            files: images, or one table; none: the rows of the spec's ``predict`` section.
            top: how many classes or rows are told; None: as the spec says, else the usual number.
            on: ``numpy`` for NumPy in this process, ``bigdl`` for BigDL on Spark; None takes what is quicker.

        Returns:
            The answers; None after a report; the outcome where BigDL failed.
        """
        from zoodsl.semantics.predicted_files import predicted_again, predicted_files

        run, diagnostics = self.run, self.diagnostics
        if files and on is None and (run.folder / INDEX).is_file():
            return self._nearest(files, top)
        if not files:
            task = predicted_again(run.spec, top, diagnostics)
            return None if task is None else self._predicted(task, run.root, on)
        with gathered(files, diagnostics) as given:
            if given is None:
                return None
            root = os.getcwd()  # noqa: PTH109 - a text
            task = predicted_files(run.spec, given.path, root, top, diagnostics)
            found = None if task is None else self._predicted(task, root, on)
            return given.named(found) if isinstance(found, Predicted) else found

    def evaluate(
        self,
        assignments: Mapping[str, str] | None = None,
        *,
        values: str | None = None,
        all_rows: bool = False,
    ) -> Outcome | None:
        """Judges the network by its spec's ``evaluate``, into a new folder in the run's; None after a report.

        Args:
            assignments: params to set, as on a command line: of the data, and of what is measured.
            values: a YAML file of params.
            all_rows: all rows are judged, and not the test part alone.
        """
        run, diagnostics, given = self.run, self.diagnostics, dict(assignments or {})
        spec = run.spec if not given and values is None else changed_spec(run, given, values, diagnostics)
        if spec is None or not has_measures(run, spec, diagnostics):
            return None
        if all_rows or (spec.data.split is None and spec is not run.spec):
            spec = replace(spec, data=undivided(spec.data), evaluate=self._unfitted(spec.evaluate))
        if not judged_parts(spec):
            diagnostics.report(
                rules.NOTHING_TO_JUDGE_BY,
                spec.data.span,
                f"all rows of `{spec.name}` have trained the network: none is left to judge it by",
                help="name other data by `--set`, or judge it by the rows that it knows: `--all-rows`",
            )
            return None
        if not data_there(spec, run.root, diagnostics):
            return None
        return self._carried_out(judging_plan(spec, run.saved), fresh(run.folder / EVALUATIONS))

    def _unfitted(self, evaluate: Evaluate) -> Evaluate:
        """The same for rows that all test: of no parts, and without baselines that are found from rows that train."""
        kept = tuple(each for each in evaluate.baselines if not each.operator.fitted)
        for each in evaluate.baselines:
            if each.operator.fitted:
                self.diagnostics.report(
                    rules.BASELINE_LEFT_OUT,
                    each.span,
                    f"`{each.operator.name}` is left out: it is found from rows that train, and all rows are judged",
                    help="judge the test part alone: leave `--all-rows` out, and divide the rows by `split`",
                )
        return replace(evaluate, parts=(), baselines=kept)

    def _nearest(self, files: Sequence[str], top: int | None) -> Predicted | None:
        """The indexed rows that are nearest to these; those that are indexed themselves need no network."""
        from zoodsl.runtime.nearest import read_index

        run = self.run
        own = next((task for task in run.spec.tasks if isinstance(task, Index)), None)
        count = top or (own.top if own else 1)
        try:
            index = read_index(run.folder / INDEX)
        except (OSError, ValueError):
            self.diagnostics.report(
                rules.RUN_UNUSABLE,
                None,
                f"`{run.folder / INDEX}` is no index that can be read",
                help="copy it again, or run the spec again",
            )
            return None
        keys = {file: indexed_as(run, file, index.keys) for file in listed(files)}
        strangers = [file for file, key in keys.items() if key is None]
        embedded = self._embedded(strangers, own) if strangers and own else ({}, {})
        if embedded is None:
            return None
        vectors, left_out = embedded
        rows, sentences = [], []
        for file, key in keys.items():
            asked = vectors.get(file) if key is None else key
            if asked is None:
                continue
            found = index.nearest(asked, count)
            rows.append({"origin": file} | neighbour_cells(found))
            sentences.append(", ".join(f"{each.key} {each.similarity:.2f}" for each in found))
        engine = "numpy" if strangers else "index"
        return Predicted(rows=rows, sentences=sentences, engine=engine, left_out=left_out)

    def _embedded(self, files: Sequence[str], own: Index) -> tuple[dict[str, Any], dict[str, str]] | None:
        """What the network gives of images that are not in the index, by file, and why others are left out; None after a report."""
        from zoodsl.runtime import predicting
        from zoodsl.semantics.predicted_files import predicted_files

        with gathered(files, self.diagnostics) as given:
            if given is None:
                return None
            root = os.getcwd()  # noqa: PTH109 - a text
            task = predicted_files(self.run.spec, given.path, root, None, self.diagnostics)
            if task is None:
                return None
            network = predicting.hindrance(self.run, task) or predicting.load_network(
                self.run, self.diagnostics
            )
            if network is None:
                return None
            if isinstance(network, str):
                self.diagnostics.report(
                    rules.NEEDS_BIGDL,
                    task.frame.span,
                    f"`{files[0]}` is not in the index, and NumPy cannot compare it: {network}",
                    help="add it to the data of the spec, and run it again",
                )
                return None
            found = predicting.embed(self.run, task, network, root, own.node, self.diagnostics)
            if found is None:
                return None
            vectors, left_out = found
            named = given.names or dict.fromkeys((*vectors, *left_out), files[0])
            return (
                {named[origin]: vector for origin, vector in vectors.items()},
                {named[origin]: why for origin, why in left_out.items()},
            )

    def _predicted(self, task: Predict, root: str, on: str | None) -> Predicted | Outcome | None:
        """The answers, by NumPy where it can and is quicker, or is asked for."""
        from zoodsl.runtime import predicting

        if on == "bigdl" or (on is None and not predicting.is_small(self.run, task)):
            return self._predicted_on_spark(task, root)
        network = predicting.hindrance(self.run, task) or predicting.load_network(self.run, self.diagnostics)
        if network is None:
            return None
        if isinstance(network, str):
            if on is None:
                return self._predicted_on_spark(task, root)
            self.diagnostics.report(
                rules.NEEDS_BIGDL,
                task.frame.span,
                f"NumPy cannot predict these rows: {network}",
                help="leave `--on numpy` out",
            )
            return None
        return predicting.predict(self.run, task, network, root, self.diagnostics)

    def _predicted_on_spark(self, task: Predict, root: str) -> Predicted | Outcome | None:
        """The same by a program of BigDL, in a folder that is left only where it fails."""
        from zoodsl.runtime.predicting import decoding

        if decoding(self.run, task).label is None:
            self.diagnostics.report(
                rules.WHICH_ROWS,
                task.frame.span,
                f"`{self.run.spec.name}` has no label that says what its outputs mean",
                help="`--on numpy` tells them as numbers",
            )
            return None
        scratch = Path(tempfile.mkdtemp(prefix=SCRATCH))
        place = scratch / self.run.spec.name
        plan = predicting_plan(self.run.spec, self.run.saved, _in_full(task, root))
        outcome = self._carried_out(plan, place)
        if outcome is None or outcome.status is not Status.FINISHED:
            if outcome is None or outcome.folder is None:
                shutil.rmtree(scratch, ignore_errors=True)
            return outcome
        with (place / "predictions.csv").open(encoding="utf-8", newline="") as file:
            cells = list(csv.DictReader(file))
        shutil.rmtree(scratch, ignore_errors=True)
        return read_back(self.run, task, cells)

    def _carried_out(self, plan: Plan, place: Path) -> Outcome | None:
        """Runs the program of ``plan`` in the folder ``place``; None where the target lacks something, which is reported."""
        from zoodsl.runtime import launcher
        from zoodsl.runtime.request import Options, request
        from zoodsl.targets.registry import load

        program = load(TARGET)(plan, self.diagnostics)
        if program is None:
            return None
        options = Options(master=self._resources.master, heap=self._resources.heap, out=place)
        return launcher.run(request(plan, program, self.run.spec.span.file, options), self._listener)


def _in_full(task: Predict, root: str) -> Predict:
    """The task with the whole path of its rows."""
    reader = task.frame.reader
    path = reader.arguments.get("path")
    if not isinstance(path, str) or is_address(path):
        return task
    full = os.path.join(root, path)  # noqa: PTH118 - a glob is no path
    reader = replace(reader, arguments={**reader.arguments, "path": full})
    return replace(task, frame=replace(task.frame, reader=reader))
