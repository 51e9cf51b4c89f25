"""How generated specs say things: one value, one sequence of layers, in any of the ways that the language has."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from zoodsl.catalog.operator import Operator
from zoodsl.model.nodes import InputNode, LayerNode, Network, Operation
from zoodsl.model.printer import show_number, show_operation
from zoodsl.types import show

Draw = Callable[[st.SearchStrategy[Any]], Any]

_LEADING_NUMBER = re.compile(r"(\w+\()(\d+)(?=[,)])")
_INDENT = "  "

# Strategies are kept: to make one costs more than to draw from it.
_PERCENT = st.integers(0, 99)
_NUMBER_FORMS = st.integers(0, 9)
_LAYER_FORMS = st.integers(0, 17)


@dataclass(slots=True)
class Wording:
    """A spec's own names: what ``param``, ``let`` and ``block`` declare above its sections, in the order of need.

    ``library`` is a file of blocks that may be used, if there is one.
    ``said`` are calls of layers that are already words, by the layer's name; ``tuned`` are params, with their defaults, that an
    experiment may set to larger numbers.
    """

    draw: Draw
    library: str | None = None
    declarations: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    tuned: list[tuple[str, int]] = field(default_factory=list)
    _names: int = 0

    def chance(self, percent: int) -> bool:
        """True so often; shrinks to False."""
        return bool(self.draw(_PERCENT) >= 100 - percent)

    def name(self, stem: str) -> str:
        """A name that nothing else has."""
        self._names += 1
        return f"{stem}{self._names}"

    def number(self, value: float) -> str:
        """A number: as it is, by a param, by a let, or computed."""
        literal = show_number(value)
        if value < 0:
            return literal
        whole = isinstance(value, int)
        match self.draw(_NUMBER_FORMS):
            case 8 if whole:
                name = self.name("count")
                self.declarations.append(f"param {name}: int = {literal}")
                return name
            case 8:
                name = self.name("rate")
                self.declarations.append(f"param {name}: float = {literal}")
                return name
            case 9:
                name = self.name("value")
                self.declarations.append(f"let {name} = {self._computed(value, literal)}")
                return name
            case 7:
                return self._computed(value, literal)
            case _:
                return literal

    def _computed(self, value: float, literal: str) -> str:
        if not isinstance(value, int):
            return literal
        few = f"len([{', '.join(map(str, range(1, value + 1)))}])" if 1 <= value <= 4 else f"{value + 2} - 2"
        forms = (
            literal,
            f"2 * {value} - {value}",
            f"max({value}, 1)",
            f"min({value}, {value + 5})",
            f"{2 * value} / 2",
            f"ceil({value} - 0.5)" if value else "floor(0.5)",
            f"(if {value} > 3 {{ {value} }} else {{ {value} }})",
            f"floor({value}.5)",
            few,
        )
        form: str = self.draw(st.sampled_from(forms))
        return form

    def layer(self, node: LayerNode) -> str:
        """The call of a layer of the network."""
        return self.said.get(node.name) or self.call(node.operation)

    def call(self, operation: Operation[Operator]) -> str:
        """A call, whose first number may have a name."""
        text = show_operation(operation)
        match = _LEADING_NUMBER.match(text)
        if match is None or not self.chance(30):
            return text
        return match[1] + self.number(int(match[2])) + text[match.end() :]


def indented(lines: Sequence[str]) -> list[str]:
    """The lines of a body, one level in."""
    return [_INDENT + line for part in lines for line in part.split("\n")]


def body(head: str, lines: Sequence[str]) -> str:
    """``head { ... }`` with a line each."""
    return "\n".join([f"{head} {{", *indented(lines), "}"])


# --- networks


def network_section(network: Network, wording: Wording) -> str:
    """The section `network` of a model's network, in one of the forms that say the same.

    A sequence where every layer reads the one before it, or named nodes; chains, labels, blocks, `repeat` and `if` where they
    change nothing.
    """
    if _is_sequence(network) and not wording.chance(25):
        lines = [f"input {show(network.inputs[0].shape)}", *_sequence(network.layers, wording)]
    else:
        lines = _graph(network, wording)
    name = f" {wording.name('net')}" if wording.chance(15) else ""
    return body(f"network{name}", lines)


def _is_sequence(network: Network) -> bool:
    before = [network.inputs[0].name, *(layer.name for layer in network.layers)]
    return len(network.inputs) == 1 and all(
        layer.inputs == (name,) for name, layer in zip(before, network.layers, strict=False)
    )


def _graph(network: Network, wording: Wording) -> list[str]:
    readers = [name for layer in network.layers for name in layer.inputs]
    lines = [_input(node) for node in network.inputs]
    written: dict[str, str] = {node.name: node.name for node in network.inputs}
    for layer in network.layers:
        call = wording.layer(layer)
        if len(layer.inputs) > 1:
            call = _fed(call, [written[each] for each in layer.inputs])
        else:
            call = f"{written[layer.inputs[0]]} -> {call}"
        label = f' as "{layer.name}/it"' if "->" in call and wording.chance(15) else ""
        last = layer.name == network.output
        # A chain that one layer alone reads goes on; the others get a name.
        if last:
            lines.append(f"output {call}{label}")
        elif readers.count(layer.name) == 1 and wording.chance(40) and not _merges_next(layer, network):
            written[layer.name] = call + label
        else:
            lines.append(f"{layer.name} = {call}{label}")
            written[layer.name] = layer.name
    return lines


def _merges_next(layer: LayerNode, network: Network) -> bool:
    """Whether what reads this layer takes several, as arguments: a chain may not stand there."""
    return any(layer.name in each.inputs and len(each.inputs) > 1 for each in network.layers)


def _input(node: InputNode) -> str:
    return f"{node.name} = Input({show(node.shape)})"


def _fed(call: str, inputs: Sequence[str]) -> str:
    """The call of a merge with its nodes before its own arguments."""
    name, _, rest = call.partition("(")
    arguments = rest[:-1]
    return f"{name}({', '.join([*inputs, *([arguments] if arguments else [])])})"


def _sequence(layers: Sequence[LayerNode], wording: Wording) -> list[str]:
    lines: list[str] = []
    for place, layer in enumerate(layers):
        call = wording.layer(layer)
        keeps = layer.input_shapes == (layer.shape,)
        last = place == len(layers) - 1
        if wording.library is not None and place and wording.chance(10):
            lines.append(_borrowed(wording.library, wording))
        match wording.draw(_LAYER_FORMS):
            case 16 | 17 if keeps and not last:
                lines.append(_repeated(call, wording))
            case 14 | 15 if keeps and not last:
                lines.append(_residual(call, wording))
            case 13 if not last:
                lines.append(_in_block(call, wording))
            case 12 if not last:
                condition = wording.draw(
                    st.sampled_from(("8 > 4", "3 != 4", "1 + 1 == 2", "2 <= 2", "2 >= 1", "1 < 2", "true"))
                )
                lines.append(f"if {condition} {{ {call} }} else {{ Dropout(0.5) }}")
            case 10 | 11:
                lines.append(f'{call} as "{wording.name("named")}"')
            case 8 | 9 if lines and "\n" not in lines[-1] and not lines[-1].startswith("if "):
                lines[-1] += f" -> {call}"
            case 7 if not last:
                lines.append(_let(call, wording))
            case _:
                lines.append(call)
    return lines


def _borrowed(library: str, wording: Wording) -> str:
    """A call of the library's block, which keeps any shape."""
    name = wording.name("library")
    wording.declarations.append(f'use "{library}" as {name}')
    return f"{name}.calm(0.25)" if wording.chance(50) else f"{name}.calm()"


