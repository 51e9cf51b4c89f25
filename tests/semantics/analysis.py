"""What tests of the analysis share: a right spec in pieces, and the analysis of a text."""

from __future__ import annotations

from dataclasses import dataclass

from zoodsl.diagnostics import Diagnostic, Diagnostics
from zoodsl.model.spec import Spec
from zoodsl.semantics.analyzer import analyze
from zoodsl.source import SourceFile
from zoodsl.syntax.parser import parse, parse_expression

DATA = """
data {
  wines   = Sample("wine")
  feature wines.alcohol, wines.malic_acid, wines.ash, wines.magnesium
  label   wines.target -> ClassIndex(3)
  split   Stratified(wines.target, train = 60%, validation = 20%, test = 20%)
}
"""
NETWORK = """
network {
  input 4
  Dense(16, activation = relu)
  Dense(3, activation = softmax)
}
"""
OPTIMIZE = """
optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam()
}
"""


@dataclass(frozen=True)
class Analysis:
    spec: Spec | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def codes(self) -> list[str]:
        return [item.code.name for item in self.diagnostics]

    @property
    def messages(self) -> list[str]:
        return [item.message for item in self.diagnostics]

    @property
    def only(self) -> Diagnostic:
        (item,) = self.diagnostics
        return item


def analysis(
    text: str, *, overrides: dict[str, str] | None = None, path: str = "spec.zoo", **files: str
) -> Analysis:
    """The analysis of a spec; ``files`` are what it may import, by name without ``.zoo``."""
    diagnostics = Diagnostics()
    given = {}
    for name, value in (overrides or {}).items():
        expression = parse_expression(SourceFile(f"--set {name}", value), diagnostics)
        assert expression is not None
        given[name] = expression

    def read(wanted: str) -> SourceFile | str:
        name = wanted.removesuffix(".zoo")
        return SourceFile(wanted, "zoo 1\n" + files[name]) if name in files else "there is no such file"

    file = parse(SourceFile(path, "zoo 1\n" + text), diagnostics)
    return Analysis(analyze(file, diagnostics, overrides=given, read=read), diagnostics.sorted())


def with_parts(*declarations: str, data: str = DATA, network: str = NETWORK, optimize: str = OPTIMIZE) -> str:
    """A spec of these parts and further declarations."""
    return "\n".join((*declarations, data, network, optimize))


def network_of(body: str, *declarations: str, inputs: str = "input 4") -> str:
    """A spec whose network has this body between its input and a right last layer."""
    text = f"network {{\n  {inputs}\n{body}\n  Dense(3, activation = softmax)\n}}"
    return with_parts(*declarations, network=text)
