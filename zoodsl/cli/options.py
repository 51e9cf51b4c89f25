"""Options and arguments that several commands share."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from zoodsl.types import Shape

FORMATS = ("text", "json", "github", "sarif")


class Size(click.ParamType[int]):
    """Bytes as Spark writes them, ``4g`` or ``512m``."""

    name = "SIZE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of bytes."""
        found = re.fullmatch(r"([1-9]\d*)([mg])b?", str(value).lower())
        if found is None:
            self.fail(f"`{value}` is not a size, such as 4g or 512m", param, ctx)
        return int(found[1]) * 2 ** (30 if found[2] == "g" else 20)


Pairs = tuple[tuple[str, str], ...]


def assigned(example: str) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], Pairs]:
    """Reads each ``name=EXPR`` as a pair, split at the first ``=``; ``example`` is one that is right."""

    def pairs(context: click.Context, option: click.Parameter, written: tuple[str, ...]) -> Pairs:
        found = []
        for assignment in written:
            name, _, expression = (part.strip() for part in assignment.partition("="))
            if not name or not expression:
                raise click.BadParameter(
                    f"`{assignment}` is not of the form name=EXPR, such as {example}", context, option
                )
            found.append((name, expression))
        return tuple(found)

    return pairs


def _shape(_context: click.Context, _option: click.Parameter, written: str | None) -> Shape | None:
    if written is None:
        return None
    if not re.fullmatch(r"[1-9]\d*(x[1-9]\d*)*", written):
        raise click.BadParameter(f"`{written}` is no shape, such as 3x224x224")
    return tuple(map(int, written.split("x")))


file_argument = click.argument("file", metavar="FILE")
run_argument = click.argument("run", metavar="RUN")
runs_option = click.option(
    "--runs",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    show_default=True,
    metavar="DIR",
    help="The folder of run folders, in which a spec's name is looked for.",
)
files_argument = click.argument("files", metavar="FILE...", nargs=-1, required=True)
set_option = click.option(
    "--set",
    "assignments",
    metavar="NAME=EXPR",
    callback=assigned("batch_size=128"),
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
master_option = click.option(
    "--master",
    metavar="MASTER",
    help="Where Spark runs, local[2] or spark://host:7077; else here, on the cores that fit the batch.",
)
executors_option = click.option(
    "--executors",
    type=click.IntRange(min=1),
    metavar="N",
    help="Train on a cluster of N processes: of this machine, or where --master is.",
)
cores_option = click.option(
    "--cores", type=click.IntRange(min=1), metavar="N", help="The cores of each executor."
)
memory_option = click.option(
    "--memory",
    type=Size(),
    help="The Java heap, such as 4g, of each executor where there are some; else sized from the plan and the machine.",
)
features_option = click.option(
    "--features",
    metavar="FOLDER",
    help="Keep what frozen pretrained layers give for rows in this folder, so that other runs need not compute it.",
)
quiet_option = click.option("--quiet", is_flag=True, help="Say nothing but what goes wrong.")


def refuse_cluster_on(master: str | None, executors: int | None, cores: int | None) -> None:
    """Ends the command where it asks for a cluster on a master that is this very process."""
    from zoodsl.runtime.cluster import is_local

    if (executors or cores) and master is not None and is_local(master):
        raise click.UsageError(f"--executors and --cores make a cluster, and --master {master} is none")


def resumption(
    command: str, file: str, pairs: Mapping[str, Pairs], given: Mapping[str, str | int | Path | None]
) -> str:
    """The command line that goes on with what a command has begun.

    ``pairs`` are options of the form ``name=EXPR``, which may be repeated. ``given`` are others with their values, None for
    those left out, ``--memory`` in bytes.
    """
    words = ["zoodsl", command, file]
    for option, assignments in pairs.items():
        words += [word for name, expression in assignments for word in (option, f"{name}={expression}")]
    for option, value in given.items():
        if value is not None:
            words += [
                option,
                f"{value // 2**20}m" if isinstance(value, int) and option == "--memory" else str(value),
            ]
    return shlex.join([*words, "--resume"])
