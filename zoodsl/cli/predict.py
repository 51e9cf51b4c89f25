"""``zoodsl predict``: what the network of a run tells of new rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zoodsl.cli.options import json_option, master_option, memory_option, run_argument, runs_option

if TYPE_CHECKING:
    from zoodsl.diagnostics import Diagnostics
    from zoodsl.runtime.predicting import Predicted

ENGINES = {
    "numpy": "predicted by NumPy",
    "bigdl": "predicted by BigDL",
    "index": "looked up in the index",
}
"""What has answered, in words."""

SHOWN = 50
"""How many rows are printed."""


@click.command
@run_argument
@click.argument("files", metavar="[FILES]...", nargs=-1)
@click.option(
    "--top", type=click.IntRange(min=1), metavar="K", help="Tell the K most probable classes of each row."
)
@click.option("--out", metavar="FILE.csv", help="Write all rows with what is predicted of them.")
@click.option(
    "--on",
    type=click.Choice(("numpy", "bigdl")),
    help="What predicts: NumPy at once, or BigDL on Spark. By default NumPy where it is quicker.",
)
@runs_option
@master_option
@memory_option
@json_option
def predict(  # noqa: PLR0913, PLR0917 - click passes each option by its name
    run: str,
    files: tuple[str, ...],
    top: int | None,
    out: str | None,
    on: str | None,
    runs: Path,
    master: str | None,
    memory: int | None,
    as_json: bool,  # noqa: FBT001 - click's
) -> None:
    """Predict rows by the network of a run.

    RUN is a run folder, or a spec's name for its newest run. FILES are what the network was trained on: images, or one
    table with the columns that it is fed; without any, the rows of the spec's `predict` section. With --json, each
    row is printed as a line of JSON.
    """
    from zoodsl.cli.saved_runs import finished, opened, telling
    from zoodsl.diagnostics import Diagnostics
    from zoodsl.restored import Resources, Restored

    problems = Diagnostics()
    saved = opened(run, runs, problems, as_json=as_json)
    with telling(quiet=as_json) as listener:
        restored = Restored(saved, problems, Resources(master=master, heap=memory), listener)
        found = restored.predict(files, top=top, on=on)
    predicted = finished(found, problems, as_json=as_json)
    _show(predicted, out, as_json=as_json)
    if out is not None:
        _write(out, predicted, problems)


def _show(predicted: Predicted, out: str | None, *, as_json: bool) -> None:
    if as_json:
        import json

        for row in predicted.rows:
            click.echo(json.dumps(row, ensure_ascii=False))
    else:
        shown = list(zip(predicted.rows, predicted.sentences, strict=True))[:SHOWN]
        for number, (row, sentence) in enumerate(shown, 1):
            click.echo(f"{row.get('origin', number)}: {sentence}")
        if len(predicted.rows) > SHOWN and out is None:
            click.echo(f"... {len(predicted.rows) - SHOWN:,} more: `--out FILE.csv` writes all", err=True)
    for note in predicted.notes:
        click.echo(note, err=True)
    count = len(predicted.rows)
    click.echo(f"{count:,} row{'' if count == 1 else 's'}, {ENGINES[predicted.engine]}", err=True)


def _write(out: str, predicted: Predicted, problems: Diagnostics) -> None:
    import csv
    import io

    from zoodsl.cli.exits import Status, leave
    from zoodsl.cli.files import write
    from zoodsl.cli.reporting import report

    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(predicted.rows[0] if predicted.rows else [])
    table.writerows(row.values() for row in predicted.rows)
    if not write(out, text.getvalue(), problems):
        report(problems.sorted(), [], stderr=True)
        leave(Status.ENVIRONMENT_LACKS)
