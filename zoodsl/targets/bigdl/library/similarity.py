"""The index of a network's outputs: which rows are nearest to each other."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from bigdl.dllib.keras.layers import Flatten, Input
from bigdl.dllib.keras.models import Model
from bigdl.dllib.nnframes import NNModel
from bigdl.dllib.utils.file_utils import callZooFunc
from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame

from zoodsl.targets.arrays import Array
from zoodsl.targets.bigdl.library.engine import quiet
from zoodsl.targets.bigdl.library.errors import DataError
from zoodsl.targets.bigdl.library.evaluation import probabilities
from zoodsl.targets.bigdl.library.image_rows import KEY
from zoodsl.targets.bigdl.library.labels import ClassIndex, class_names
from zoodsl.targets.bigdl.library.neighbours import INDEX_VERSION, nearest_rows, precision_at, unit
from zoodsl.targets.bigdl.library.pictures import small_pictures
from zoodsl.targets.bigdl.library.predictions import Decoding, answer
from zoodsl.targets.bigdl.library.predictor import Predictor
from zoodsl.targets.bigdl.library.runs import Run, write_table

SHOWN_QUERIES = 6
"""How many rows are told with their neighbours, images as small pictures."""


@dataclass(frozen=True)
class Indexed:
    """What is known of the rows of an index, in the order of their keys; ``names`` are those of the classes.

    ``labels`` and ``predictions`` are places in ``names``, -1 where there is none; None where they are not asked for.
    """

    keys: Sequence[Any]
    vectors: Array
    queries: Array
    names: tuple[str, ...]
    labels: Array | None
    predictions: Array | None


def index_rows(  # noqa: PLR0913 - what an index is made by
    run: Run,
    trained: PipelineModel,
    parts: Mapping[str, DataFrame],
    *,
    queries: Sequence[str],
    top: int,
    label: ClassIndex | None = None,
    node: str | None = None,
    by_prediction: bool = False,
    included: bool = False,
) -> None:
    """Writes the outputs for all rows to ``index.npz``, and their nearest rows to ``neighbours.csv``.

    Args:
        run: what tells and keeps the results.
        trained: the network.
        parts: the rows, by part.
        queries: the parts whose rows are asked for, to measure the precision and to be shown.
        top: how many neighbours a row has.
        label: the class of a row, where it has one.
        node: the node of the network whose output is compared, instead of the last one's.
        by_prediction: rows of the class that the network predicts for the query come before all others.
        included: a query is its own neighbour, too; its precision is of others all the same.

    The driver holds all vectors, 4 bytes a number: 10,000 rows of 1,280 numbers are 51 MB.
    """
    run("phase", text="comparing the rows")
    rows = _index_of(run, trained, parts, queries, label, node=node, by_prediction=by_prediction)
    _, identities = np.unique(np.array([str(key) for key in rows.keys]), return_inverse=True)
    if not identities.max():
        raise DataError("there is a single row, and nothing to compare it with")
    everything = np.arange(len(rows.keys))
    found = nearest_rows(
        rows.vectors, everything, top, identities=None if included else identities, classes=rows.predictions
    )
    others = [found[query] for query in rows.queries]
    if included:  # a row that finds itself says nothing
        others = nearest_rows(
            rows.vectors, rows.queries, top, identities=identities, classes=rows.predictions
        )
    _write_index(run, rows)
    write_table(run.out / "neighbours.csv", _neighbour_table(rows, found))
    run("saved", path=str(run.out / "neighbours.csv"), what="neighbours")
    metrics = _index_precision(rows, others, top)
    shown = _shown_queries(rows)
    keys = [rows.keys[place] for query in shown for place in (query, *found[query][0])]
    whole = reduce(DataFrame.unionByName, parts.values())
    predictor: Any = trained.stages[0]
    pictures = small_pictures(run, whole, predictor.features, keys, "neighbours")
    numbers = rows.vectors.shape[1]
    run.result(
        "index",
        title="Nearest rows",
        lines=[
            f"{len(rows.keys):,} rows of {numbers:,} numbers in index.npz; {len(rows.queries):,} were asked for"
        ],
        metrics=metrics,
        details={
            "queries": [
                {
                    **_told_row(rows, query, pictures),
                    "nearest": [
                        {**_told_row(rows, place, pictures), "similarity": float(similarity)}
                        for place, similarity in zip(*found[query], strict=True)
                    ],
                }
                for query in shown
            ]
        },
    )


def _index_of(  # noqa: PLR0913 - as of index_rows
    run: Run,
    trained: PipelineModel,
    parts: Mapping[str, DataFrame],
    queries: Sequence[str],
    label: ClassIndex | None,
    *,
    node: str | None,
    by_prediction: bool,
) -> Indexed:
    """All rows, embedded on Spark and collected as bytes."""
    predictor: Any = trained.stages[0]
    embedding = trained if node is None else PipelineModel([cut_predictor(predictor, node)])
    names = () if label is None else class_names(label)
    rows: list[tuple[Any, bool, float, bytes]] = []
    predicted: dict[Any, int] = {}
    for part, frame in parts.items():
        asked = part in queries
        rows += [(key, asked, *rest) for key, *rest in _collected(embedding, frame, label)]
        if by_prediction and label is not None:
            decoding = Decoding(label, 1, run.thresholds)
            for key, _, outputs in _collected(trained, frame, label):
                told = answer(_told_by(run, np.frombuffer(outputs, np.float32)), decoding)
                predicted[key] = names.index(told[0]["label"])
    rows.sort(key=lambda row: row[0])
    return Indexed(
        keys=[key for key, *_ in rows],
        vectors=unit(np.stack([np.frombuffer(vector, np.float32) for *_, vector in rows])),
        queries=np.flatnonzero([asked for _, asked, _, _ in rows]),
        names=names,
        labels=None if label is None else np.array([place for _, _, place, _ in rows], int),
        predictions=np.array([predicted[key] for key, *_ in rows], int) if by_prediction else None,
    )


def _told_by(run: Run, outputs: Array) -> Array:
    """What a row's outputs tell of its class: thresholds are of probabilities."""
    return probabilities(outputs[None], exclusive=True)[0] if run.logits else outputs


