"""What tests of surgery share: a spec around the tiny pretrained network of ``specs/surgery``."""

from __future__ import annotations

from tests.pretrained import FOLDER
from tests.semantics.analysis import Analysis, analysis

DATA = """
data {
  pictures = Images("pictures/*/*.png")
  feature  pictures.image
  label    pictures.folder -> ClassIndex(["day", "night"])
}
"""
NETWORK = """
network {
  input 3x16x16
  tiny()
  Dense(2, activation = softmax)
}
"""

NORMALISED = "ChannelNormalize(mean = [127], std = [128])"
"""Steps that no base is doubtful of that says nothing of its pixels."""


def base(*lines: str, name: str = "tiny", load: str = 'load "tiny.onnx"') -> str:
    """A section that loads the tiny network."""
    return "\n".join((f"base {name} {{", load, *lines, "}"))


def operated(
    *declarations: str,
    network: str = NETWORK,
    preprocess: str = NORMALISED,
    optimize: str = "",
    optimizer: str = "Adam()",
    train: str = "batch 2",
    files: dict[str, str] | None = None,
) -> Analysis:
    """The analysis of a spec of these declarations, in the folder of the tiny network; ``files`` it may import."""
    text = "\n".join(
        (
            *declarations,
            DATA,
            f"preprocess {{\n{preprocess}\n}}",
            network,
            f"optimize {{\nloss SparseCategoricalCrossentropy()\noptimizer {optimizer}\n{optimize}\n}}",
            f"train {{\n{train}\n}}",
        )
    )
    return analysis(text, path=str(FOLDER / "spec.zoo"), overrides=None, **(files or {}))
