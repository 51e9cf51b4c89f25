"""What a saved network is judged by: its spec, with other data perhaps, and never another network."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from zoodsl.compiler import Compilation
from zoodsl.diagnostics import Diagnostics, Severity
from zoodsl.diagnostics.rules import saved_runs as rules
from zoodsl.model.nodes import Setting
from zoodsl.model.printer import show_value
from zoodsl.model.spec import Spec
from zoodsl.model.stored import meaning
from zoodsl.runtime.saved import SavedRun
from zoodsl.sources import Problem, look


def changed_spec(
    run: SavedRun, given: Mapping[str, str], values: str | None, diagnostics: Diagnostics
) -> Spec | None:
    """The spec of ``run`` with further params set; None after a report of errors, or of one that changes the network."""
    spec = _compiled(run, given, values, diagnostics)
    if spec is None:
        return None
    changes = _differences(run.spec, spec)
    if not changes:
        return spec
    faults = {
        f"--set {name}={written}": found
        for name, written in given.items()
        if (one := _compiled(run, {name: written}, None, Diagnostics()))
        and (found := _differences(run.spec, one))
    } or {f"--values {values}" if values else "--set": changes}
    for option, found in faults.items():
        diagnostics.report(
            rules.ANOTHER_NETWORK,
            None,
            f"`{option}` changes {' and '.join(found)}, and the network is trained",
            help="leave it out, or run the spec with it: `zoodsl run`",
        )
    return None


def _compiled(
    run: SavedRun, given: Mapping[str, str], values: str | None, diagnostics: Diagnostics
) -> Spec | None:
    """The spec of the run's folder with the params that it ran with, and those ``given``."""
    before = {setting.name: written(setting) for setting in run.spec.settings if setting.overridden}
    compiled = Compilation(
        run.spec.path, text=run.spec.span.file.text, overrides={**before, **given}, values=values
    )
    spec = compiled.spec
    for found in compiled.diagnostics:
        if found.severity is Severity.ERROR:
            diagnostics.add(found)
    return None if compiled.has_errors else spec


def written(setting: Setting) -> str:
    """A param's value as ``--set`` takes it."""
    if setting.type in ("string", "path"):
        return str(setting.value)
    if isinstance(setting.value, tuple) and setting.type in ("size", "shape"):
        return "x".join(map(str, setting.value))
    return show_value(setting.value)


def _differences(old: Spec, new: Spec) -> list[str]:
    """What of two specs differs that a trained network is made of, in words."""
    parts: Mapping[str, Callable[[Spec], object]] = {
        "what the network is fed": lambda spec: (
            [(column.name, meaning(column.expression)) for column in spec.data.feature.columns],
            meaning(spec.data.feature.codecs),
        ),
        "the preprocessing": lambda spec: [meaning(step.operation) for step in spec.preprocess.steps],
        "the label": lambda spec: None if spec.data.label is None else meaning(spec.data.label.codec),
        "the network": lambda spec: (
            None
            if spec.network is None
            else meaning((spec.network.inputs, spec.network.layers, spec.network.output))
        ),
        "how it was trained": lambda spec: meaning((spec.optimize, spec.train)),
    }
    return [name for name, part in parts.items() if part(old) != part(new)]


def has_measures(run: SavedRun, spec: Spec, diagnostics: Diagnostics) -> bool:
    """Whether the spec says what to measure; a report where it does not."""
    if spec.evaluate.metrics or spec.evaluate.plots:
        return True
    diagnostics.report(
        rules.NOTHING_TO_JUDGE_BY,
        None,
        f"the spec of `{run.folder}` has no section `evaluate`",
        help="add one, such as `evaluate { metric Accuracy() }`, and run it again",
    )
    return False


def data_there(spec: Spec, root: str, diagnostics: Diagnostics) -> bool:
    """Whether the data are where the spec reads them; a report where they are not."""
    for frame in spec.data.frames:
        seen = look(frame.reader, root) if frame.source is None else None
        if isinstance(seen, Problem):
            diagnostics.report(
                seen.code,
                frame.span,
                seen.message,
                help=seen.help or "name other data by `--set`",
            )
            return False
    return True
