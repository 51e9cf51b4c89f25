"""The targets by name. Each is loaded when it is first asked for, so that checking a spec costs no target."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from zoodsl.diagnostics import Diagnostics
from zoodsl.plan.steps import Plan
from zoodsl.targets.target import Program

TARGETS = {"bigdl": "zoodsl.targets.bigdl"}
"""The module of each target; it has ``emit(plan, diagnostics) -> Program | None``."""

Emit = Callable[[Plan, Diagnostics], Program | None]


def load(name: str) -> Emit:
    """The ``emit`` function of the target called ``name``; a KeyError for one that is not in ``TARGETS``."""
    return cast("Emit", import_module(TARGETS[name]).emit)
