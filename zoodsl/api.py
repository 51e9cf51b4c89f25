"""The public Python face: ``load`` a spec, look at it, and train with it inside a Spark program of your own.

>>> import zoodsl
>>> spec = zoodsl.load("mnist.zoo", batch_size=128)     # doctest: +SKIP
>>> spec.diagnostics, spec.plan().fit.iterations_per_epoch     # doctest: +SKIP
>>> model = spec.pipeline(spark).fit(frame)     # doctest: +SKIP
"""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from zoodsl.compiler import Compilation
from zoodsl.diagnostics import Diagnostic, Diagnostics, Severity
from zoodsl.diagnostics.plain import render, summary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pyspark.ml import Pipeline, PipelineModel
    from pyspark.sql import DataFrame, SparkSession

    from zoodsl.plan.steps import Plan
    from zoodsl.runtime.outcome import Outcome
    from zoodsl.targets.target import Program
    from zoodsl.testing.laws.law import Verdict

TARGET = "bigdl"


class SpecError(Exception):
    """A spec has errors; ``str`` shows them as the command line would, ``diagnostics`` holds them."""

    def __init__(self, path: str, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(f"{summary(diagnostics, [path])}\n\n{render(diagnostics)}".rstrip())
        self.diagnostics = diagnostics


class Spec:
    """A ``.zoo`` file, checked. Made by ``load``."""

    def __init__(self, compilation: Compilation) -> None:
        self._compilation = compilation

    @property
    def path(self) -> str:
        """The file, as it was named."""
        return self._compilation.path

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All errors and warnings, in source order."""
        return self._compilation.diagnostics

    def plan(self) -> Plan:
        """What a run would do; a SpecError if the spec has errors."""
        plan = self._compilation.plan
        if plan is None:
            raise SpecError(self.path, self.diagnostics)
        return plan

    def program(self, target: str = TARGET) -> Program:
        """The standalone program for ``target``; a SpecError if the spec has errors or the target lacks something."""
        program = self._compilation.program(target)
        if program is None:
            raise SpecError(self.path, self.diagnostics)
        return program

    def pipeline(
        self, spark: SparkSession, validation: DataFrame | None = None, features: str | None = None
    ) -> Pipeline:
        """A ``pyspark.ml.Pipeline`` that trains as the spec says.

        ``fit(frame)`` takes a DataFrame with the spec's feature and label columns as its reader gives them, and trains
        on all of its rows; ``validation``, a frame alike, is what ``validate`` looks at. The fitted PipelineModel adds
        the column ``prediction``, can be saved, and is loaded with ``load_model``. The folder ``features`` keeps what
        frozen layers give for rows, as ``zoodsl run --features`` does. ``spark`` must have been started
        with BigDL's jars; ``zoodsl doctor`` says whether they are there. A SpecError if the spec has errors, a
        ValueError if it has no features that could be kept.
        """
        if features is not None and not self.program().features:
            raise ValueError(
                f"{self.path} has no features to keep: no pretrained beginning of its network is frozen from the start"
            )
        kept = {} if features is None else {"features": features}
        pipeline: Pipeline = self._module().pipeline(spark, validation, **kept)
        return pipeline

    def read(self, spark: SparkSession) -> dict[str, DataFrame]:
        """The spec's own data by part, ``train``, ``validation`` and ``test``, as its readers and its split give them."""
        folder = os.path.dirname(os.path.abspath(self.path))  # noqa: PTH100, PTH120 - pathlib costs start-up time
        parts: dict[str, DataFrame] = self._module().rows(spark, folder)
        return parts

    def load_model(self, spark: SparkSession, folder: str) -> PipelineModel:
        """The trained pipeline that a run or ``PipelineModel.save`` wrote to ``folder``."""
        model: PipelineModel = self._module().load(spark, folder)
        return model

    def test(self, examples: int | None = None, seed: int = 0, on: str = "numpy") -> tuple[Verdict, ...]:
        """Tries the laws of the spec: its `property` sections, and those that hold of every spec.

        Args:
            examples: how many are tried of each law; None: 100, and 10 on BigDL.
            seed: what they are drawn from; equal arguments give equal verdicts.
            on: ``numpy``, without Java; or ``bigdl``, on a local Spark, where laws also compare it with NumPy.

        A SpecError if the spec has errors. Needs hypothesis: ``pip install 'zoodsl[testing]'``.
        """
        from zoodsl.testing.laws.suite import try_all

        return try_all(self.plan().spec, examples=examples, seed=seed, on=on)

    def gallery(self, folder: str | os.PathLike[str], seed: int = 0) -> tuple[Path, ...]:
        """Shows what the section ``gallery`` says, by the reference in NumPy: no Java, no Spark.

        The pictures go to ``gallery/`` in ``folder``, and beside it a plot of them for each image, whose paths come back. What
        draws at random follows from ``seed``. A SpecError if the spec has errors, a ValueError if it has no section
        ``gallery``, or if its images are no files of this machine.
        """
        from pathlib import Path

        from zoodsl.model.tasks import Gallery
        from zoodsl.screen.local_gallery import write_gallery

        spec = self.plan().spec
        task = next((task for task in spec.tasks if isinstance(task, Gallery)), None)
        if task is None:
            raise ValueError(f"{self.path} has no section `gallery`")
        return write_gallery(task, spec.data, os.path.dirname(self.path), Path(folder), seed)  # noqa: PTH120

    def _module(self) -> Any:
        """The program as a module; one for each text, so that classes stay the same from call to call."""
        from hashlib import sha256

        program = self.program()
        text = program.text
        name = f"zoodsl_program_{sha256(text.encode()).hexdigest()[:12]}"
        if name not in sys.modules:
            # Dataclasses look their module up while they are made.
            sys.modules[name] = ModuleType(name)
            if program.attachments:
                sys.modules[name].__file__ = os.path.join(_folder_of(program.attachments), "program.py")  # noqa: PTH118
            try:
                exec(compile(text, f"<{name}>", "exec"), vars(sys.modules[name]))  # noqa: S102 - our own program
            except BaseException:
                del sys.modules[name]
                raise
            from pyspark.cloudpickle import register_pickle_by_value

            # Spark's workers cannot import it.
            register_pickle_by_value(sys.modules[name])  # type: ignore[no-untyped-call]
        return sys.modules[name]

    def __repr__(self) -> str:
        errors = sum(item.severity is Severity.ERROR for item in self.diagnostics)
        return f"<zoodsl spec {self.path}: {errors or 'no'} error{'' if errors == 1 else 's'}>"

    def _repr_html_(self) -> str:
        """The plan, or what is wrong, for a notebook."""
        from zoodsl.screen.notebook import html

        return html(self.diagnostics, self._compilation.plan)


class Run:
    """A run that is over, by its folder or its spec's name; a RunError where it cannot be used.

    >>> run = zoodsl.Run("mnist")     # doctest: +SKIP
    >>> run.predict("digits/*.png")[0]["predicted"]     # doctest: +SKIP
    """

    def __init__(self, named: str | os.PathLike[str], runs: str | os.PathLike[str] = "runs") -> None:
        from pathlib import Path

        from zoodsl.runtime.saved import open_run

        problems = Diagnostics()
        found = open_run(os.fspath(named), Path(runs), problems)
        if found is None:
            raise RunError(problems.sorted())
        self._run = found
        self.folder = found.folder

    def predict(
        self, *files: str | os.PathLike[str], top: int | None = None, on: str | None = None
    ) -> list[dict[str, Any]]:
        """What the network tells of rows: of each a dict of its own columns and what is predicted of it.

        Args:
            files: images, or one table; none: the rows of the spec's ``predict`` section.
            top: how many classes are told.
            on: ``numpy`` or ``bigdl``; None takes NumPy where it is quicker.

        A RunError where the rows do not fit, or BigDL fails.
        """
        from zoodsl.restored import Restored
        from zoodsl.runtime.outcome import Outcome as Ended

        restored = Restored(self._run, Diagnostics())
        found = restored.predict([os.fspath(file) for file in files], top=top, on=on)
        if found is None:
            raise RunError(restored.diagnostics.sorted())
        if isinstance(found, Ended):
            raise RunError(_failure(found))
        return [dict(row) for row in found.rows]

    def evaluate(self, *, all_rows: bool = False, **params: object) -> dict[str, float]:
        """The metrics of the network, judged again by its spec's ``evaluate``; ``params`` name other data, as in ``load``.

        ``all_rows``: not of the held-out part alone. A RunError where that cannot be.
        """
        from zoodsl.restored import Restored

        restored = Restored(self._run, Diagnostics())
        overrides = {name: _expression(value) for name, value in params.items()}
        outcome = restored.evaluate(overrides, all_rows=all_rows)
        if outcome is None:
            raise RunError(restored.diagnostics.sorted())
        if outcome.failure is not None:
            raise RunError(_failure(outcome))
        return dict(outcome.metrics)

    def __repr__(self) -> str:
        return f"<zoodsl run {self.folder}>"


class RunError(Exception):
    """A run cannot be used as asked; ``str`` says why, ``diagnostics`` holds it."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(render(diagnostics).rstrip())
        self.diagnostics = diagnostics


def load(path: str | os.PathLike[str], **params: object) -> Spec:
    """The spec at ``path`` with these params set.

    A param takes a Python number, bool or list; a text stands as it is for params of the types string and path, and is an
    expression of the language for all others (``source='IDX(...)'``). Mistakes, also a file that is missing, are
    in ``diagnostics``: nothing is raised here.
    """
    overrides = {name: _expression(value) for name, value in params.items()}
    return Spec(Compilation(os.fspath(path), overrides=overrides))


def _failure(outcome: Outcome) -> tuple[Diagnostic, ...]:
    """Why a program failed; nothing where it was interrupted."""
    return () if outcome.failure is None else (outcome.failure,)


def _folder_of(files: Mapping[str, bytes]) -> str:
    """A folder that holds these files for as long as this process lives."""
    import atexit
    import shutil
    import tempfile

    folder = tempfile.mkdtemp(prefix="zoodsl-program-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, content in files.items():
        with open(os.path.join(folder, name), "wb") as file:  # noqa: PTH118, PTH123 - pathlib costs start-up time
            file.write(content)
    return folder


def _expression(value: object) -> str:
    """A Python value as an expression of the language."""
    match value:
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return f"[{', '.join(_item(item) for item in value)}]"
        case _:
            return str(value)


def _item(value: object) -> str:
    """An item of a list: texts are quoted there."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _expression(value)
