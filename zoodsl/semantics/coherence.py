"""What must fit together: data and network, loss and last activation, label and outputs, metrics and label."""

from __future__ import annotations

from zoodsl.catalog import registry
from zoodsl.catalog.labels import tells
from zoodsl.catalog.losses import last_activations, needed_outputs
from zoodsl.catalog.metrics import suits
from zoodsl.catalog.operator import LabelCodec, Loss, Metric, Mismatch, Target
from zoodsl.catalog.plots import PLOTS
from zoodsl.catalog.values import Kind
from zoodsl.diagnostics import Diagnostics, Label
from zoodsl.diagnostics.rules import judging as judging_rules
from zoodsl.diagnostics.rules import network as network_rules
from zoodsl.diagnostics.rules import training as rules
from zoodsl.model.nodes import Evaluate, Feature, LayerNode, Network, Operation, Preprocess
from zoodsl.model.nodes import Label as LabelSpec
from zoodsl.semantics.ratings import check_estimates
from zoodsl.source import Span
from zoodsl.types import ImageType, Shape, show


def check_inputs(
    network: Network, feature: Feature, preprocess: Preprocess, diagnostics: Diagnostics
) -> None:
    """The network's inputs take what the data give: one tensor, or one number a feature column."""
    inputs = network.inputs
    read = {network.output, *(name for layer in network.layers for name in layer.inputs)}
    if any(node.name not in read for node in inputs):
        return  # an input that nothing reads was reported, and may be the one too many
    given = preprocess.output.shape if not isinstance(preprocess.output, ImageType) else ()
    place = preprocess.steps[-1].span if preprocess.steps else feature.span
    if len(inputs) > 1:
        if len(inputs) != len(feature.columns):
            diagnostics.report(
                network_rules.FEATURE_COUNT,
                inputs[-1].span,
                f"the network has {len(inputs)} inputs, and the data give {_count(len(feature.columns))}",
                help="list as many columns after `feature`, in the order of the inputs",
                labels=[Label(feature.span, _count(len(feature.columns)))],
            )
            return
        for node, column in zip(inputs, feature.columns, strict=True):
            if node.shape != (1,):
                diagnostics.report(
                    network_rules.INPUT_SHAPE,
                    node.span,
                    f"the input `{node.name}` takes {show(node.shape)}, and `{column.name}` gives one number",
                    help=f"write `{node.name} = Input(1)`",
                    labels=[Label(column.span, "one number")],
                )
        return
    node = inputs[0]
    if node.shape == given:
        return
    diagnostics.report(
        network_rules.INPUT_SHAPE,
        node.span,
        f"the network takes {show(node.shape)}, and the data give {show(given)}",
        help=_input_help(node.shape, given, preprocess),
        labels=[Label(place, f"gives {show(given)}")],
    )


def _count(columns: int) -> str:
    return f"{columns} feature column{'s' if columns != 1 else ''}"


def _input_help(wanted: Shape, given: Shape, preprocess: Preprocess) -> str:
    image = isinstance(preprocess.input, ImageType)
    if image and len(wanted) == len(given) and wanted[0] == given[0]:
        return f"add `Resize({wanted[1]}x{wanted[2]})` to `preprocess`, or write `input {show(given)}`"
    if image and len(wanted) == len(given) and wanted[0] in (1, 3):
        return f"read the images with `channels = {wanted[0]}`, or write `input {show(given)}`"
    if image and wanted == (*given[1:], given[0]):
        return f"channels come first: write `input {show(given)}`"
    return f"write `input {show(given)}`"


def last_activation(network: Network) -> tuple[str, LayerNode | None]:
    """The activation that the output comes out of, and the layer that has it.

    Layers that only move numbers are looked through; ``linear`` where there is none.
    """
    layers = {layer.name: layer for layer in network.layers}
    name = network.output
    outermost = layers.get(name)
    while name in layers:
        layer = layers[name]
        rule, arguments = layer.operation.operator, layer.operation.arguments
        own = arguments.get("activation")
        if isinstance(own, str) and own != "linear":
            return own, layer
        if rule.name in ACTIVATION_LAYERS:
            return ACTIVATION_LAYERS[rule.name], layer
        cost = rule.flops(arguments, layer.input_shapes, layer.shape)
        if cost or len(layer.inputs) != 1 or isinstance(own, str):
            return "linear", layer
        name = layer.inputs[0]
    return "linear", outermost


ACTIVATION_LAYERS = {"Softmax": "softmax", "ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu"}
"""Layers that are an activation."""


