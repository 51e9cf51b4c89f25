"""Indices that are looked up: every value that is fed to an ``Embedding`` has a row in its table."""

from __future__ import annotations

from collections.abc import Iterator

from zoodsl.catalog.operator import FeatureCodec
from zoodsl.diagnostics import Diagnostics, Label
from zoodsl.diagnostics.rules import ratings as rules
from zoodsl.model.nodes import Column, Feature, LayerNode, Network, Operation, Preprocess
from zoodsl.semantics.data import DataDraft
from zoodsl.sources import ColumnFacts
from zoodsl.types import ImageType


def check_indices(
    network: Network, data: DataDraft, preprocess: Preprocess, diagnostics: Diagnostics
) -> None:
    """Each table has a row for every value of the columns that it is fed from, as far as these are known."""
    if data.feature is None or isinstance(preprocess.input, ImageType):
        return
    if data.feature.codecs and preprocess.steps:
        step, name = preprocess.steps[0], next(iter(data.feature.codecs))
        diagnostics.report(
            rules.INDEX_OUT_OF_RANGE,
            step.span,
            f"`{step.operation.operator.name}` changes `{name}`, which is an index",
            help="leave the step out: indices are fed as they are",
            labels=[Label(data.feature.codecs[name].span, "made an index")],
        )
        return
    told: set[str] = set()
    for layer, column in _looked_up(network, data.feature):
        codec = data.feature.codecs.get(column.name)
        if codec is not None and codec.operator.gives is not None:
            _check_table(layer, int(codec.operator.gives(codec.arguments).high) + 1, codec, diagnostics)
            continue
        facts = data.facts(column)
        if column.name in told or facts is None or facts.misfit is not None:
            continue
        problem = _problem(layer, column, facts, data.feature)
        if preprocess.steps:
            step = preprocess.steps[-1]
            problem = (
                f"`{step.operation.operator.name}` changes `{column.name}`, which `{layer.name}` looks up",
                "leave the step out: indices are fed as they are",
            )
        if problem is None:
            continue
        told.add(column.name)
        message, help_ = problem
        # A layer of an imported block is shown beside what the spec itself says.
        own = layer.span.file is column.span.file
        table = layer.operation.places.get("input_dim", layer.span)
        diagnostics.report(
            rules.INDEX_OUT_OF_RANGE,
            table if own else column.span,
            message,
            help=help_,
            labels=[Label(column.span, "looked up here") if own else Label(table, "the table")],
        )


def _check_table(
    layer: LayerNode, indices: int, codec: Operation[FeatureCodec], diagnostics: Diagnostics
) -> None:
    """A table has a row for each of the indices that a codec gives."""
    rows: int = layer.operation.arguments["input_dim"]
    if rows >= indices:
        return
    diagnostics.report(
        rules.INDEX_OUT_OF_RANGE,
        codec.span,
        f"`{codec.operator.name}` gives indices 0 to {indices - 1:,}, and the table of `{layer.name}` has {_rows(rows)}",
        help=f"write `Embedding({indices}, ...)`, or take fewer words",
        labels=[Label(layer.operation.places.get("input_dim", layer.span), "the table")],
    )


def _looked_up(network: Network, feature: Feature) -> Iterator[tuple[LayerNode, Column]]:
    """Each ``Embedding`` with each column that it is fed from; one that is fed by other layers has none."""
    places = {node.name: place for place, node in enumerate(network.inputs)}
    for layer in network.layers:
        place = places.get(layer.inputs[0]) if layer.operation.operator.name == "Embedding" else None
        if place is not None:
            columns = feature.columns if len(places) == 1 else feature.columns[place : place + 1]
            yield from ((layer, column) for column in columns)


def _problem(
    layer: LayerNode, column: Column, facts: ColumnFacts, feature: Feature
) -> tuple[str, str] | None:
    rows: int = layer.operation.arguments["input_dim"]
    name, low, high = column.name, facts.minimum, facts.maximum
    if name in feature.codecs:
        if facts.distinct is None or rows > facts.distinct:
            return None
        return (
            f"`{name}` has {facts.distinct:,} different values, and the table of `{layer.name}` has {_rows(rows)}",
            f"write `distinct({column.frame}.{name}) + 1`: one row is for values that did not train",
        )
    if low is None or high is None:
        return None
    fraction = next((value for value in (*(facts.counts or ()), low, high) if value != int(value)), None)
    if fraction is not None:
        return (
            f"`{name}` holds {fraction:g}, and the rows of `{layer.name}` are counted in whole numbers",
            f"make indices of it: `{column.span.text} -> Index()`",
        )
    if low >= 0 and high < rows:
        return None
    held = f"{low:,.0f} to {high:,.0f}"
    if low == 1 and high == rows:
        help_ = (
            f"rows are counted from 0: write `max({column.span.text}) + 1`, or feed `{column.span.text} - 1`"
        )
    else:
        help_ = f"write `max({column.span.text}) + 1`, or make indices of it: `{column.span.text} -> Index()`"
    return f"`{name}` holds {held}, and the table of `{layer.name}` has rows 0 to {rows - 1:,}", help_


def _rows(count: int) -> str:
    return f"{count:,} row{'s' * (count != 1)}"
