"""Predictions in this process, by NumPy: of few rows it takes a second, where starting Java takes half a minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zoodsl.catalog.labels import tells
from zoodsl.catalog.losses import SIGNED
from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules import judging as rules
from zoodsl.model.nodes import Frame
from zoodsl.model.tasks import Predict
from zoodsl.plan.cost import layer_costs
from zoodsl.runtime.mean_images import lost_mean_image, steps_of
from zoodsl.runtime.saved import SavedRun, report_unusable
from zoodsl.sources.images import fixed_part, origins
from zoodsl.sources.look import read
from zoodsl.sources.paths import is_address
from zoodsl.sources.terms import compute
from zoodsl.types import DType
from zoodsl.weights.pretrained import Pretrained

if TYPE_CHECKING:
    from zoodsl.targets.arrays import Array
    from zoodsl.targets.numpy.answers import Decoding

MOST_WORK = 20_000_000_000
"""Floating-point operations that are left to NumPy: some five seconds of one core."""

FED_FROM = ("ImageColumn", "NumberColumns")
"""What NumPy can feed a network from, by the names of the library's classes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """Answers: for each row its own columns and what is predicted of it, in order, and the same as a sentence.

    ``engine`` is ``numpy`` or ``bigdl``; ``left_out`` are the images that could not be read, and why.
    """

    rows: Sequence[Mapping[str, Any]]
    sentences: Sequence[str]
    engine: str
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is told of the images that are left out."""
        return tuple(f"`{origin}` is left out: {why}" for origin, why in self.left_out.items())


def decoding(run: SavedRun, task: Predict) -> Decoding:
    """How outputs of the run's network become answers."""
    from zoodsl.targets.numpy.answers import Decoding

    loss = None if run.spec.optimize is None else run.spec.optimize.loss
    label, network = run.spec.data.label, run.spec.network
    if loss is None and label is not None and network is not None:
        # What nothing trains may have a label that it is compared by, and not one that it gives.
        size = label.codec.operator.size(label.codec.arguments)
        told = size is not None and tells(network.shape, label.codec.operator.target, size)
        label = label if told else None
    return Decoding(
        label=label,
        top=task.top,
        thresholds=run.saved.thresholds,
        signs=loss is not None and loss.operator.name in SIGNED,
        logits=loss is not None and bool(loss.arguments.get("from_logits")),
    )


def hindrance(run: SavedRun, task: Predict) -> str | None:
    """Why NumPy cannot predict these rows, as the rest of a sentence; None if it can."""
    from zoodsl.targets.numpy.prediction import missing_step

    if task.part is not None:
        return f"the {task.part.value} rows are divided off by Spark"
    reader = task.frame.reader
    path = reader.arguments.get("path")
    if path is None or reader.operator.name in ("Video", "Table", "JDBC"):
        return f"what `{reader.operator.name}` reads is read by Spark alone"
    if is_address(path):
        return f"`{path}` is an address"
    if run.features["kind"] not in FED_FROM or run.spec.data.feature.codecs:
        return "its features are made by Spark alone"
    if run.features["kind"] != "ImageColumn":
        return None
    step = missing_step(run.spec.preprocess.steps)
    if step is not None:
        return f"`{step}` has no counterpart in it"
    lost = lost_mean_image(run)
    return None if lost is None else f"the run folder has no copy of the mean image `{lost}` as it is now"


def load_network(run: SavedRun, diagnostics: Diagnostics) -> Pretrained | str | None:
    """The network with its weights, or why NumPy cannot run it, as the rest of a sentence; None after a report."""
    from zoodsl.targets.numpy.prediction import missing_layer
    from zoodsl.weights.bigdl import read_whole
    from zoodsl.weights.bigdl_format import DamagedError

    inputs = () if run.spec.network is None else run.spec.network.inputs
    shape = inputs[0].shape if len(inputs) == 1 else None
    try:
        found = read_whole(str(run.network), run.spec.span, shape)
    except DamagedError as problem:
        report_unusable(run.folder, f"its `{run.network.name}` cannot be read: {problem}", diagnostics)
        return None
    if not isinstance(found, Pretrained):
        return found[0].message
    missing = missing_layer(found.network)
    return found if missing is None else f"`{missing}` has no counterpart in it"


def is_small(run: SavedRun, task: Predict) -> bool:
    """Whether predicting the rows takes NumPy no longer than starting Java would."""
    rows = task.frame.rows.count if task.first is None else task.first
    network = run.spec.network
    each = 0 if network is None else sum(layer.flops for layer in layer_costs(network))
    return rows is not None and rows * each <= MOST_WORK


def predict(
    run: SavedRun, task: Predict, network: Pretrained, root: str, diagnostics: Diagnostics
) -> Predicted | None:
    """Predicts the rows of ``task``, whose relative path starts at ``root``; None after a report."""
    from zoodsl.targets.numpy.answers import answers, sentence

    found = (
        _images(run, task, root, diagnostics)
        if run.features["kind"] == "ImageColumn"
        else _numbers(run, task, network, root, diagnostics)
    )
    if found is None:
        return None
    own, fed, left_out = found
    own = own[: task.first]
    result = _given(network, (own, fed, left_out), network.network.output)
    if run.features["scale"] is not None:
        mean, std = run.features["scale"]
        result = result.astype(float) * std + mean
    how = decoding(run, task)
    cells = answers(result, how)
    return Predicted(
        rows=[columns | told for columns, told in zip(own, cells, strict=True)],
        sentences=[sentence(told, how) for told in cells],
        engine="numpy",
        left_out=left_out,
    )


