"""The function ``network()`` of a generated program: the graph, layer by layer, in BigDL's Keras-style API.

Where training goes by boundaries, it is made of functions for the stretches between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zoodsl.model.nodes import InputNode, LayerNode, Network
from zoodsl.targets.bigdl.bindings.construct import LAYERS, Construction, Merging, construct
from zoodsl.targets.bigdl.bindings.layers import LAYERS as BINDINGS
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.bigdl.bindings.weights import drawn_by_bigdl, layout
from zoodsl.targets.bigdl.naming import Variables, is_grey, part_names, program_names, variables
from zoodsl.targets.bigdl.segments import UNDIVIDED, Segment, Segments
from zoodsl.targets.pyast import (
    Attribute,
    Call,
    Expression,
    Function,
    Listing,
    Name,
    Statement,
    Symbol,
    Table,
    call,
    escaped,
)
from zoodsl.targets.target import Unsupported
from zoodsl.types import show

MODEL = Symbol("bigdl.dllib.keras.models", "Model")
MERGE = Symbol("bigdl.dllib.keras.engine.topology", "merge")


def unsupported(network: Network) -> Iterator[tuple[LayerNode, Unsupported]]:
    """The layers that BigDL cannot carry out, with the reason."""
    for node in network.layers:
        made = BINDINGS[node.operation.operator.name](node.operation.arguments, node.input_shapes)
        if isinstance(made, Unsupported):
            yield node, made


def network_functions(
    network: Network,
    parameters: int,
    seed: int = 0,
    parts: Segments = UNDIVIDED,
    pretrained: str | None = None,
    *,
    vector: bool = False,
) -> tuple[Function, ...]:
    """``network()``, which builds the model before training, after the functions of its ``parts``, if it has some.

    The network has only layers that BigDL supports. ``parameters`` is how many there are to train, for the docstring;
    ``seed`` that of initial values which BigDL cannot draw; ``pretrained`` the file beside the program with the weights
    of layers from bases. As a ``vector``, an output of several axes has one: what applies a network takes no other.
    """
    functions = [_segment(part) for part in parts.parts]
    names = variables(network, (function.name for function in functions))
    body = [_input(node, names.inputs[node.name]) for node in network.inputs]
    output: Expression
    if functions:
        output = _applied(parts.parts, tuple(Name(names.inputs[node.name]) for node in network.inputs))
    else:
        body += _layers(network, names)
        output = Name(names.nodes[network.output])
    if vector and len(network.shape) > 1:
        output = call(construct("Flatten"), output)
    model = call(MODEL, _inputs(network, names), output)
    setting = list(_weights(network, seed, pretrained))
    if setting:
        body += [
            Statement(before="model = ", value=model),
            *setting,
            Statement(before="return ", value=Name("model")),
        ]
    else:
        body.append(Statement(before="return ", value=model))
    shapes = ", ".join(show(node.shape) for node in network.inputs)
    doc = f"{shapes} -> {show(network.shape)}, with {parameters:,} parameters."
    functions += [Function(name="network", doc=doc, body=tuple(body)), *_divided(network, parts)]
    return tuple(functions)


def _segment(part: Segment) -> Function:
    """The function that applies a segment: from the node or nodes at its beginning to that at its end."""
    names = variables(part.network, inner=part.begin is not None)
    shapes = ", ".join(show(node.shape) for node in part.network.inputs)
    of = "" if part.begin is None else f"What follows `{part.begin}`: "
    return Function(
        name=part.function,
        parameters=", ".join(names.inputs.values()),
        doc=escaped(f"{of}{shapes} -> {show(part.network.shape)}."),
        body=(
            *_layers(part.network, names, inner=part.begin is not None),
            Statement(before="return ", value=Name(names.nodes[part.network.output])),
        ),
    )


def _applied(parts: tuple[Segment, ...], given: tuple[Expression, ...]) -> Expression:
    """``head(base(input))``."""
    for part in parts:
        given = (Call(Name(part.function), given),)
    return given[0]


def _divided(network: Network, parts: Segments) -> Iterator[Function]:
    """For each boundary, the functions that build the model before it and the one after it."""
    for name, division in parts.divisions.items():
        names = variables(network, program_names())
        given = tuple(Name(names.inputs[node.name]) for node in network.inputs)
        features, vector = _applied(parts.before(name), given), ""
        if len(division.node.shape) > 1:
            features, vector = call(construct("Flatten"), features), ", as a vector"
        yield Function(
            name=division.before,
            doc=escaped(f"The frozen network up to `{name}`: what training is given{vector}."),
            body=(
                *(_input(node, names.inputs[node.name]) for node in network.inputs),
                Statement(before="return ", value=call(MODEL, _inputs(network, names), features)),
            ),
        )
        shape = division.node.shape
        yield Function(
            name=division.after,
            doc=escaped(f"What is trained on the output of `{name}`."),
            body=(
                Statement(before="x = ", value=call(Symbol(LAYERS, "Input"), shape=shape, name=name)),
                Statement(
                    before="return ",
                    value=call(MODEL, Name("x"), _applied(parts.after(name), (Name("x"),))),
                ),
            ),
        )


def _inputs(network: Network, names: Variables) -> Expression:
    """The input of the model, or a list of them."""
    inputs = tuple(Name(names.inputs[node.name]) for node in network.inputs)
    return inputs[0] if len(inputs) == 1 else Listing(inputs)


def _layers(network: Network, names: Variables, *, inner: bool = False) -> Iterator[Statement]:
    """All layers, from the inputs as BigDL gives them, or if they are ``inner`` nodes, as the language has them."""
    for node in network.inputs:
        if not inner and is_grey(node):
            channel = call(
                construct("Reshape", node.shape, name=f"{node.name}/channel"), Name(names.inputs[node.name])
            )
            remark = "BigDL drops the axis of a single channel"
            yield Statement(before=f"{names.nodes[node.name]} = ", value=channel, remark=remark)
    for layer in network.layers:
        yield from _layer(layer, names.nodes)


def _weights(network: Network, seed: int, pretrained: str | None) -> Iterator[Statement]:
    """What sets the weights of the model that BigDL cannot draw, and those from files."""
    loaded = pretrained_layers(network)
    drawn = tuple(
        _drawn(node) for node in network.layers if node.name not in loaded and not drawn_by_bigdl(node)
    )
    if drawn:
        yield Statement(value=call(helper("draw_weights"), Name("model"), seed, Table(drawn)))
    if pretrained is not None:
        beside = Attribute(call(Symbol("pathlib", "Path"), Name("__file__")), "with_name")
        yield Statement(value=call(helper("load_weights"), Name("model"), call(beside, pretrained)))


def _input(node: InputNode, variable: str) -> Statement:
    shape = node.shape[1:] if is_grey(node) else node.shape
    made = call(Symbol(LAYERS, "Input"), shape=shape, name=node.name)
    return Statement(before=f"{variable} = ", value=made, span=node.span)


def construction(node: LayerNode) -> Construction:
    """The BigDL layers of a node; a TypeError for one that BigDL does not support, which ``unsupported`` tells."""
    made = BINDINGS[node.operation.operator.name](node.operation.arguments, node.input_shapes)
    if isinstance(made, Unsupported):
        raise TypeError(f"`{node.name}` is not supported: {made.reason}")
    return made


def _layer(node: LayerNode, names: Mapping[str, str]) -> list[Statement]:
    made = construction(node)
    variable = names[node.name]
    given: tuple[Expression, ...] = tuple(Name(names[name]) for name in node.inputs)
    statements = []
    for part, name in zip(made.parts, part_names(node.name, made), strict=True):
        value: Expression
        if isinstance(part, Merging):
            axis = {} if part.axis is None else {"concat_axis": part.axis}
            value = call(MERGE, Listing(given), mode=part.mode, **axis, name=name)
        else:
            value = Call(Call(part.function, part.arguments, (*part.keywords, ("name", name))), given)
        remark = show(node.shape) if part is made.parts[-1] else ""
        statements.append(Statement(before=f"{variable} = ", value=value, span=node.span, remark=remark))
        given = (Name(variable),)
    return statements


def holder_name(node: LayerNode) -> str:
    """The BigDL name of the layer, among those that make up the node, that holds its weights."""
    made = construction(node)
    return part_names(node.name, made)[made.holder]


def pretrained_layers(network: Network) -> dict[str, tuple[Any, ...]]:
    """The weights of layers from bases, by the layer's name."""
    from_bases = {name: arrays for base in network.bases for name, arrays in base.weights.items() if arrays}
    return {node.name: from_bases[node.name] for node in network.layers if node.name in from_bases}


def _drawn(node: LayerNode) -> tuple[str, Expression]:
    """The initial values of one layer: its layout, and an initializer and a Keras shape for each weight."""
    values = Listing(tuple((weight.initializer, weight.shape) for weight in node.weights))
    return holder_name(node), call(helper("Drawn"), layout(node.operation), values)