def check_loss(
    loss: Operation[Loss], label: LabelSpec | None, network: Network | None, diagnostics: Diagnostics
) -> None:
    """The loss is for this kind of label, and the network ends as the loss needs it."""
    if label is not None and label.codec.operator.target not in loss.operator.targets:
        diagnostics.report(
            rules.LOSS_AND_LABEL,
            loss.span,
            f"`{loss.operator.name}` is for {_targets(loss.operator.targets)}, and the label is a "
            f"{label.codec.operator.target.value}",
            help=_loss_help(label.codec.operator.target),
            labels=[Label(label.codec.span, f"gives a {label.codec.operator.target.value}")],
        )
        return
    if network is None:
        return
    activation, layer = last_activation(network)
    if label is not None and activation == "softmax" and network.shape[-1:] == (1,):
        diagnostics.report(
            rules.SOFTMAX_OF_ONE,
            layer.span if layer is not None else network.span,
            "a softmax over one number is always 1",
            help="end with one unit a class, or with `activation = sigmoid` and `BinaryCrossentropy()`",
            labels=[Label(loss.span, "the loss")],
        )
        return
    _check_activation(loss, activation, layer, diagnostics)
    if label is not None:
        _check_outputs(loss, label, network, diagnostics)


def _targets(targets: tuple[Target, ...]) -> str:
    return " or ".join(f"a {target.value}" for target in targets)


def _loss_help(target: Target) -> str:
    match target:
        case Target.CLASS:
            return "a class index is learned with `SparseCategoricalCrossentropy()`"
        case Target.MULTI_HOT:
            return "labels of which several may hold are learned with `BinaryCrossentropy()`"
        case Target.NUMBER | Target.VECTOR:
            return "numbers are learned with `MeanSquaredError()` or `MeanAbsoluteError()`"


def _check_activation(
    loss: Operation[Loss], activation: str, layer: LayerNode | None, diagnostics: Diagnostics
) -> None:
    wanted = last_activations(loss.operator, loss.arguments)
    if not wanted or activation in wanted:
        return
    words = " or ".join(f"`{each}`" for each in wanted)
    name = f"`{layer.name}`" if layer is not None else "the network"
    ends = "has no activation" if activation == "linear" else f"ends with `{activation}`"
    if wanted == ("linear",):
        help_ = "leave the last activation out, or leave `from_logits` out"
    elif activation == "linear" and "from_logits" in loss.arguments:
        help_ = (
            f"write `activation = {wanted[0]}` in the last layer, or "
            f"`{loss.operator.name}(from_logits = true)`"
        )
    else:
        help_ = f"write `activation = {wanted[0]}` in the last layer"
    place = layer.operation.places.get("activation", layer.span) if layer is not None else loss.span
    diagnostics.report(
        rules.LOSS_AND_ACTIVATION,
        place,
        f"`{loss.operator.name}` is for a network that ends with {words}, and {name} {ends}"
        if wanted != ("linear",)
        else f"`from_logits = true` is for a network that ends without an activation, and {name} {ends}",
        help=help_,
        labels=[Label(loss.span, "the loss")],
    )


def _check_outputs(
    loss: Operation[Loss], label: LabelSpec, network: Network, diagnostics: Diagnostics
) -> None:
    """The network gives as many numbers as the label has classes or entries."""
    codec: Operation[LabelCodec] = label.codec
    size = codec.operator.size(codec.arguments)
    needed = needed_outputs(loss.operator, codec.operator.target, size)
    if isinstance(needed, Mismatch):
        diagnostics.report(
            rules.LOSS_AND_LABEL,
            loss.span,
            needed.message,
            help=needed.help,
            labels=[Label(codec.span, f"{size} classes")],
        )
        return
    if needed is None:
        return
    classes = codec.operator.target is Target.CLASS and needed != 1
    wanted = f"{needed} {'classes' if classes else 'numbers' if needed != 1 else 'number'}"
    _check_weights(loss, needed, Label(codec.span, wanted), diagnostics)
    shape = network.shape
    if shape == (needed,):
        return
    layers = {layer.name: layer for layer in network.layers}
    last = layers.get(network.output)
    place = network.span if last is None else last.span
    if len(shape) != 1:
        help_ = "bring it to a vector with `Flatten()` or a global pooling before the last `Dense`"
    elif last is not None and "units" in last.operation.arguments:
        help_ = f"write `{last.operation.operator.name}({needed}, ...)`"
        place = last.operation.places.get("units", place)
    else:
        help_ = f"end with `Dense({needed}, ...)`"
    diagnostics.report(
        rules.OUTPUT_SIZE,
        place,
        f"the network gives {show(shape)}, and the label has {wanted}",
        help=help_,
        labels=[Label(codec.span, wanted)],
    )


