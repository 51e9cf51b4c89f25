"""``zoodsl inspect``: what is in the file of a pretrained network."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from zoodsl.cli.options import architecture_option, file_argument, input_option, json_option
from zoodsl.types import Shape
from zoodsl.weights.pretrained import Pretrained, StateDict

PICTURES = (".png", ".svg")


def _picture(_context: click.Context, _option: click.Parameter, written: str | None) -> str | None:
    if written is not None and Path(written).suffix.lower() not in PICTURES:
        raise click.BadParameter(f"`{written}` ends neither in .png nor in .svg")
    return written


@click.command
@file_argument
@architecture_option
@input_option
@json_option
@click.option(
    "--picture", metavar="FILE", callback=_picture, help="Draw the network into a .png or .svg file."
)
def inspect(
    file: str,
    network: str | None,
    shape: Shape | None,
    as_json: bool,  # noqa: FBT001 - click's
    picture: str | None,
) -> None:
    """Show a saved network: its layers, their shapes and parameters, and what it takes in memory.

    FILE is of BigDL, Keras, ONNX or PyTorch; package:NAME/PATH is a file in an installed package.
    """
    from zoodsl.cli.exits import Status, leave
    from zoodsl.cli.reporting import report
    from zoodsl.diagnostics import Diagnostics
    from zoodsl.semantics.saved_networks import open_saved

    problems = Diagnostics()
    saved = open_saved(file, network, shape, problems, to_be_cut=True)
    if saved is None:
        report(problems.sorted(), (), form="json" if as_json else "text", stderr=not as_json)
        leave(Status.SPEC_HAS_ERRORS)
    if picture is not None:
        if not isinstance(saved, Pretrained):
            raise click.UsageError("a file of weights alone has nothing to draw: say its --network")
        from zoodsl.cli.files import write
        from zoodsl.screen.picture import draw

        write(picture, draw(Path(file).name, saved.network, Path(picture).suffix.lower()[1:]), problems)
    _show(file, saved, as_json=as_json)
    if problems.has_errors:
        report(problems.sorted(), (), stderr=True)
        leave(Status.SPEC_HAS_ERRORS)


def _show(file: str, saved: Pretrained | StateDict, *, as_json: bool) -> None:
    if as_json:
        import json

        from zoodsl.screen.inspect import describe

        click.echo(json.dumps(describe(file, saved), indent=2, ensure_ascii=False))
    else:
        from zoodsl.cli.pages import show_page
        from zoodsl.screen.inspect import render

        show_page(partial(render, file, saved))
