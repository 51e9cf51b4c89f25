"""Calls of bases in a network: ``lite0()`` puts the layers of the base, as its section leaves them, in the call's place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count

from zoodsl.catalog.operator import Mismatch
from zoodsl.diagnostics import Diagnostics, Label
from zoodsl.diagnostics.rules import bases as rules
from zoodsl.diagnostics.rules import surgery as surgery_rules
from zoodsl.model.nodes import Base, InputNode, Network, Preprocess
from zoodsl.semantics.bases import LoadedBase, read_base
from zoodsl.semantics.colours import Turn, turned, turns
from zoodsl.semantics.expectations import check_normalised, check_values
from zoodsl.semantics.graph import Graph
from zoodsl.semantics.network import Unfolding
from zoodsl.semantics.scope import Binding, Scope
from zoodsl.semantics.surgery import Patient, resize
from zoodsl.semantics.values import Tensor
from zoodsl.source import Span
from zoodsl.syntax.nodes import Call
from zoodsl.types import Shape, show


@dataclass(frozen=True, slots=True)
class Fed:
    """A base in the network, and the input that feeds it directly, if one does."""

    base: LoadedBase
    call: Span
    input: str | None


class BaseCalls:
    """The bases of one analysis, each read at most once and called at most once."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.calls: dict[int, Span] = {}
        self.fed: list[Fed] = []

    def call(
        self,
        binding: Binding,
        call: Span,
        feeds: tuple[Tensor, ...],
        label: tuple[str, Span] | None,
        graph: Graph,
    ) -> Tensor | None:
        """Puts the base that ``binding`` declares into ``graph``; None after a report."""
        if (first := self.calls.get(id(binding.section))) is not None:
            self._report_again(binding, call, first, graph)
            return None
        self.calls[id(binding.section)] = call
        base = self._read(binding, feeds[0].shape)
        if base is None:
            return None
        inlining = _Inlining(base, call, graph, self.diagnostics)
        output = inlining.run(feeds, "" if label is None else f"{label[0]}/")
        if output is not None:
            name = feeds[0].name
            self.fed.append(Fed(base, call, name if name in graph.inputs else None))
        return output

    def read_others(self, bindings: Iterable[Binding]) -> None:
        """Reads the bases that no network has called, for what is wrong with them."""
        for binding in bindings:
            if binding.section is not None and id(binding.section) not in self.calls:
                self._read(binding, None)

    def check_values(self, preprocess: Preprocess) -> None:
        """What ``preprocess`` gives is what each base was trained on that reads it."""
        for each in self.fed:
            if each.input is None:
                continue
            places = (each.call, each.base.load)
            expectation = each.base.expectation
            if expectation is None or expectation.ranges is None:
                check_normalised(
                    each.base.name, each.base.patient.network, preprocess, places, self.diagnostics
                )
            else:
                check_values(each.base.name, expectation, preprocess, places, self.diagnostics)

    def _read(self, binding: Binding, fed: Shape | None) -> LoadedBase | None:
        if binding.section is None or binding.home is None:
            return None
        return read_base(binding.section, binding.home, self._build, fed)

    def _build(self, call: Call, scope: Scope, shape: Shape) -> Network | None:
        """The network of a block's call on one input; a base has no place in it."""
        graph = Graph(self.diagnostics)
        start = graph.add_input("input", shape, call.span)
        result = Unfolding(graph).apply(call, scope, start, None, chained=True)
        if graph.full or not isinstance(result, Tensor):
            return None
        return graph.finish(call.span, result)

    def _report_again(self, binding: Binding, call: Span, first: Span, graph: Graph) -> None:
        self.diagnostics.report(
            rules.CALLED_TWICE,
            call,
            f"the base `{binding.name}` is called twice"
            if call != first
            else f"the base `{binding.name}` is repeated",
            help="two networks with weights of their own are two bases: give each a `base` section",
            labels=[
                *([Label(first, "first here")] if call != first else []),
                Label(binding.span, "the base"),
                *graph.call_labels(),
            ],
        )