def check_told(network: Network, label: LabelSpec, telling: Span | None, diagnostics: Diagnostics) -> None:
    """A network that nothing trains gives as many numbers as the label needs, where these are taken for it.

    ``telling`` is where they are; None: nowhere.
    """
    codec = label.codec
    size = codec.operator.size(codec.arguments)
    if telling is None or size is None or tells(network.shape, codec.operator.target, size):
        return
    kind = {Target.CLASS: "classes", Target.MULTI_HOT: "labels"}.get(codec.operator.target, "numbers")
    diagnostics.report(
        rules.OUTPUT_SIZE,
        codec.span,
        f"the network gives {show(network.shape)}, and the label has {size} {kind if size != 1 else kind[:-1]}",
        help="nothing trains it for this label: write the one that it was trained on, or add a section `optimize`",
        labels=[Label(telling, "takes one for the other"), Label(network.span, "the network")],
    )


def _check_weights(loss: Operation[Loss], needed: int, label: Label, diagnostics: Diagnostics) -> None:
    """A loss that weighs classes or outputs has a weight for each."""
    weights = loss.arguments.get("weights")
    if isinstance(weights, tuple) and len(weights) != needed:
        diagnostics.report(
            rules.WEIGHT_COUNT,
            loss.places["weights"],
            f"`weights` has {len(weights)}, and the label has {label.text}",
            help=f"list {needed}, in the order of the label",
            labels=[label],
        )


def check_metrics(metrics: tuple[Operation[Metric], ...], label: LabelSpec, diagnostics: Diagnostics) -> None:
    """Each metric is defined for this kind of label, and is listed once."""
    check_estimates(metrics, label, diagnostics)
    seen: dict[str, Operation[Metric]] = {}
    target = label.codec.operator.target
    for metric in metrics:
        first = seen.setdefault(metric.operator.name, metric)
        if first is not metric and first.arguments == metric.arguments:
            diagnostics.report(
                rules.REPEATED_METRIC,
                metric.span,
                f"`{metric.operator.name}` is computed twice",
                help="keep one of them",
                labels=[Label(first.span, "first here")],
            )
        if not suits(metric.operator, label.codec.operator):
            diagnostics.report(
                rules.METRIC_AND_LABEL,
                metric.span,
                f"`{metric.operator.name}` is for {_targets(metric.operator.targets)}, and the label is a {target.value}",
                help=f"for it there are {_metrics_for(label.codec.operator)}",
                labels=[Label(label.codec.span, f"gives a {target.value}")],
            )
            continue
        guesses, classes = metric.arguments.get("k"), label.codec.operator.size(label.codec.arguments)
        if guesses is not None and classes is not None and guesses >= classes:
            diagnostics.report(
                judging_rules.ALL_GUESSES,
                metric.places.get("k", metric.span),
                f"`{metric.operator.name}` with {guesses} guesses is always 1: there are {classes} classes",
                help=f"write `k = {classes - 1}` or less" if classes > 2 else "use `Accuracy()`",
                labels=[Label(label.codec.span, f"{classes} classes")],
            )


def _metrics_for(codec: LabelCodec) -> str:
    metrics = [each for each in registry.operators(Kind.METRIC) if isinstance(each, Metric)]
    names = [f"`{metric.name}`" for metric in metrics if suits(metric, codec)]
    return ", ".join(names[:6])


def check_images_shown(evaluate: Evaluate, feature: Feature, diagnostics: Diagnostics) -> None:
    """Plots that show the rows' images have some to show."""
    kind = feature.columns[0].type
    if kind is None or isinstance(kind.type, ImageType):
        return
    for plot in evaluate.plots:
        if PLOTS[plot].of_images:
            diagnostics.report(
                rules.NO_IMAGES_TO_SHOW,
                evaluate.places[plot],
                f"the plot `{plot}` shows images, and the network is fed numbers",
                help=f"leave `{plot}` out",
                labels=[Label(feature.span, "fed here")],
            )


def check_plots(evaluate: Evaluate, label: LabelSpec, diagnostics: Diagnostics) -> None:
    """Each plot can be drawn for this kind of label."""
    target = label.codec.operator.target
    for plot in evaluate.plots:
        targets = PLOTS[plot].targets
        if target not in targets:
            diagnostics.report(
                rules.PLOT_AND_LABEL,
                evaluate.places[plot],
                f"the plot `{plot}` is for {_targets(targets)}, and the label is a {target.value}",
                help=f"leave `{plot}` out",
                labels=[Label(label.codec.span, f"gives a {target.value}")],
            )
