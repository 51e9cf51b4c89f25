"""A request to run a hand-written program, carried out by a worker that starts no Spark."""

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from zoodsl.plan.steps import Memory
from zoodsl.runtime import child, doctor
from zoodsl.runtime.request import Options, RunRequest
from zoodsl.source import SourceFile, Span
from zoodsl.targets.target import Program

FAKE_WORKER = Path(__file__).with_name("fake_worker.py")

SPEC = """zoo 1
data { }
network {
  Dense(10) as "fc1"
}
train { epochs 3 }
"""

PROGRAM = """
import time


def main(spark, hooks=None, root=".", out="run", resume=False):
    first = 3 if resume else 1
    hooks("started", rows={"train": 100, "validation": 10, "test": 20}, iterations_per_epoch=2, epochs=3, batch=50,
          first_epoch=first)
    for epoch in range(first, 4):
        for step in (1, 2):
            hooks("iteration", epoch=epoch, iteration=2 * epoch - 2 + step, loss=1 / epoch, learning_rate=0.1,
                  records_per_second=1000.0)
        hooks("epoch", epoch=epoch, loss=1 / epoch, learning_rate=0.1, seconds=0.1,
              validation={"Accuracy": epoch / 4, "loss": 1 / epoch}, best=True)
        during(epoch)
    hooks("evaluated", part="test", metrics={"Accuracy": 0.9},
          details={"confusion": {"labels": ["0", "1"], "matrix": [[9, 1], [1, 9]]}})
    hooks("finished", seconds=1.0)


def during(epoch):
    pass
"""


def origin(source: SourceFile, text: str) -> Span:
    start = source.text.index(text)
    return Span(source, start, start + len(text))


def provenance(program: str, source: SourceFile) -> dict[int, Span]:
    """Lines that end in ``# zoo: TEXT`` come from that text of the spec."""
    marked = (line.partition("# zoo: ") for line in program.splitlines())
    return {number: origin(source, text) for number, (_, mark, text) in enumerate(marked, 1) if mark}


@pytest.fixture
def request_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., RunRequest]:
    """Makes requests: ``during`` is what the program does after each epoch, ``program`` a whole other one."""
    monkeypatch.setattr(child, "COMMAND", (sys.executable, "-P", str(FAKE_WORKER)))
    monkeypatch.setattr(doctor, "examine", lambda: ())
    monkeypatch.setattr(doctor, "java_home", lambda: None)

    def make(during: str = "", program: str = PROGRAM, **options: object) -> RunRequest:
        if during:
            program = program.replace("    pass\n", textwrap.indent(textwrap.dedent(during), "    ") + "\n")
        spec = SourceFile("mnist.zoo", SPEC)
        return RunRequest(
            name="mnist",
            spec=spec,
            program=Program(target="bigdl", text=program, provenance=provenance(program, spec)),
            layers={"fc1": origin(spec, 'Dense(10) as "fc1"')},
            plan={"settings": [{"name": "epochs", "value": 3}], "train": {"seed": 42}},
            batch=50,
            memory=Memory(weights=1000, gradients=100, activations=1000, data=None, engine=10**8),
            root=tmp_path,
            options=Options(**{"runs": tmp_path / "runs", "master": "local[2]"} | options),  # type: ignore[arg-type]
        )

    return make
