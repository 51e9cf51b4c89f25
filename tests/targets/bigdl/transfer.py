"""A spec with a pretrained base, as semantics resolve one, whose weights are drawn here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from zoodsl.compiler import Compilation
from zoodsl.diagnostics import Diagnostics
from zoodsl.model.nodes import Base, Network, Phase
from zoodsl.model.spec import Spec
from zoodsl.plan.passes import optimised
from zoodsl.plan.planner import make_plan
from zoodsl.plan.steps import Plan
from zoodsl.targets.bigdl.emitter import emit
from zoodsl.targets.target import Program
from zoodsl.testing import random_weights

TEXT = """zoo 1
data {
  digits  = Sample("digits")
  feature digits.image
  label   digits.label -> ClassIndex(10)
  split   Stratified(digits.label, train = 60%, validation = 20%, test = 20%)
}
preprocess {
  training {
    RandomApply(HFlip(), 50%)
  }
  ChannelNormalize(mean = 77.9, std = 95.9)
}
network {
  input 1x8x8
  Conv2D(8, 3x3, padding = same, use_bias = false) as "conv1"
  BatchNormalization() as "bn1"
  ReLU() as "relu1"
  Conv2D(8, 3x3, padding = same, kernel_initializer = he_normal) as "conv2"
  BatchNormalization() as "bn2"
  ReLU() as "relu2"
  GlobalAveragePooling2D() as "pool"
  Dense(10, activation = softmax, kernel_initializer = he_normal) as "fc"
}
optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = 0.01)
}
train {
  seed     1
  batch    64
  epochs   2
  validate with Accuracy()
}
evaluate {
  metric Accuracy()
}
"""

BASE = ("conv1", "bn1", "relu1", "conv2", "bn2", "relu2")
FIRST = frozenset({"conv1", "bn1"})
ALL = frozenset({"conv1", "bn1", "conv2", "bn2"})


def transfer_spec(*phases: tuple[frozenset[str], int | None], redrawn: bool = True, text: str = TEXT) -> Spec:
    """The spec with a base ``tiny``: everything before the pooling. Phases are what each freezes, and for how long."""
    written = text if redrawn else text.replace("  training {\n    RandomApply(HFlip(), 50%)\n  }\n", "")
    compilation = Compilation("digits.zoo", text=written)
    spec = compilation.spec
    assert spec is not None, compilation.diagnostics
    assert spec.train is not None
    written_network = network_of(spec)
    layers = tuple(
        replace(node, base="tiny") if node.name in BASE else node for node in written_network.layers
    )
    drawn = random_weights(written_network, 3)
    span = written_network.span
    base = Base(
        span=span,
        name="tiny",
        path="tiny.model",
        format="bigdl",
        weights={name: drawn[name] for name in BASE if name in drawn},
    )
    network = replace(
        written_network, layers=layers, bases=(base,), frozen=phases[0][0] if phases else frozenset()
    )
    made = tuple(Phase(span=spec.train.span, frozen=frozen, epochs=epochs) for frozen, epochs in phases)
    train = replace(spec.train, phases=made if len(made) > 1 else ())
    return replace(spec, network=network, train=train)


def network_of(spec: Spec) -> Network:
    """The network of a spec that has one."""
    assert spec.network is not None
    return spec.network


def transfer_plan(spec: Spec) -> Plan:
    return optimised(make_plan(spec))


def transfer_program(spec: Spec) -> Program:
    problems = Diagnostics()
    program = emit(transfer_plan(spec), problems)
    assert program is not None, problems.sorted()
    return program


def base_weights(spec: Spec) -> Mapping[str, tuple[Any, ...]]:
    return {name: tuple(map(np.asarray, arrays)) for name, arrays in spec.network.bases[0].weights.items()}
