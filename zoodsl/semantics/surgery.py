"""The algebra of surgery: pure functions from a network to one that is cut, frozen or changed in a layer.

Nothing here reads syntax or a file. A function is given names that the network has, as ``selection`` finds them; what
cannot be done comes back as a ``Mismatch``.

The laws, which tests hold as properties: ``cut(cut(p, b), a) == cut(p, a)`` for ``a`` upstream of ``b``;
``freeze`` is idempotent and commutes with ``cut`` on what is left; ``unfreeze(freeze(p, s), s) == p`` where nothing in
``s`` was frozen; ``rename`` can be taken back; what is left computes what it did, bit for bit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from zoodsl.catalog.operator import Layer, Mismatch
from zoodsl.model.graph import ancestors, node_names
from zoodsl.model.nodes import LayerNode, Network, Operation
from zoodsl.types import Shape, show

IMAGE = 3
"""The dimensions of an image, of which the first is its channels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A network under surgery; what is frozen stands in ``network.frozen``.

    ``origins`` gives for each layer that is still the file's its name there, by its name now. A layer that is not
    among them was put in and begins with fresh weights.
    """

    network: Network
    origins: Mapping[str, str]


def admit(network: Network) -> Patient:
    """A network as it came from its file."""
    return Patient(network=network, origins={layer.name: layer.name for layer in network.layers})


# --- what names stand for


def matching(names: Iterable[str], pattern: str) -> frozenset[str]:
    """The names that are ``pattern``, in which ``*`` stands for any characters and ``?`` for one."""
    plain = pattern.replace("[", "[[]")  # brackets, which stand in many names, are only themselves
    return frozenset(name for name in names if fnmatchcase(name, plain))


def learns(layer: LayerNode) -> bool:
    """Whether a layer has weights that training moves by gradients."""
    return any(weight.trainable for weight in layer.weights)


# --- cutting


def cut(patient: Patient, name: str) -> Patient | Mismatch:
    """Makes the node ``name`` the output; what does not lead to it is left out."""
    network = patient.network
    if name in {node.name for node in network.inputs}:
        return Mismatch(f"`{name}` is the input: a cut here leaves nothing", "cut at a layer")
    kept = ancestors(network, name)
    left = replace(
        network,
        inputs=tuple(node for node in network.inputs if node.name in kept),
        layers=tuple(layer for layer in network.layers if layer.name in kept),
        output=name,
        frozen=network.frozen & kept,
    )
    return _keeping(patient, left)


def cut_before(patient: Patient, name: str) -> Patient | Mismatch:
    """Makes the one node that ``name`` reads the output."""
    (node,) = (layer for layer in patient.network.layers if layer.name == name)
    if len(node.inputs) > 1:
        listed = ", ".join(f"`{each}`" for each in node.inputs)
        return Mismatch(f"`{name}` reads {listed}: a cut before it is no one place", "cut at one of them")
    return cut(patient, node.inputs[0])


def _keeping(patient: Patient, network: Network) -> Patient:
    left = {layer.name for layer in network.layers}
    origins = {name: origin for name, origin in patient.origins.items() if name in left}
    return Patient(network=network, origins=origins)


# --- freezing


def freeze(patient: Patient, names: Collection[str]) -> Patient:
    """Freezes layers: training leaves their weights and statistics as they are."""
    network = patient.network
    return replace(patient, network=replace(network, frozen=network.frozen | frozenset(names)))


def unfreeze(patient: Patient, names: Collection[str]) -> Patient:
    """Lets layers learn again."""
    network = patient.network
    return replace(patient, network=replace(network, frozen=network.frozen - frozenset(names)))


# --- changing layers


def drop(patient: Patient, name: str) -> Patient | Mismatch:
    """Takes out a layer of one input that leaves its shape as it is: what read the layer reads its input."""
    network = patient.network
    (node,) = (layer for layer in network.layers if layer.name == name)
    if len(node.inputs) > 1:
        return Mismatch(
            f"`{name}` joins {len(node.inputs)} nodes, so that nothing can take its place",
            "cut the network before it, or put another layer in its place: `replace`",
        )
    if node.shape != node.input_shapes[0]:
        return Mismatch(
            f"`{name}` makes {show(node.input_shapes[0])} into {show(node.shape)}, and only a layer that keeps its shape can be dropped",
            f'`cut before "{name}"` takes off the end from there, `replace` puts another layer in its place',
        )
    (before,) = node.inputs
    if before not in {layer.name for layer in network.layers} and network.output == name:
        return Mismatch(f"`{name}` is the only layer: without it nothing is left")
    layers = tuple(_reading(layer, {name: before}) for layer in network.layers if layer is not node)
    left = replace(
        network,
        layers=layers,
        output=before if network.output == name else network.output,
        frozen=network.frozen - {name},
    )
    return _keeping(patient, left)


def rename(patient: Patient, old: str, new: str) -> Patient | Mismatch:
    """Gives a layer another name; its weights stay its own."""
    network = patient.network
    if not new.strip():
        return Mismatch("a layer needs a name", "write one between the quotes")
    if new == old:
        return Mismatch(f"`{old}` has this name already", "leave this line out")
    if new in node_names(network):
        return Mismatch(f"there is a node `{new}` already", "choose a name that is free")
    names = {old: new}
    layers = tuple(
        replace(renamed, name=names.get(renamed.name, renamed.name))
        for renamed in (_reading(layer, names) for layer in network.layers)
    )
    left = replace(
        network,
        layers=layers,
        output=names.get(network.output, network.output),
        frozen=frozenset(names.get(each, each) for each in network.frozen),
    )
    return Patient(
        network=left, origins={names.get(name, name): origin for name, origin in patient.origins.items()}
    )


def _reading(layer: LayerNode, names: Mapping[str, str]) -> LayerNode:
    """``layer``, which reads other nodes instead."""
    return replace(layer, inputs=tuple(names.get(each, each) for each in layer.inputs))


def replace_layer(patient: Patient, name: str, operation: Operation[Layer]) -> Patient | Mismatch:
    """Puts another layer in the place of ``name``, with its name and its inputs; it begins with fresh weights.

    Shapes are inferred anew from there on.
    """
    network = patient.network
    (node,) = (layer for layer in network.layers if layer.name == name)
    least, most = operation.operator.inputs
    if len(node.inputs) < least or (most is not None and len(node.inputs) > most):
        return Mismatch(
            f"`{name}` has {len(node.inputs)} input{'s' if len(node.inputs) > 1 else ''}, and "
            f"`{operation.operator.name}` takes {'more' if len(node.inputs) < least else 'fewer'}"
        )
    layers = tuple(
        replace(layer, span=operation.span, operation=operation) if layer is node else layer
        for layer in network.layers
    )
    changed = replace(network, layers=layers, frozen=network.frozen - {name})
    origins = {each: origin for each, origin in patient.origins.items() if each != name}
    return _inferred(
        Patient(network=changed, origins=origins), {each.name: each.shape for each in network.inputs}
    )


# --- shapes


def resize(patient: Patient, shapes: Mapping[str, Shape]) -> Patient | Mismatch:
    """The same layers with the same weights over inputs of other shapes, by the inputs' names."""
    inputs = patient.network.inputs
    if all(node.shape == shapes[node.name] for node in inputs):
        return patient
    for node in inputs:
        given = shapes[node.name]
        if len(given) != len(node.shape):
            return Mismatch(f"it takes {len(node.shape)} dimensions, not {len(given)}")
        if len(given) == IMAGE and given[0] != node.shape[0]:
            return Mismatch(f"it takes {node.shape[0]} channels, not {given[0]}")
    return _inferred(patient, shapes)