def _collected(
    network: PipelineModel, frame: DataFrame, label: ClassIndex | None
) -> list[tuple[Any, float, bytes]]:
    """The key, the class (-1 without) and the outputs (float32) of each row."""
    with quiet():
        columns = [] if label is None else [label.expression().alias("_class")]
        predicted = network.transform(frame).select(KEY, *columns, "prediction")
        found: list[tuple[Any, float, bytes]] = predicted.rdd.map(
            lambda row: (
                row[0],
                -1 if len(row) < 3 or row[1] is None else row[1],
                array("f", row["prediction"]).tobytes(),
            )
        ).collect()
    return found


def cut_predictor(predictor: Predictor, node: str) -> Predictor:
    """A predictor of what the network's ``node`` gives; the network stays whole."""
    with quiet():
        # A cut takes the edges behind the node out of the graph that is cut, which can compute nothing from then on.
        copied = Model.from_jvalue(predictor.model.value.cloneModule())
        model = copied.new_graph([node])
        if len(model.get_output_shape()) > 2:  # a prediction is a vector
            shapes = model.get_input_shape()
            several = isinstance(shapes, list)
            inputs = [Input(shape=shape[1:]) for shape in (shapes if several else [shapes])]
            given = inputs if several else inputs[0]
            model = Model(given, Flatten()(model(given)))
        preprocessing = predictor.stage.getSamplePreprocessing()
        stage = NNModel(model=model, jvalue=callZooFunc("float", "createNNModel", model, preprocessing))
    return Predictor(model, predictor.features, predictor.batch, stage=stage)


def _write_index(run: Run, rows: Indexed) -> None:
    def named(places: Array | None) -> Array:
        return np.array(
            [] if places is None else [rows.names[place] if place >= 0 else "" for place in places], str
        )

    path = run.out / "index.npz"
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        np.savez(
            file,
            version=np.array(INDEX_VERSION),
            keys=np.array([str(key) for key in rows.keys]),
            vectors=rows.vectors,
            labels=named(rows.labels),
            predictions=named(rows.predictions),
        )
    part.rename(path)
    run("saved", path=str(path), what="index")


def _neighbour_table(rows: Indexed, found: list[tuple[Array, Array]]) -> list[dict[str, Any]]:
    return [
        {
            **_index_columns(rows, query, ""),
            "rank": rank,
            **_index_columns(rows, place, "neighbour_"),
            "similarity": round(float(similarity), 6),
        }
        for query, (places, similarities) in enumerate(found)
        for rank, (place, similarity) in enumerate(zip(places, similarities, strict=True), 1)
    ]


def _index_columns(rows: Indexed, place: int, before: str) -> dict[str, Any]:
    """The key of a row and its class, as columns of the table."""
    found = {f"{before}row": rows.keys[place]}
    for column, places in (("label", rows.labels), ("predicted", rows.predictions)):
        if places is not None:
            found[f"{before}{column}"] = rows.names[places[place]] if places[place] >= 0 else ""
    return found


def _index_precision(rows: Indexed, found: list[tuple[Array, Array]], top: int) -> dict[str, float]:
    """The precision at ``top`` of the queries that have a class, over all and by class."""
    if rows.labels is None:
        return {}
    labels = rows.labels
    known = [place for place, query in enumerate(rows.queries) if labels[query] >= 0]
    if not known:
        return {}
    queries = rows.queries[known]
    shares = precision_at([found[place] for place in known], queries, labels, top)
    name = f"PrecisionAt({top})"
    return {name: float(np.nanmean(shares))} | {
        f"{name}/{each}": float(np.nanmean(shares[labels[queries] == place]))
        for place, each in enumerate(rows.names)
        if (labels[queries] == place).any()
    }


def _shown_queries(rows: Indexed) -> list[int]:
    """The queries that are shown: of each class in turn the next one, without classes spread over all rows."""
    queries: list[int] = rows.queries.tolist()
    if rows.labels is None:
        step = max(1, len(queries) // SHOWN_QUERIES)
        return queries[::step][:SHOWN_QUERIES]
    seen: dict[int, int] = {}
    turns = []
    for query in queries:
        own = int(rows.labels[query])
        turns.append((seen.get(own, 0), own, query))
        seen[own] = seen.get(own, 0) + 1
    return [query for *_, query in sorted(turns)[:SHOWN_QUERIES]]


def _told_row(rows: Indexed, place: int, pictures: Mapping[Any, str]) -> dict[str, Any]:
    key = rows.keys[place]
    return {**_index_columns(rows, place, ""), "row": str(key), "picture": pictures.get(key)}