class _Inlining:
    """One base on its way into a graph."""

    def __init__(self, base: LoadedBase, call: Span, graph: Graph, diagnostics: Diagnostics) -> None:
        self.base = base
        self.call = call
        self.graph = graph
        self.diagnostics = diagnostics
        self.load = Label(base.load, "loaded here")
        taken = [each.name for each in graph.bases]
        # A library's base may be called as one of the spec's own.
        self.name = next(name for name in _numbered(base.name) if name not in taken)

    def run(self, feeds: tuple[Tensor, ...], prefix: str) -> Tensor | None:
        """Adds the layers, fed by ``feeds``; gives the base's output."""
        inputs = self.base.patient.network.inputs
        if len(inputs) != len(feeds):
            self.diagnostics.report(
                rules.BASE_INPUT,
                self.call,
                f"`{self.base.name}` takes {_counted(len(inputs))}, and gets {_counted(len(feeds))}",
                help=f"write `{self.base.name}({', '.join(node.name for node in inputs)})`",
                labels=[self.load],
            )
            return None
        patient = self._resized(inputs, feeds)
        how = None if patient is None else self._turned(patient.network)
        if patient is None or how is None:
            return None
        names = {node.name: feed.name for node, feed in zip(inputs, feeds, strict=True)}
        for layer in patient.network.layers:
            names[layer.name] = f"{self.graph.prefix}{prefix}{layer.name}"
        for layer in patient.network.layers:
            operator = layer.operation.operator
            read = tuple(
                Tensor(names[name], shape, self.call)
                for name, shape in zip(layer.inputs, layer.input_shapes, strict=True)
            )
            if operator.integer_input and not self.graph.reads_indices(operator, self.call, read):
                return None
            added = self.graph.add_node(
                replace(
                    layer,
                    span=self.call,
                    name=names[layer.name],
                    inputs=tuple(names[each] for each in layer.inputs),
                    base=self.name if layer.name in patient.origins else None,
                ),
                self.load,
            )
            if not added:
                return None
        self._join(patient, how, names)
        return Tensor(names[patient.network.output], patient.network.shape, self.call)

    def _join(self, patient: Patient, how: Mapping[str, Turn], names: Mapping[str, str]) -> None:
        """Tells the graph of the weights and of what is frozen."""
        kept = {
            name: self.base.weights[origin]
            for name, origin in patient.origins.items()
            if origin in self.base.weights
        }
        self.graph.bases.append(
            Base(
                span=self.base.span,
                name=self.name,
                path=self.base.path,
                format=self.base.format,
                weights={names[name]: tensors for name, tensors in turned(kept, how).items()},
                turned=not how.keys().isdisjoint(kept),
            )
        )
        self.graph.frozen.update(names[name] for name in patient.network.frozen)

    def _resized(self, inputs: tuple[InputNode, ...], feeds: tuple[Tensor, ...]) -> Patient | None:
        """The base over what feeds it; None after a report. Another size than it was trained on is told."""
        shapes = {node.name: feed.shape for node, feed in zip(inputs, feeds, strict=True)}
        result = resize(self.base.patient, shapes)
        takes = " and ".join(show(node.shape) for node in inputs)
        gets = " and ".join(show(feed.shape) for feed in feeds)
        trained, place = self._trained(inputs)
        labels = [*(Label(feed.span, f"gives {show(feed.shape)}") for feed in feeds), place]
        if isinstance(result, Mismatch):
            self.diagnostics.report(
                rules.BASE_INPUT,
                self.call,
                f"`{self.base.name}` takes {takes}, and gets {gets}: {result.message}",
                help=result.help or f"feed it {takes}",
                labels=labels,
            )
            return None
        if len(feeds) == 1 and trained != feeds[0].shape:
            self.diagnostics.report(
                rules.OTHER_SIZE,
                self.call,
                f"`{self.base.name}` was trained on {show(trained)}, and gets {gets}",
                help=f"feed it {show(trained)}, or say that you mean it: `expects {gets}` in the base",
                labels=labels,
            )
        return result

    def _trained(self, inputs: tuple[InputNode, ...]) -> tuple[Shape, Label]:
        """The shape that the base was trained on, which its first input has unless ``expects`` says another."""
        expectation = self.base.expectation
        if expectation is None or expectation.shape is None or expectation.shape_span is None:
            takes = " and ".join(show(node.shape) for node in inputs)
            return inputs[0].shape, Label(self.base.load, f"a network for {takes}")
        return expectation.shape, Label(expectation.shape_span, f"it expects {show(expectation.shape)}")

    def _turned(self, network: Network) -> Mapping[str, Turn] | None:
        """What is done to the weights so that a base of BGR takes RGB; None after a report."""
        expectation = self.base.expectation
        if expectation is None or expectation.order != "BGR":
            return {}
        how = turns(network)
        if not isinstance(how, Mismatch):
            return how
        self.diagnostics.report(
            surgery_rules.CANNOT_OPERATE,
            expectation.order_span or expectation.span,
            f"`{self.base.name}` cannot be fed RGB: {how.message}",
            help=how.help,
            labels=[Label(self.call, "called here"), self.load],
        )
        return None


def _numbered(name: str) -> Iterator[str]:
    """``name``, ``name_2``, ``name_3`` and so on."""
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def _counted(inputs: int) -> str:
    return f"{inputs} input{'s' if inputs != 1 else ''}"
