"""A spec on BigDL: its program's own preprocessing and network, in a process of their own on a local Spark."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.running import PROGRAM_FAILED
from zoodsl.model.series import standardize_of, window_of
from zoodsl.model.spec import Spec
from zoodsl.plan.passes import optimised
from zoodsl.plan.planner import make_plan
from zoodsl.runtime.folder import LOG, PROGRAM
from zoodsl.runtime.launcher import environment_fits
from zoodsl.runtime.resources import allot, this_machine
from zoodsl.runtime.supervision import worker_environment
from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.pretrained import weights_file
from zoodsl.targets.registry import load
from zoodsl.testing.subjects.engine_worker import WEIGHTS
from zoodsl.testing.subjects.interpreted import Interpreted
from zoodsl.testing.subjects.readings import Readings
from zoodsl.testing.subjects.subject import EngineLacksError, StoppedError, Unavailable
from zoodsl.types import ImageType

MASTER = "local[1]"
PATIENCE = 180.0
"""Seconds that Java and Spark may take to start."""

GRACE = 15.0
"""Seconds that they have to end by themselves."""


@dataclass(frozen=True)
class Engine:
    """A spec that BigDL computes, as far as its process at the other side of ``connection`` lives; see ``on_bigdl``."""

    spec: Spec
    connection: Connection[Any, Any]
    log: Path
    _rows: dict[str, Array] = field(default_factory=dict)

    @cached_property
    def readings(self) -> Readings:
        """The rows of the spec's data, as far as they are read without Spark."""
        return Readings(self.spec)

    def preprocess(self, value: Any, seed: int = 0) -> Array:  # noqa: ARG002 - BigDL draws by itself
        """What the steps of inference make of a feature."""
        return self._made(value, training=False)

    def training(self, value: Any, seed: int) -> Array:  # noqa: ARG002 - BigDL draws by itself
        """What the steps of training make of it."""
        return self._made(value, training=True)

    def predict(self, inputs: Sequence[Array]) -> Array:
        """What the network gives, with the weights that the NumPy reference begins with."""
        return self._asked("predict", list(inputs))

    def _made(self, value: Any, *, training: bool) -> Array:
        chain, feature = self.spec.preprocess, self.spec.data.feature
        if isinstance(chain.input, ImageType):
            return self._asked("image", value, training)
        names = [column.name for column in feature.columns]
        rows = [[value]] if isinstance(value, str) else [list(value)]
        window = window_of(chain)
        if window is not None:
            rows, by = [list(row) for row in value], window.arguments["by"]
            # The row that is predicted stands so many rows after the last of its window, whatever it holds.
            rows += [rows[-1]] * window.arguments["horizon"]
            if by is not None and by.name not in names:
                names, rows = [*names, by.name], [[*row, "one"] for row in rows]
        standardize = standardize_of(chain)
        everything = standardize is not None and standardize.arguments["fit"] == "all"
        plain = [[_plain(one) for one in row] for row in rows]
        # Each is a job of Spark's, and laws begin with the same examples; nothing is random there.
        if (written := repr(plain)) not in self._rows:
            self._rows[written] = self._asked("rows", plain, names, everything)
        made = self._rows[written]
        # In the program the tensor takes its shape as it goes to Java.
        return made.reshape(getattr(chain.output, "shape", made.shape))

    def _asked(self, what: str, *arguments: Any) -> Array:
        try:
            self.connection.send((what, arguments))
            came, answer = self.connection.recv()
        except (EOFError, OSError) as problem:
            raise Unavailable("the process of BigDL has ended") from problem
        if came == "stops":
            raise StoppedError(answer)
        found: Array = answer
        return found


def _plain(value: Any) -> Any:
    """A value as Spark takes it."""
    return value.item() if isinstance(value, np.generic) else value


@contextmanager
def on_bigdl(spec: Spec) -> Iterator[Engine]:
    """``spec`` on BigDL: Java and Spark are started, and ended when this ends, however it does.

    Raises EngineLacksError where the environment lacks something, or BigDL cannot carry out the spec.
    """
    diagnostics = Diagnostics()
    plan = optimised(make_plan(spec))
    program = load("bigdl")(plan, diagnostics)
    taken = (
        allot(1, plan.memory, this_machine(), master=MASTER, heap=None, diagnostics=diagnostics)
        if program is not None and environment_fits(diagnostics)
        else None
    )
    if program is None or taken is None:
        raise EngineLacksError(diagnostics.sorted())
    with (
        tempfile.TemporaryDirectory(prefix="zoodsl-laws-") as scratch,
        worker_environment(MASTER) as variables,
    ):
        folder = Path(scratch)
        (folder / PROGRAM).write_text(program.text, encoding="utf-8")
        for name, content in program.attachments.items():
            (folder / name).write_bytes(content)
        if spec.network is not None:
            (folder / WEIGHTS).write_bytes(weights_file(spec.network, Interpreted(spec).weights))
        root = str(Path(os.path.dirname(spec.path) or ".").absolute())  # noqa: PTH120 - a text
        with _process(folder, [str(taken.heap), root], variables) as connection:
            engine = Engine(spec, connection, folder / LOG)
            _await(engine)
            yield engine


@contextmanager
def _process(folder: Path, arguments: Sequence[str], variables: Any) -> Iterator[Connection[Any, Any]]:
    """The worker, at the other side of the connection; it writes what else it has to say to a log in ``folder``."""
    ours, theirs = Pipe()
    package = str(Path(__file__).parents[3])
    paths = [package, *filter(None, [variables.get("PYTHONPATH")])]
    command = [
        sys.executable,
        "-P",
        "-m",
        "zoodsl.testing.subjects.engine_worker",
        str(folder),
        str(theirs.fileno()),
    ]
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own worker
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(theirs.fileno(),),
            env={**variables, "PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,  # Ctrl-C goes to us alone
        )
    theirs.close()
    try:
        yield ours
    finally:
        ours.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _await(engine: Engine) -> None:
    """Waits until the worker can be asked; raises EngineLacksError with the end of its log where that never comes."""
    if engine.connection.poll(PATIENCE):
        with suppress(EOFError):
            engine.connection.recv()
            return
    lines = engine.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    problems = Diagnostics()
    problems.report(
        PROGRAM_FAILED,
        None,
        f"BigDL did not start: {lines[-1] if lines else 'it says nothing'}",
        help="`zoodsl doctor` looks at what it needs",
    )
    raise EngineLacksError(problems.sorted())
