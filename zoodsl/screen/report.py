"""The report of a run: one page that needs no other file, and the plots beside it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from zoodsl.runtime.folder import PLAN, PLOTS, REPORT, write
from zoodsl.runtime.history import History, read_history, whole
from zoodsl.runtime.outcome import Status
from zoodsl.runtime.record import Record, read_record
from zoodsl.runtime.resources import size
from zoodsl.screen.drawing import Plot
from zoodsl.screen.pages import data_uri, environment, figures
from zoodsl.screen.plots import plots
from zoodsl.screen.progress import clock, measure

WORDS = {
    Status.RUNNING: "is running",
    Status.FINISHED: "finished",
    Status.FAILED: "failed",
    Status.INTERRUPTED: "was interrupted",
}

PREDICTION = "prediction"
"""Where a run keeps the model with its preprocessing."""

Json = Mapping[str, Any]
Pair = tuple[str, str]


def write_report(folder: Path) -> Path:
    """Draws the plots of the run in ``folder`` and writes its report, from whatever the run has left; its path.

    An OSError where the system refuses to write.
    """
    told = read_history(folder)
    drawn = tuple(plots(told, folder))
    if drawn:
        (folder / PLOTS).mkdir(exist_ok=True)
    for plot in drawn:
        write(folder / PLOTS / f"{plot.name}.png", plot.png)
    record = read_record(folder)
    assert record is not None  # noqa: S101 - a run folder has one
    plan = json.loads((folder / PLAN).read_text(encoding="utf-8"))
    write(folder / REPORT, render(record, plan, told, drawn, _files(folder, plan), _pictures(folder, told)))
    return folder / REPORT


def render(
    record: Record,
    plan: Json,
    told: History,
    drawn: tuple[Plot, ...],
    files: tuple[Pair, ...],
    pictures: Mapping[str, str],
) -> str:
    """The page as HTML: pictures and style are in it, and it loads nothing from anywhere.

    ``pictures`` are those of predicted rows, as data URIs by their path in the run folder.
    """
    page = environment(dimensions=_dimensions, whole=whole, share=_share).get_template("report.html.j2")
    return page.render(
        record=record,
        plan=plan,
        told=told,
        words=WORDS[record.status],
        facts=tuple(_facts(record, told)),
        measured=_measured,
        figures=figures(drawn),
        labelled=tuple(each for each in told.evaluations if each.labels),
        pictures=pictures,
        settings=(*_settings(record, plan), *_scales(told)),
        environment=tuple(_environment(record)),
        load=_load(record) if PREDICTION in dict(files) else "",
        files=files,
    )


def _measured(metrics: Mapping[str, float | None]) -> tuple[Pair, ...]:
    return tuple((name, measure(value)) for name, value in metrics.items())


def _pictures(folder: Path, told: History) -> dict[str, str]:
    """The pictures that are in the folder: small ones of predicted rows, and those of results."""
    paths = [row["picture"] for row in told.predictions.get("shown", ()) if row["picture"]]
    paths += [path for result in told.results for path in result.pictures]
    return {
        path: data_uri((folder / path).read_bytes(), Path(path).suffix)
        for path in paths
        if (folder / path).is_file()
    }


def _share(value: float | None) -> str:
    """A number from 0 to 1 in three decimals; nothing for what is undefined."""
    return "" if value is None else f"{value:.3f}"


def _facts(record: Record, told: History) -> Iterator[Pair]:
    """The headline: results first, then how they came about."""
    part = told.evaluations[-1].part if told.evaluations else "validation"
    for name, value in whole(told.metrics).items():
        yield f"{part} {name}", measure(value)
    if told.epochs:
        yield "epochs", f"{told.epochs[-1].epoch} of {told.started['epochs']}"
    if told.best:
        yield "best epoch", str(told.best.epoch)
    if record.seconds is not None:
        yield "time", clock(record.seconds)


def _settings(record: Record, plan: Json) -> Iterator[Pair]:
    if plan["train"]:
        yield from _training(record, plan["optimize"], plan["train"])
    for name, value in record.parameters.items():
        yield f"param {name}", _call(value) if isinstance(value, dict) else str(value)


def _scales(told: History) -> Iterator[Pair]:
    """By what columns are standardised."""
    for name, scale in told.scales.items():
        yield f"scale of {name}", f"mean {scale['mean']:,.6g}, standard deviation {scale['std']:,.6g}"


def _training(record: Record, optimize: Json, train: Json) -> Iterator[Pair]:
    yield "loss", _call(optimize["loss"])
    yield "optimizer", _call(optimize["optimizer"])
    for segment in optimize["schedule"]:
        length = next(
            (f" for {segment[unit]} {unit}" for unit in ("epochs", "iterations") if segment[unit]), ""
        )
        yield "schedule", _call(segment) + length
    yield "batch", str(record.batch)
    yield "seed", str(record.seed)
    if train["stop"]:
        yield "stop", _call(train["stop"])
    if train["keep"]:
        yield "keep", f"best by {train['keep']['metric']}"


def _environment(record: Record) -> Iterator[Pair]:
    yield "spec", record.spec
    yield "master", record.master
    yield "Java heap", size(record.heap)
    yield "started", time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.started))
    for moment in record.resumed:
        yield "resumed", time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))
    yield from record.versions.items()


def _call(operation: Json) -> str:
    """An operation of the plan as the language writes it."""
    arguments = ", ".join(f"{name} = {_argument(value)}" for name, value in operation["arguments"].items())
    return f"{operation['operator']}({arguments})"


def _argument(value: Any) -> str:
    match value:
        case {"operator": _}:
            return _call(value)
        case {"frame": frame, "name": name}:
            return f"{frame}.{name}"
        case list():
            return f"[{', '.join(map(_argument, value))}]"
        case bool() | None:
            return str(value).lower()
        case _:
            return str(value)


def _dimensions(shape: list[int]) -> str:
    return "×".join(map(str, shape))


def _load(record: Record) -> str:
    """The lines of Python that predict with the trained model, in the run folder."""
    session = f'program.start_session("{record.name}", {record.batch})'
    return f"""import program

spark = {session}
model = program.load(spark, "{PREDICTION}")
model.transform(frame).select("prediction").show()
"""


def _files(folder: Path, plan: Json) -> tuple[Pair, ...]:
    """The files of the folder that are there, each with what it is."""
    docs = {artefact["path"].rstrip("/"): artefact["doc"] for artefact in plan["artefacts"]}
    return tuple((path, doc) for path, doc in docs.items() if (folder / path).exists() or path == REPORT)
