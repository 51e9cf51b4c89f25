"""The network of one block, named outside of any spec: ``zoo.resnet.resnet50(classes = 10)``."""

from __future__ import annotations

import os
import re

from zoodsl.diagnostics import Diagnostics
from zoodsl.model.nodes import Network
from zoodsl.semantics.base_calls import BaseCalls
from zoodsl.semantics.declarations import declare
from zoodsl.semantics.imports import LIBRARY, Importer, library_folder, read_source
from zoodsl.semantics.network import resolve_network
from zoodsl.semantics.scope import Scope
from zoodsl.source import SourceFile
from zoodsl.syntax.nodes import Section
from zoodsl.syntax.parser import parse
from zoodsl.types import Shape, show

FORMS = (
    "`zoo.resnet.resnet50`, `zoo.resnet50` or `mine.zoo:block`, with arguments in brackets if it needs any"
)
"""How a block is named."""


def architecture(block: str, shape: Shape, diagnostics: Diagnostics) -> Network | None:
    """The network of ``block`` on one input of ``shape``; None after a report.

    A block is named as ``FORMS`` says; its arguments are written in the language.
    """
    source = SourceFile("--network", _spec(block, shape))
    file = parse(source, diagnostics)
    scope = Scope(diagnostics)
    importer = Importer(read_source, parse, diagnostics)
    importer.open.append((os.path.normpath(source.path), None))
    declare(file, scope, importer, {})
    sections = [each for each in file.declarations if isinstance(each, Section)]
    if diagnostics.has_errors or len(sections) != 1:
        return None
    return resolve_network(sections[0], scope, lambda: BaseCalls(diagnostics))


def _spec(block: str, shape: Shape) -> str:
    """A spec of one network that is the block."""
    name, bracket, arguments = block.partition("(")
    place, _, called = name.rpartition(":" if ":" in name else ".")
    if place == LIBRARY:
        place = f"{LIBRARY}.{_home(called) or called}"
    use = f'"{place}"' if ":" in name else place
    written = f"{bracket}{arguments}" if bracket else "()"
    network = f"network {{\n  input {show(shape)}\n  library.{called}{written}\n}}\n"
    return f"zoo 1\nuse {use} as library\n\n{network}"


def _home(block: str) -> str | None:
    """The file of the library that has a block of this name."""
    for path in sorted(library_folder().glob("*.zoo")):
        if re.search(rf"^block {re.escape(block)}\b", path.read_text("utf-8"), re.MULTILINE):
            return path.stem
    return None
