"""Options and arguments that several commands share."""

from __future__ import annotations

import re

import click

from zoodsl.types import Shape

FORMATS = ("text", "json", "github", "sarif")


def _pairs(
    context: click.Context, option: click.Parameter, written: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Each ``name=EXPR`` as a pair, split at the first ``=``."""
    pairs = []
    for assignment in written:
        name, _, expression = (part.strip() for part in assignment.partition("="))
        if not name or not expression:
            raise click.BadParameter(
                f"`{assignment}` is not of the form name=EXPR, such as batch_size=128", context, option
            )
        pairs.append((name, expression))
    return tuple(pairs)


def _shape(_context: click.Context, _option: click.Parameter, written: str | None) -> Shape | None:
    if written is None:
        return None
    if not re.fullmatch(r"[1-9]\d*(x[1-9]\d*)*", written):
        raise click.BadParameter(f"`{written}` is no shape, such as 3x224x224")
    return tuple(map(int, written.split("x")))


file_argument = click.argument("file", metavar="FILE")
files_argument = click.argument("files", metavar="FILE...", nargs=-1, required=True)
set_option = click.option(
    "--set",
    "assignments",
    metavar="NAME=EXPR",
    callback=_pairs,
    multiple=True,
    help="Set a param of the spec; may be repeated. Quote it from the shell: --set 'source=Sample(\"iris\")'.",
)
values_option = click.option(
    "--values", metavar="FILE.yaml", help="Set params from a YAML file; --set wins over it."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
architecture_option = click.option(
    "--network",
    metavar="BLOCK",
    help="The block that PyTorch's weights are put into, such as zoo.resnet50 or mine.zoo:block.",
)
input_option = click.option(
    "--input",
    "shape",
    metavar="SHAPE",
    callback=_shape,
    help="The shape of the input, where the file does not say it; 3x224x224 for a BLOCK if left out.",
)
