"""A spec in a notebook: its plan, or its diagnostics, as HTML."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.console import Console

from zoodsl.diagnostics import Diagnostic
from zoodsl.plan.steps import Plan
from zoodsl.screen.diagnostics import show
from zoodsl.screen.plan import render_plan

WIDTH = 100
PAGE = '<pre style="line-height: 1.2; font-family: Menlo, Consolas, monospace">{code}</pre>'


def html(diagnostics: Sequence[Diagnostic], plan: Plan | None) -> str:
    """What the terminal would show, as HTML: diagnostics, then the plan if there is one."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False)
    if diagnostics:
        show(diagnostics, console)
    if plan is not None:
        render_plan(plan, console)
    return console.export_html(inline_styles=True, code_format=PAGE)