def embed(
    run: SavedRun, task: Predict, network: Pretrained, root: str, node: str, diagnostics: Diagnostics
) -> tuple[Mapping[str, Array], Mapping[str, str]] | None:
    """What ``node`` gives of each image of ``task``, a vector by its origin, and why others are left out; None after a report."""
    found = _images(run, task, root, diagnostics)
    if found is None:
        return None
    own, _, left_out = found
    return dict(zip((row["origin"] for row in own), _given(network, found, node), strict=True)), left_out


Found = tuple[list[dict[str, Any]], Callable[[slice], "Sequence[Array]"], Mapping[str, str]]
"""The rows' own columns, what makes inputs of some of them, and why others are left out."""


def _given(network: Pretrained, found: Found, node: str) -> Array:
    """What ``node`` gives of each row, (rows, numbers)."""
    import numpy as np

    from zoodsl.targets.numpy.prediction import outputs

    own, fed, _ = found
    told: list[Array] = list(outputs(network.network, network.weights, fed, len(own), node))
    return np.concatenate(told).reshape(len(own), -1) if told else np.zeros((0, 1))


def _images(run: SavedRun, task: Predict, root: str, diagnostics: Diagnostics) -> Found | None:
    from zoodsl.targets.bigdl.library.image_decoding import BadImage, decode_image, resized
    from zoodsl.targets.numpy.prediction import images_fed

    arguments = task.frame.reader.arguments
    pattern: str = arguments["path"]
    names = read(task.frame.reader, root, ()) or {"origin": (), "folder": ()}
    folders = dict(zip(names["origin"], names["folder"], strict=True))
    pictures: dict[str, Array] = {}
    left_out: dict[str, str] = {}
    for origin in origins(pattern, root):
        try:
            pixels = decode_image(_content(root, pattern, origin), arguments["channels"])
        except BadImage as bad:
            left_out[origin] = str(bad)
            continue
        shown = pixels if arguments["resize"] is None else resized(pixels, *arguments["resize"])
        least = run.features.get("least")
        if least is not None and (shown.shape[0] < least[0] or shown.shape[1] < least[1]):
            size = f"{shown.shape[0]}x{shown.shape[1]}"
            diagnostics.report(
                rules.PREDICTED_ROWS,
                task.frame.span,
                f"`{origin}` is of {size}, less than {least[0]}x{least[1]}, which is cut out of it",
                help="take larger images, or resize them first: `Resize(...)` in `preprocess`",
            )
            return None
        pictures[origin] = shown[..., ::-1]
    kept = list(pictures.values())
    own = [{"origin": origin, "folder": folders.get(origin)} for origin in pictures]
    steps = steps_of(run)
    return own, lambda some: images_fed(kept[some], steps), left_out


def _content(root: str, pattern: str, origin: str) -> bytes:
    from pathlib import Path

    return Path(root, fixed_part(pattern), origin).read_bytes()


def _numbers(
    run: SavedRun, task: Predict, network: Pretrained, root: str, diagnostics: Diagnostics
) -> Found | None:
    import numpy as np

    from zoodsl.targets.numpy.prediction import in_order, numbers_fed

    features = run.spec.data.feature.columns
    held = _table(task.frame, root)
    if held is None:
        diagnostics.report(rules.PREDICTED_ROWS, None, "these rows cannot be read without Java")
        return None
    count = len(held["_key"])
    own = {column.name: held[column.name] for column in task.frame.columns if column.name in held}
    for column in features:
        if column.expression is not None:
            own[column.name] = compute(column, held, count)
    if not _complete({column.name: own[column.name] for column in features}, diagnostics):
        return None
    rows = np.array([own[column.name] for column in features], float).T
    inputs = run.spec.network.inputs if run.spec.network is not None else network.network.inputs
    mean, std = run.features["mean"], run.features["std"]

    def fed(some: slice) -> Sequence[Array]:
        parts = numbers_fed(rows[some], mean, std, inputs)
        named = dict(zip((node.name for node in inputs), parts, strict=True))
        same = named.keys() == {node.name for node in network.network.inputs}
        return in_order(named, network.network) if same else parts

    return [dict(zip(own, row, strict=True)) for row in zip(*own.values(), strict=True)], fed, {}


def _table(frame: Frame, root: str) -> Mapping[str, Sequence[Any]] | None:
    plain = [column for column in frame.columns if isinstance(column.type, DType)]
    return read(frame.reader, root, plain)


def _complete(columns: Mapping[str, Sequence[Any]], diagnostics: Diagnostics) -> bool:
    """Whether all values are numbers; a report where some are missing, or are none."""
    for name, values in columns.items():
        missing = sum(value is None for value in values)
        text = next((value for value in values if isinstance(value, str)), None)
        if missing or text is not None:
            said = f'holds "{text}", which is no number' if text else f"is missing in {missing:,} rows"
            diagnostics.report(
                rules.PREDICTED_ROWS,
                None,
                f"`{name}` {said}",
                help="the network is fed it: complete the table, or take those rows out",
            )
            return False
    return True
