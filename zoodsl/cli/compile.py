"""``zoodsl compile``: the program that a run executes, as a file to read and to run anywhere."""

from __future__ import annotations

import click

from zoodsl.cli.options import file_argument, set_option, values_option


@click.command
@file_argument
@set_option
@values_option
@click.option("--target", default="bigdl", show_default=True, help="The system to write the program for.")
@click.option("-o", "--output", metavar="FILE.py", help="Where to write it; standard output without.")
def compile(  # noqa: A001 - the command's name
    file: str,
    assignments: tuple[tuple[str, str], ...],
    values: str | None,
    target: str,
    output: str | None,
) -> None:
    """Write the standalone program that a run executes; equal specs give equal bytes.

    The weights of pretrained layers go into a file beside it.
    """
    from zoodsl.cli.exits import Status, leave
    from zoodsl.cli.files import beside, is_stream, write
    from zoodsl.cli.reporting import report
    from zoodsl.cli.specs import compilation, stop_without_plan
    from zoodsl.diagnostics import Diagnostics
    from zoodsl.diagnostics.suggest import did_you_mean
    from zoodsl.targets.registry import TARGETS

    if target not in TARGETS:
        hint = did_you_mean(target, TARGETS) or f"the targets are {', '.join(TARGETS)}"
        raise click.BadParameter(f"there is no target `{target}`; {hint}", param_hint="--target")
    compiled = compilation(file, assignments, values)
    program = compiled.program(target)
    stop_without_plan(compiled)
    assert program is not None  # noqa: S101 - there is a program where there are no errors
    problems = Diagnostics()
    files: dict[str, str | bytes] = {}
    if output is None:
        click.echo(program.text, nl=False)
    else:
        files[output] = program.text
    if output is None or is_stream(output):
        for name in program.attachments:
            click.echo(f"the program reads {name} from beside itself; `-o FILE.py` writes both", err=True)
    else:
        files |= {beside(output, name): content for name, content in program.attachments.items()}
    if not all(write(path, content, problems) for path, content in files.items()):
        report(problems.sorted(), [file], stderr=True)
        leave(Status.ENVIRONMENT_LACKS)
