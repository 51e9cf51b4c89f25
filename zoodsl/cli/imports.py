"""``zoodsl import``: a pretrained network of any format, written in BigDL's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from zoodsl.cli.options import architecture_option, file_argument, input_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from zoodsl.diagnostics import Diagnostics
    from zoodsl.runtime.events import Event
    from zoodsl.runtime.outcome import Outcome
    from zoodsl.types import Shape
    from zoodsl.weights.pretrained import Pretrained


@click.command("import")
@file_argument
@architecture_option
@input_option
@click.option("--definition", metavar="FILE.prototxt", help="The layers of a network of Caffe.")
@click.option("-o", "--output", metavar="FILE.model", required=True, help="Where to write the network.")
@click.option("--force", is_flag=True, help="Replace the file that is there.")
@click.option("--quiet", is_flag=True, help="Say nothing but what goes wrong.")
def imports(  # noqa: PLR0913, PLR0917 - click passes each option by its name
    file: str,
    network: str | None,
    shape: Shape | None,
    definition: str | None,
    output: str,
    force: bool,  # noqa: FBT001 - click's
    quiet: bool,  # noqa: FBT001 - click's
) -> None:
    """Write a pretrained network in BigDL's own format, which `Net.load` and a base's `load` read.

    FILE is of BigDL, Keras, ONNX, PyTorch or Caffe; package:NAME/PATH is a file in an installed package. Layers keep
    their names.
    """
    from zoodsl.cli.exits import Status, leave
    from zoodsl.cli.reporting import report
    from zoodsl.diagnostics import Diagnostics
    from zoodsl.runtime.conversion import convert
    from zoodsl.runtime.outcome import Status as Ending
    from zoodsl.screen.progress import phases
    from zoodsl.targets.bigdl.conversion import MODEL, network_program

    place = Path(output)
    if not place.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder `{place.parent}`", param_hint="--output")
    if place.is_dir():
        raise click.BadParameter(f"`{output}` is a folder", param_hint="--output")
    if place.exists() and not force:
        raise click.BadParameter(f"`{output}` is there already; `--force` replaces it", param_hint="--output")
    problems = Diagnostics()
    with phases(quiet=quiet) as listener:
        read = _read(file, network, shape, definition, listener, problems)
        program = None if read is None else network_program(read.network, read.weights, file, problems)
        if read is None or program is None:
            report(problems.sorted(), (), stderr=True)
            leave(Status.SPEC_HAS_ERRORS)
        size = sum(array.nbytes for arrays in read.weights.values() for array in arrays)
        outcome = convert(program, MODEL, place, size, listener)
    if outcome.status is not Ending.FINISHED:
        _stop(outcome)
    if not quiet:
        click.echo(
            f'{output}: {len(read.network.layers)} layers; a spec\'s base loads it by `load "{output}"`'
        )


def _read(
    file: str,
    network: str | None,
    shape: Shape | None,
    definition: str | None,
    listener: Callable[[Event], None],
    problems: Diagnostics,
) -> Pretrained | None:
    """The network of the file; None after a report. The command ends where BigDL fails to read it."""
    from zoodsl.diagnostics.rules.surgery import ARCHITECTURE
    from zoodsl.runtime.caffe import is_caffe, read_caffe
    from zoodsl.runtime.outcome import Outcome
    from zoodsl.semantics.saved_networks import open_saved
    from zoodsl.weights.pretrained import StateDict

    if is_caffe(file):
        read = read_caffe(file, definition, shape, listener, problems)
        if isinstance(read, Outcome):
            _stop(read)
        return read
    if definition is not None:
        raise click.BadParameter(f"`{file}` is no network of Caffe", param_hint="--definition")
    content = open_saved(file, network, shape, problems)
    if isinstance(content, StateDict):
        problems.report(
            ARCHITECTURE,
            None,
            f"`{Path(file).name}` holds weights without the network that they are of",
            help="say what they are put into: `--network zoo.resnet50`, or a block of your own, `mine.zoo:block`",
        )
        return None
    return content


def _stop(outcome: Outcome) -> NoReturn:
    """Ends the command after a conversion that was refused, failed, or was interrupted."""
    from zoodsl.cli.exits import Status, leave
    from zoodsl.cli.reporting import report

    if outcome.failure is None:
        leave(Status.INTERRUPTED)
    report([outcome.failure], (), stderr=True)
    if outcome.folder is None:
        leave(Status.ENVIRONMENT_LACKS)
    click.echo(f"what Java said stays in {outcome.folder}", err=True)
    leave(Status.RUN_FAILED)
