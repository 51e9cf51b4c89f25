"""A plan as it is printed: at both common widths, in a pipe, and on a poor terminal."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from rich.console import Console

from zoodsl.compiler import Compilation
from zoodsl.plan.steps import Plan
from zoodsl.screen.plan import render_plan

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def plan(repository) -> Plan:
    compilation = Compilation("mnist.zoo", text=(repository / "examples/mnist/mnist.zoo").read_text("utf-8"))
    assert compilation.plan is not None, compilation.diagnostics
    return compilation.plan


def printed(plan: Plan, width: int, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    render_plan(plan, Console(file=stream, width=width))
    stream.flush()
    text = stream.buffer.getvalue().decode(encoding)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


@pytest.mark.parametrize("width", [80, 120])
def test_a_plan_is_printed_as_reviewed(plan, width):
    """UPDATE_GOLDEN=1 accepts a new form: look at it."""
    golden = GOLDEN / f"mnist-{width}.txt"
    text = printed(plan, width)
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["phases", "bgr"])
def test_a_base_and_its_phases_are_printed_as_reviewed(name, repository):
    """What is frozen when, on which features each phase trains, and what a base in BGR is made of."""
    compilation = Compilation(str(repository / f"specs/surgery/{name}.zoo"))
    assert compilation.plan is not None, compilation.diagnostics
    text = printed(compilation.plan, 100)
    network = text[text.index("Network") : text.index("Learning rate")]
    golden = GOLDEN / f"{name}-100.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(network, encoding="utf-8")
    assert network == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_every_line_fits(plan, width):
    assert max(map(len, printed(plan, width).splitlines())) <= width


def test_a_pipe_gets_no_colour(plan):
    assert "\x1b" not in printed(plan, 80)


def test_a_poor_terminal_gets_ascii_alone(plan):
    assert printed(plan, 80, "ascii").isascii()
