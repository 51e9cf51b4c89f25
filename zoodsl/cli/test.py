"""``zoodsl test``: the laws of specs, those that they state and those that hold of every spec."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zoodsl.cli.options import Pairs, files_argument, json_option, set_option, values_option

if TYPE_CHECKING:
    from zoodsl.compiler import Compilation
    from zoodsl.diagnostics import Diagnostic
    from zoodsl.testing.laws.law import Verdict
    from zoodsl.testing.subjects.subject import Subject

PICTURES = Path("zoodsl-test")
"""The folder of pictures, below the one we are in."""

Tried = list[tuple["Verdict", Path | None]]
"""What came of the laws of a spec, each with the picture of its smallest example, if it has one."""


@click.command
@files_argument
@click.option(
    "--examples",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many examples of each law are tried: 100, and 10 on BigDL.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="S",
    help="What the examples are drawn from: the same seed, the same examples.",
)
@click.option(
    "--on",
    "engine",
    type=click.Choice(("numpy", "bigdl")),
    default="numpy",
    show_default=True,
    help="What computes: NumPy, without Java; or BigDL on Spark, which is compared with NumPy too.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=PICTURES,
    show_default=True,
    metavar="FOLDER",
    help="Where pictures of the smallest examples go, in a folder for each spec.",
)
@set_option
@values_option
@json_option
def test(  # noqa: PLR0913, PLR0917 - click passes each option by its name
    files: tuple[str, ...],
    examples: int | None,
    seed: int,
    engine: str,
    out: Path,
    assignments: Pairs,
    values: str | None,
    as_json: bool,  # noqa: FBT001 - click's
) -> None:
    """Try the laws of specs: their `property` sections, and what must hold of every spec.

    Examples are drawn, and one that breaks a law is made as small as it can be. Neither Java nor Spark is started, but
    with --on bigdl. FILE may be - for standard input.
    """
    from zoodsl.cli.exits import Status, leave
    from zoodsl.cli.specs import compilation, stop_without_plan

    _demand_hypothesis(as_json=as_json)
    from zoodsl.screen.verdicts import command
    from zoodsl.testing.laws.law import Finding  # imports hypothesis, as the screens of laws do

    given: dict[str, Any] = {
        "--set": [f"{name}={written}" for name, written in assignments],
        "--values": values,
    }
    given |= {"--on": None if engine == "numpy" else engine, "--seed": seed, "--examples": examples}
    documents, broken = [], False
    for path in files:
        compiled = compilation(path, assignments, values)
        stop_without_plan(compiled, as_json=as_json)
        tried = _tried(compiled, engine, examples, seed, out, quiet=as_json)
        if as_json:
            documents.append(_document(compiled.path, tried))
        else:
            _show(compiled.path, tried, command(path, given), seed)
        broken |= any(verdict.finding is Finding.BROKEN for verdict, _ in tried)
    if as_json:
        _print_json(documents, engine, seed)
    if broken:
        leave(Status.LAW_BROKEN)


def _demand_hypothesis(*, as_json: bool) -> None:
    """Ends the command where examples cannot be drawn."""
    import os
    import sys
    import tempfile
    from importlib.util import find_spec

    if "hypothesis" not in sys.modules:
        # It keeps notes in a folder, by default in the one that we are in.
        notes = os.path.join(tempfile.gettempdir(), f"zoodsl-hypothesis-{os.getuid()}")  # noqa: PTH118
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", notes)
    if find_spec("hypothesis") is not None:
        return
    from zoodsl.cli.exits import Status, leave
    from zoodsl.cli.reporting import report
    from zoodsl.diagnostics import Diagnostics
    from zoodsl.diagnostics.rules.laws import TESTING_PACKAGE_MISSING

    problems = Diagnostics()
    problems.report(
        TESTING_PACKAGE_MISSING,
        None,
        "examples are drawn by hypothesis, which is not installed",
        help="install it: `pip install 'zoodsl[testing]'`",
    )
    report(problems.sorted(), [], form="json" if as_json else "text", stderr=not as_json)
    leave(Status.ENVIRONMENT_LACKS)


def _tried(
    compiled: Compilation,
    engine: str,
    examples: int | None,
    seed: int,
    out: Path,
    *,
    quiet: bool,
) -> Tried:
    """The laws of a spec, tried, while the terminal names the one that is being tried."""
    from rich.console import Console

    from zoodsl.cli.exits import Status, leave
    from zoodsl.cli.reporting import report
    from zoodsl.testing.laws.law import Finding
    from zoodsl.testing.laws.suite import EXAMPLES, EngineLacksError, laws_of, subject_on
    from zoodsl.testing.laws.trial import try_law

    spec = compiled.spec
    assert spec is not None  # noqa: S101 - there is a plan, and so a spec
    tried: Tried = []
    screen = Console(stderr=True, quiet=quiet)
    try:
        with screen.status(_waiting(engine)) as status, subject_on(spec, engine) as subject:
            for law in laws_of(subject):
                status.update(f"{compiled.path}: {law.name}")
                verdict = try_law(law, examples=examples or EXAMPLES[engine], seed=seed)
                drawn = verdict.finding is Finding.BROKEN
                taken = [picture for _, picture in tried if picture is not None]
                picture = _picture(verdict, subject, out / spec.name.strip("<>"), taken) if drawn else None
                tried.append((verdict, picture))
    except EngineLacksError as lacks:
        report(lacks.diagnostics, [], form="json" if quiet else "text", stderr=not quiet)
        leave(Status.ENVIRONMENT_LACKS)
    return tried


def _waiting(engine: str) -> str:
    return "starting Java and Spark" if engine == "bigdl" else "drawing examples"


def _picture(verdict: Verdict, subject: Subject, folder: Path, taken: list[Path]) -> Path | None:
    """The picture of a law's smallest example; it is none the worse where that cannot be drawn."""
    from zoodsl.screen.smallest import write_smallest

    try:
        return write_smallest(verdict, subject, folder, taken)
    except ModuleNotFoundError as missing:
        click.echo(f"no picture is drawn: {missing.name} is not installed (`zoodsl doctor`)", err=True)
    except OSError as problem:
        click.echo(f"no picture is drawn: {(problem.strerror or str(problem)).lower()}", err=True)
    return None


def _show(path: str, tried: Tried, again: str, seed: int) -> None:
    from functools import partial

    from zoodsl.cli.pages import show_page
    from zoodsl.cli.reporting import report
    from zoodsl.screen.verdicts import diagnosed, render_table, summary
    from zoodsl.testing.laws.law import Finding

    verdicts = [verdict for verdict, _ in tried]
    show_page(partial(render_table, path, verdicts))
    broken: list[Diagnostic] = [
        diagnosed(verdict, picture, again) for verdict, picture in tried if verdict.finding is Finding.BROKEN
    ]
    click.echo()
    report(broken, [])
    click.echo(f"{summary(verdicts, path)}, seed {seed}")


def _document(path: str, tried: Tried) -> dict[str, Any]:
    from zoodsl.screen.verdicts import described

    return {"file": path, "laws": [described(verdict, picture) for verdict, picture in tried]}


def _print_json(documents: list[dict[str, Any]], engine: str, seed: int) -> None:
    import json

    from zoodsl.screen.verdicts import VERSION

    document = {"version": VERSION, "on": engine, "seed": seed, "specs": documents}
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))