def _let(call: str, wording: Wording) -> str:
    name = wording.name("layer")
    wording.declarations.append(f"let {name} = {call}")
    return name


def _repeated(call: str, wording: Wording) -> str:
    values = wording.draw(st.sampled_from(("1..2", "[1, 2]", "0..1", '["a", "b"]')))
    label = wording.name("stage") if wording.chance(50) else ""
    return body(f"repeat k in {values}" + (f' as "{label}_{{k}}"' if label else ""), [call])


def _residual(call: str, wording: Wording) -> str:
    name = wording.name("residual")
    wording.blocks.append(body(f"block {name}(x)", [f"long = x -> {call}", "output Add(x, long)"]))
    return f"{name}()"


def _in_block(call: str, wording: Wording) -> str:
    """The call in a block, its first number as a parameter."""
    name = wording.name("part")
    match = _LEADING_NUMBER.match(call)
    if match is None:
        wording.blocks.append(body(f"block {name}(x)", [call]))
        return f'{name}() as "{name}"' if wording.chance(50) else f"{name}()"
    inner = match[1] + "size" + call[match.end() :]
    default, given = wording.draw(
        st.sampled_from(((f" = {match[2]}", ""), ("", match[2]), (" = 3", f"size = {match[2]}")))
    )
    wording.blocks.append(body(f"block {name}(x, size: int{default})", [f"x -> {inner}"]))
    return f"{name}({given})"
