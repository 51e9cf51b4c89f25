"""Programs that write a network in BigDL's own format: one that was read from a file, or Caffe's, which BigDL reads."""

from __future__ import annotations

from dataclasses import replace

from zoodsl.diagnostics import Diagnostics
from zoodsl.diagnostics.rules.targets import UNSUPPORTED_LAYER
from zoodsl.model.nodes import Base, Network, Weights
from zoodsl.plan.cost import layer_costs
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.bigdl.network import network_functions, unsupported
from zoodsl.targets.bigdl.page import assemble
from zoodsl.targets.bigdl.pretrained import attachments
from zoodsl.targets.pyast import Expression, Function, Name, Page, Statement, Symbol, call, file_name
from zoodsl.targets.target import Program

MODEL = "model.bigdl"
"""The file that a program of this module writes, in the folder ``out`` of its ``main``."""


def network_program(
    network: Network, weights: Weights, file: str, diagnostics: Diagnostics
) -> Program | None:
    """The program that builds ``network`` with ``weights`` and writes it; None with a diagnostic for what BigDL lacks.

    ``file`` is where it comes from. Layers keep their names.
    """
    lacking = list(unsupported(network))
    for node, why in lacking:
        diagnostics.report(UNSUPPORTED_LAYER, None, f"`{node.name}`: {why.reason}", help=why.help)
    if lacking:
        return None
    base = Base(span=network.span, name="network", path=file, format="", weights=weights)
    whole = replace(network, bases=(base,))
    attached = attachments(whole)
    parameters = sum(layer.parameters for layer in layer_costs(whole))
    # Every layer with weights has them: nothing is drawn, so that no seed matters.
    functions = network_functions(whole, parameters, 0, pretrained=next(iter(attached), None))
    page = _page(call(helper("write_network"), Name("network"), _place()), functions)
    text = assemble(
        f"The network of {file_name(file)}, written in BigDL's own format.", page, file_name(file)
    ).text
    return Program(target="bigdl", text=text, provenance={}, attachments=attached)


def caffe_program(definition: str, weights: str) -> Program:
    """The program by which BigDL reads Caffe's files, named by absolute paths, and writes its own."""
    page = _page(call(helper("write_caffe"), definition, weights, _place()))
    name = file_name(weights)
    text = assemble(f"Caffe's network of {name}, written in BigDL's own format.", page, name).text
    return Program(target="bigdl", text=text, provenance={})


def _place() -> Expression:
    return call(Name("str"), call(Symbol("pathlib", "Path"), Name("out"), MODEL))


def _page(writing: Expression, functions: tuple[Function, ...] = ()) -> Page:
    """The program's own part: ``functions``, and a ``main`` that readies the engine and writes."""
    main = Function(
        name="main",
        parameters='spark, hooks=None, root=".", out=".", resume=False',
        doc=f"Writes `{MODEL}` to the folder `out`.",
        body=(Statement(value=call(helper("start_engine"), Name("spark"))), Statement(value=writing)),
    )
    page = Page()
    for function in (*functions, main):
        page.function(function)
        page.add("\n")
    return page
