"""Texts of whole right specs, of any form that the language has."""

from __future__ import annotations

from pathlib import Path

from hypothesis import assume
from hypothesis import strategies as st

from zoodsl.catalog.layers import OPERATORS as LAYERS
from zoodsl.model.nodes import InputNode, LayerNode, Network, Operation
from zoodsl.testing.calls import NOWHERE, Draw, Node, arguments, call, fits
from zoodsl.testing.generated.data import Data, Table, data
from zoodsl.testing.generated.sections import Objective, evaluate, objectives, optimize, train
from zoodsl.testing.generated.sources import LIBRARY, SAMPLES, Source, written
from zoodsl.testing.generated.steps import preprocess
from zoodsl.testing.generated.tasks import tasks
from zoodsl.testing.generated.wording import Wording, network_section
from zoodsl.testing.networks import append, ways
from zoodsl.types import Shape, TensorType, elements

_MERGES = tuple(layer for layer in LAYERS if layer.inputs[0] > 1)
_CHAINED = tuple(layer for layer in LAYERS if layer.inputs == (1, 1))


def specs(folder: str | Path | None = None) -> st.SearchStrategy[str]:
    """Texts of right specs: none has an error when it is checked.

    They read samples of scikit-learn; where a ``folder`` is given, also tables and images that are written there at once (CSV,
    JSON, delimited text, IDX, and Parquet if pyarrow is there), and then the text is to be checked or run as a file of that
    folder. What differs is everything: form and preprocessing of the data, label, split, network and how it is spelled,
    loss, optimizer, schedule, training, and what is judged. Networks are small: they compute in milliseconds.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=3, database=None)
    ... @given(specs())
    ... def begins_with_its_version(text):
    ...     assert text.startswith("zoo 1")
    >>> begins_with_its_version()
    """
    more: tuple[Source, ...] = () if folder is None else written(Path(folder))
    return _texts((*SAMPLES, *more), None if folder is None else LIBRARY)


@st.composite
def _texts(draw: Draw, sources: tuple[Source, ...], library: str | None) -> str:
    wording = Wording(draw, library)
    drawn = draw(data(wording, sources))
    steps, fed = draw(preprocess(wording, drawn))
    objective = draw(objectives(drawn))
    network = network_section(draw(_networks(wording, drawn, fed, objective)), wording)
    epochs = draw(st.integers(1, 6))
    sections = [
        drawn.section,
        steps,
        network,
        draw(optimize(wording, objective, epochs)),
        draw(train(wording, drawn, epochs)) if epochs > 1 or wording.chance(70) else "",
        judged := draw(evaluate(wording, drawn)),
        *draw(tasks(wording, drawn, fed, objective.outputs, judged=bool(judged))),
    ]
    written_sections = [section for section in sections if section]
    if wording.chance(20):
        written_sections = draw(st.permutations(written_sections))
    head = ["zoo 1", *(['"""What is learned here."""'] if wording.chance(30) else [])]
    declared = ["\n".join(wording.declarations)] if wording.declarations else []
    return "\n\n".join(["\n".join(head), *declared, *wording.blocks, *written_sections]) + "\n"


# --- networks that fit data and loss


@st.composite
def _networks(draw: Draw, wording: Wording, drawn: Data, fed: TensorType, objective: Objective) -> Network:
    """A network that takes ``fed`` and ends as the loss needs it."""
    nodes: list[Node] = []
    last: Node
    operators = LAYERS if draw(st.booleans()) else _CHAINED
    width = fed.shape[0]
    several = drawn.tables if width == len(drawn.tables) and width > 1 else ()
    starts = several or drawn.tables[:1]
    if several:
        ends = [
            _looked_up(f"input_{place}", (1,), table, nodes, wording) for place, table in enumerate(starts)
        ]
        last = append(nodes, call("Concatenate"), tuple(ends))
    elif starts:
        last = _looked_up("input_0", fed.shape, starts[0], nodes, wording)
    else:
        start = InputNode(span=NOWHERE, name="input_0", shape=fed.shape)
        nodes.append(start)
        last = start
        if draw(st.integers(0, 9)) > 6:
            # What feeds a network is mostly a vector or an image: this is the way to what takes series and volumes.
            last = append(nodes, call("Reshape", target_shape=draw(_reshaped(fed.shape))), (last,))
        last = draw(ways(last, nodes, operators, longest=4, lookup=False))
    if draw(st.integers(0, 9)) > 7:
        last = _merged(draw, nodes, last)
    return _ended(draw, nodes, last, objective)


def _reshaped(shape: Shape) -> st.SearchStrategy[Shape]:
    """Shapes of two to four dimensions with as many numbers."""
    first, rest = shape[0], elements(shape[1:])
    volume = (*(1,) * (4 - len(shape)), *shape)
    return st.sampled_from(
        ((1, elements(shape)), (elements(shape), 1), (first, rest), (first, 1, rest), volume)
    )


def _merged(draw: Draw, nodes: list[Node], last: Node) -> Node:
    """A merge of ``last`` and what an activation makes of it."""
    other = append(nodes, call("Activation", activation="tanh"), (last,))
    merge = draw(st.sampled_from(_MERGES))
    given = draw(arguments(merge, last.shape))
    if not fits(merge, given, (last.shape, other.shape)):
        return other
    return append(nodes, Operation(span=NOWHERE, operator=merge, arguments=given), (last, other))


def _looked_up(name: str, shape: Shape, table: Table, nodes: list[Node], wording: Wording) -> Node:
    start = InputNode(span=NOWHERE, name=name, shape=shape)
    nodes.append(start)
    rows, spelled = table
    found = append(nodes, call("Embedding", input_dim=rows, output_dim=3), (start,))
    wording.said[found.name] = f"Embedding({spelled}, 3)"
    return append(nodes, call("Flatten"), (found,))


def _ended(draw: Draw, nodes: list[Node], last: Node, objective: Objective) -> Network:
    assume(all(last.shape))
    if len(last.shape) > 1:
        last = append(nodes, call("Flatten"), (last,))
    units, activation = objective.outputs, objective.activation
    if activation != "linear" and draw(st.integers(0, 4)) == 4:
        last = append(nodes, call("Dense", units=units), (last,))
        last = append(nodes, call("Activation", activation=activation), (last,))
    else:
        last = append(nodes, call("Dense", units=units, activation=activation), (last,))
    return Network(
        span=NOWHERE,
        inputs=tuple(node for node in nodes if isinstance(node, InputNode)),
        layers=tuple(node for node in nodes if isinstance(node, LayerNode)),
        output=last.name,
    )
