"""The function ``network()`` of a generated program: the graph, layer by layer, in BigDL's Keras-style API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zoodsl.model.nodes import InputNode, LayerNode, Network
from zoodsl.targets.bigdl.bindings.construct import LAYERS, Construction, Merging, construct
from zoodsl.targets.bigdl.bindings.layers import LAYERS as BINDINGS
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.bigdl.bindings.weights import drawn_by_bigdl, layout
from zoodsl.targets.bigdl.naming import Variables, is_grey, part_names, variables
from zoodsl.targets.pyast import Call, Expression, Function, Listing, Name, Statement, Symbol, Table, call
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


def network_function(network: Network, parameters: int, seed: int) -> Function:
    """``network()``, which builds the untrained model. The network has only layers that BigDL supports.

    ``parameters`` is how many there are to train, for the docstring; ``seed`` that of initial values which
    BigDL cannot draw.
    """
    names = variables(network)
    body: list[Statement] = []
    for node in network.inputs:
        body += _input(node, names)
    for layer in network.layers:
        body += _layer(layer, names.nodes)
    inputs = tuple(Name(names.inputs[node.name]) for node in network.inputs)
    model = call(MODEL, inputs[0] if len(inputs) == 1 else Listing(inputs), Name(names.nodes[network.output]))
    drawn = tuple(_drawn(node) for node in network.layers if not drawn_by_bigdl(node))
    if drawn:
        body += [
            Statement(before="model = ", value=model),
            Statement(value=call(helper("draw_weights"), Name("model"), seed, Table(drawn))),
            Statement(before="return ", value=Name("model")),
        ]
    else:
        body.append(Statement(before="return ", value=model))
    shapes = ", ".join(show(node.shape) for node in network.inputs)
    doc = f"{shapes} -> {show(network.shape)}, with {parameters:,} parameters."
    return Function(name="network", doc=doc, body=tuple(body))


def _input(node: InputNode, names: Variables) -> list[Statement]:
    given = names.inputs[node.name]
    shape = node.shape[1:] if is_grey(node) else node.shape
    made = call(Symbol(LAYERS, "Input"), shape=shape, name=node.name)
    statements = [Statement(before=f"{given} = ", value=made, span=node.span)]
    if is_grey(node):
        channel = call(construct("Reshape", node.shape, name=f"{node.name}/channel"), Name(given))
        remark = "BigDL drops the axis of a single channel"
        statements.append(Statement(before=f"{names.nodes[node.name]} = ", value=channel, remark=remark))
    return statements


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


def _drawn(node: LayerNode) -> tuple[str, Expression]:
    """The initial values of one layer: its layout, and an initializer and a Keras shape for each weight."""
    operation = node.operation
    weights = operation.operator.weights(operation.arguments, node.input_shapes)
    values = Listing(tuple((weight.initializer, weight.shape) for weight in weights))
    return holder_name(node), call(helper("Drawn"), layout(operation), values)