def _inferred(patient: Patient, shapes: Mapping[str, Shape]) -> Patient | Mismatch:
    """Infers all shapes anew; a layer of the file whose weights would have another shape is a mismatch."""
    network = patient.network
    known = dict(shapes)
    layers = []
    for layer in network.layers:
        given = tuple(known[name] for name in layer.inputs)
        shape = layer.operation.operator.shape(layer.operation.arguments, given)
        if isinstance(shape, Mismatch):
            return replace(shape, message=f"at `{layer.name}`: {shape.message}", parameter=None)
        if layer.name in patient.origins and (misfit := _misfit(layer, given)):
            return misfit
        known[layer.name] = shape
        layers.append(replace(layer, input_shapes=given, shape=shape))
    inputs = tuple(replace(node, shape=known[node.name]) for node in network.inputs)
    return replace(patient, network=replace(network, inputs=inputs, layers=tuple(layers)))


def _misfit(layer: LayerNode, given: tuple[Shape, ...]) -> Mismatch | None:
    """Why the weights of ``layer`` do not fit inputs of the shapes ``given``, if they do not."""
    operator, arguments = layer.operation.operator, layer.operation.arguments
    if given == layer.input_shapes:
        return None
    for old, new in zip(layer.weights, operator.weights(arguments, given), strict=True):
        if old.shape != new.shape:
            return Mismatch(
                f"`{layer.name}` has a {old.name} of {show(old.shape)} for {show(layer.input_shapes[0])}, "
                f"and would get {show(given[0])}",
                f"cut before `{layer.name}`, or replace it",
            )
    return None
