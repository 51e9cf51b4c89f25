"""Walks through BigDL's modules: containers, graphs and tables, and each module's layer in the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from zoodsl.diagnostics.rules import surgery as rules
from zoodsl.source import Span
from zoodsl.types import Shape
from zoodsl.weights import bigdl_classic as classic
from zoodsl.weights import bigdl_keras as keras
from zoodsl.weights.assembly import UnsupportedError
from zoodsl.weights.bigdl_construction import Construction, Value, tensor, tensors
from zoodsl.weights.bigdl_format import DamagedError, Module
from zoodsl.weights.bigdl_patterns import PATTERNS, composed
from zoodsl.weights.pretrained import Pretrained, Problem

GRAPHS = {"StaticGraph", "DynamicGraph", "Graph"}
CHAINS = {"Sequential"}
TABLES = {"Concat", "ConcatTable", "ParallelTable"}
PASSING = {*GRAPHS, *CHAINS, *TABLES, "Model"}
"""Modules that only hold others."""

PICKING = {"SelectTable", "FlattenTable", "Input"}
WRAPPING = {"KerasLayerWrapper": "torchLayer", "KerasIdentityWrapper": "layer"}
"""Modules that pass on what they read, and those that hold another in an attribute."""


def is_known(module: Module) -> bool:
    """Whether there is a way to read a module of this class."""
    if module.type in PASSING | PICKING:
        return True
    if module.is_keras:
        if module.type in keras.LAYERS or module.type in keras.MERGES:
            return True
        return len(module.modules) == 1 and is_known(module.modules[0])
    return module.type in classic.LAYERS or module.type in classic.MERGES


@dataclass(frozen=True, slots=True)
class Step:
    """A module in a graph or a row, and what it reads, by the names of the other steps."""

    key: str
    module: Module
    before: tuple[str, ...]


class Reading:
    """One attempt to read a file. ``shape`` is that of each input which does not say its own."""

    def __init__(self, file: str, span: Span, shape: Shape) -> None:
        self.construction = Construction(span)
        self.problems: list[Problem] = []
        self._file = file
        self.shape = shape

    def whole(self, root: Module) -> str | None:
        """The node that the outermost module gives; None after problems."""
        try:
            graph = root.modules[0] if root.type == "Model" and len(root.modules) == 1 else root
            value = (
                self._graph(graph, None)
                if graph.type in GRAPHS
                else self._module(root, root.name, self._input())
            )
            return None if value is None else _only(value)
        except UnsupportedError as problem:
            self._refuse(root, root.name, problem)
            return None

    def finish(self, output: str | None, *, to_be_cut: bool) -> Pretrained | tuple[Problem, ...]:
        """The network that gives ``output``; one ``to_be_cut`` has all nodes, and need not have its output."""
        last = next(reversed(self.construction.builder.shapes), None) if output is None else output
        if last is None:
            return tuple(self.problems)
        try:
            network, weights = self.construction.finish(last, all_nodes=to_be_cut)
        except UnsupportedError as problem:
            return (Problem(rules.UNSUPPORTED_OPERATOR, f"`{self._file}`: {problem.message}"),)
        return Pretrained(format="bigdl", network=network, weights=weights, unread=tuple(self.problems))

    def _refuse(self, module: Module, name: str, problem: UnsupportedError) -> None:
        message = f"`{self._file}`: `{name}`, {module.type}, {problem.message}"
        self.problems.append(Problem(rules.UNSUPPORTED_OPERATOR, message, problem.help))

    def _input(self, name: str = "input", shape: Shape = ()) -> str:
        free = self.construction.builder.free(name)
        self.construction.builder.input(free, shape or self.shape)
        return free

    # --- modules

    def _module(self, module: Module, name: str, given: Value) -> Value | None:
        """What a module gives, whose layers are named after ``name``; None after problems."""
        c = self.construction
        match module.type:
            case kind if kind in GRAPHS:
                return self._graph(module, given)
            case "Model":
                return self._module(module.modules[0], name, given)
            case "Sequential" if (layer := composed(module)) is not None:
                return layer(c, module, name, tensor(given))
            case "Sequential":
                return self._row(module.modules, given)
            case "Concat":
                parts = self._each(module.modules, [given] * len(module.modules))
                if parts is None:
                    return None
                return c.layer(name, "Concatenate", tensors(parts), axis=module["dimension"] - 1)
            case "ConcatTable":
                return self._each(module.modules, [given] * len(module.modules))
            case "ParallelTable":
                table = given if isinstance(given, tuple) else (given,)
                return self._each(module.modules, table)
            case "SelectTable":
                place = module["index"]
                if not isinstance(given, tuple) or not 0 < abs(place) <= len(given):
                    raise UnsupportedError(f"picks number {place} of a table that has no such tensor")
                picked: Value = given[place - 1 if place > 0 else place]
                return picked
            case "FlattenTable":
                return tuple(_flattened(given))
            case "Identity" if isinstance(given, tuple):
                return given
            case kind if kind in WRAPPING:
                return self._wrapped(module[WRAPPING[kind]], name, given)
        layers, merges = (keras.LAYERS, keras.MERGES) if module.is_keras else (classic.LAYERS, classic.MERGES)
        if module.type in merges:
            return merges[module.type](c, module, name, tensors(given))
        if module.type in layers:
            return layers[module.type](c, module, name, tensor(given))
        if module.is_keras and len(module.modules) == 1:
            return self._wrapped(module.modules[0], name, given)
        raise UnsupportedError("has no counterpart in the language")

    def _wrapped(self, inner: Module, name: str, given: Value) -> Value | None:
        """What a Keras-style module is made of; the last part bears its name."""
        if inner.type in CHAINS and composed(inner) is None:
            return self._row(inner.modules, given, name)
        return self._module(inner, name, given)

    def _each(self, modules: Sequence[Module], given: Sequence[Value]) -> tuple[Value, ...] | None:
        found = [
            self._guarded(module, module.name, value) for module, value in zip(modules, given, strict=True)
        ]
        kept = tuple(each for each in found if each is not None)
        return kept if len(kept) == len(found) else None

    def _guarded(
        self, module: Module, name: str, given: Value, meant: tuple[str, dict[str, object]] | None = None
    ) -> Value | None:
        """What a module gives, or the layer that it is ``meant`` for with those before it; None after problems."""
        try:
            if meant is None:
                return self._module(module, name, given)
            operator, arguments = meant
            return self.construction.layer(name, operator, tensors(given), **arguments)
        except UnsupportedError as problem:
            self._refuse(module, name, problem)
            return None

    # --- rows and graphs

    def _row(self, modules: Sequence[Module], given: Value, whole: str = "") -> Value | None:
        """Modules one after the other. Those that make up ``whole``, if it is one, are named after it."""
        keys = [str(place) for place in range(len(modules))]
        before = ["", *keys]
        steps = [
            Step(key, module, (previous,))
            for key, module, previous in zip(keys, modules, before, strict=False)
        ]
        names = {step.key: step.module.name for step in steps}
        if whole:
            own = (
                step.module.name if step.module.named else f"{whole}/{step.module.type.lower()}"
                for step in steps
            )
            names = dict(zip(keys, own, strict=True)) | {keys[-1]: whole}
        return self._run(steps, {"": given}, names).get(before[-1])

    def _graph(self, graph: Module, given: Value | None) -> Value | None:
        """A graph: that of the whole network, whose inputs are its own, where nothing is ``given``."""
        modules = {module.name: module for module in graph.modules}
        values: dict[str, Value | None] = {}
        grey: dict[str, Value] = {}
        inputs = graph["inputNames"]
        if missing := [name for name in inputs if name not in modules]:
            raise DamagedError(f"it has no input `{missing[0]}`")
        if given is None:
            for name in inputs:
                values[name] = grey[name] = self._own_input(modules[name], graph)
        else:
            values.update(zip(inputs, given if len(inputs) > 1 else (given,), strict=True))
        steps = [
            Step(name, modules[name], modules[name].before)
            for name in in_order(modules, graph["outputNames"])
            if name not in values
        ]
        result = self._run(steps, values, {step.key: step.key for step in steps})
        outputs = tuple(result.get(name) for name in graph["outputNames"])
        found = tuple(each for each in outputs if each is not None)
        if len(found) < len(outputs):
            return None
        return found[0] if len(found) == 1 else found

    def _own_input(self, module: Module, graph: Module) -> str:
        """An input. A grey image, which BigDL reads without its one channel, has it back here."""
        shape = tuple(module.attributes.get("inputShape") or ())
        readers = [each for each in graph.modules if module.name in each.before]
        grey = len(shape) == 2 and all(
            each.type == "Reshape" and each.is_keras and tuple(each["targetShape"]) == (1, *shape)
            for each in readers
        )
        return self._input(module.name if module.named else "input", (1, *shape) if grey else shape)

    def _run(
        self, steps: Sequence[Step], values: Mapping[str, Value | None], names: Mapping[str, str]
    ) -> dict[str, Value | None]:
        """What each step gives, by its key. A step after one that could not be read is left out."""
        found = dict(values)
        rows, absorbed = _patterns(steps)
        for step in steps:
            given = tuple(each for key in step.before if (each := found.get(key)) is not None)
            if len(given) < len(step.before) or not given:
                continue
            value = given[0] if len(given) == 1 else given
            if step.key in absorbed:
                found[step.key] = value
                continue
            found[step.key] = self._guarded(step.module, names[step.key], value, rows.get(step.key))
        return found


def _patterns(steps: Sequence[Step]) -> tuple[dict[str, tuple[str, dict[str, object]]], set[str]]:
    """The layers that rows of steps stand for, by the last step's key, and the keys of the others in those rows."""
    by_key = {step.key: step for step in steps}
    readers: dict[str, int] = {}
    for step in steps:
        for key in step.before:
            readers[key] = readers.get(key, 0) + 1
    rows: dict[str, tuple[str, dict[str, object]]] = {}
    absorbed: set[str] = set()
    for step in steps:
        for pattern in PATTERNS:
            row = [step]
            while len(row) < len(pattern.types) and len(row[0].before) == 1:
                previous = by_key.get(row[0].before[0])
                if previous is None or readers[previous.key] > 1:
                    break
                row.insert(0, previous)
            if tuple(each.module.type for each in row) != pattern.types:
                continue
            arguments = pattern.means([each.module for each in row])
            if arguments is not None:
                rows[step.key] = pattern.operator, arguments
                absorbed.update(each.key for each in row[:-1])
    return rows, absorbed


def in_order(modules: Mapping[str, Module], outputs: Iterable[str]) -> list[str]:
    """The names of the modules that lead to ``outputs``, each after those that it reads."""
    done: dict[str, None] = {}
    waiting = list(reversed(list(outputs)))
    while waiting:
        name = waiting[-1]
        if name not in modules:
            raise DamagedError(f"it has no module `{name}`, which another reads")
        missing = [each for each in modules[name].before if each not in done] if name not in done else []
        if missing:
            waiting.extend(reversed(missing))
        else:
            done[waiting.pop()] = None
    return list(done)


def _only(value: Value) -> str:
    """The node of a network's one output."""
    if isinstance(value, str) or len(value) == 1:
        return tensor(value)
    nodes = ", ".join(f"`{node}`" for node in _flattened(value))
    raise UnsupportedError(f"gives {len(value)} tensors: {nodes}", "save the network with one output")


def _flattened(value: Value) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    else:
        for each in value:
            yield from _flattened(each)
