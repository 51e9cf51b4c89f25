"""Programs of specs with a pretrained base, carried out."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.targets.bigdl.engine import build, forward, set_weights
from tests.targets.bigdl.transfer import (
    ALL,
    BASE,
    FIRST,
    base_weights,
    network_of,
    transfer_program,
    transfer_spec,
)
from zoodsl import testing
from zoodsl.model.nodes import Base, Network
from zoodsl.model.spec import Spec
from zoodsl.targets.bigdl.network import unsupported
from zoodsl.targets.bigdl.pretrained import attachments
from zoodsl.targets.numpy import forward as reference

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


def written(spec: Spec, folder: Path) -> Path:
    """The program in a folder, with the files that belong beside it."""
    program = transfer_program(spec)
    (folder / "train.py").write_text(program.text, encoding="utf-8")
    for name, content in program.attachments.items():
        (folder / name).write_bytes(content)
    return folder / "train.py"


def imported(path: Path) -> Any:
    module = ModuleType("train")
    module.__file__ = str(path)
    sys.modules["train"] = module
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), vars(module))
    return module


def frozen_state(model: Any, names: tuple[str, ...]) -> dict[str, list[bytes]]:
    """Weights and statistics of these layers, bit for bit."""
    from tests.targets.bigdl.library.test_phases import state

    return {name: bits for name, bits in state(model).items() if name in names}


def test_the_network_computes_what_its_base_does(spark: Any, tmp_path: Path) -> None:
    """The weights in the file are those that the reference interpreter computes with."""
    from zoodsl.targets.bigdl.library.engine import quiet

    spec = transfer_spec((ALL, None))
    module = imported(written(spec, tmp_path))
    pictures = testing.batch(network_of(spec), 3, 5)
    with quiet():
        model = module.network()
    fc = testing.random_weights(network_of(spec), 9)["fc"]
    set_weights(model, network_of(spec), {"fc": fc})
    expected = reference(network_of(spec), {**base_weights(spec), "fc": fc}, pictures)
    np.testing.assert_allclose(forward(model, network_of(spec), pictures), expected, rtol=0, atol=1e-5)


def test_a_program_without_its_weights_says_so(spark: Any, tmp_path: Path) -> None:
    from zoodsl.targets.bigdl.library.engine import quiet

    path = written(transfer_spec((ALL, None)), tmp_path)
    [weights] = tmp_path.glob("*.npz")
    weights.unlink()
    module = imported(path)
    with quiet(), pytest.raises(module.EngineError, match=f"`{weights.name}` do not lie beside the program"):
        module.network()


@pytest.mark.law("weights stored beside a program and loaded by BigDL are the network's")
@given(network=testing.networks(), seed=st.integers(0, 1000))
@settings(
    max_examples=10,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
def test_the_file_gives_every_layer_its_weights(
    spark: Any, network: Network, seed: int, tmp_path_factory: Any
) -> None:
    """And copying gives them to another network, as phases do."""
    from zoodsl.targets.bigdl.library.weights import copy_weights, load_weights, weighted_layers

    if next(unsupported(network), None) is not None:
        return
    weights = testing.random_weights(network, seed)
    base = Base(span=network.span, name="base", path="base.model", format="bigdl", weights=weights)
    inputs = testing.batch(network, 3, seed)
    model = build(network)
    for name, content in attachments(replace(network, bases=(base,))).items():
        path = tmp_path_factory.mktemp("weights") / name
        path.write_bytes(content)
        load_weights(model, path)
    expected = reference(network, weights, inputs)
    scale = max(1.0, float(np.abs(expected).max()))
    computed = forward(model, network, inputs)
    np.testing.assert_allclose(computed, expected, rtol=0, atol=1e-5 * scale)
    other = build(network, seed=2)
    copy_weights(model, other, weighted_layers(model))
    np.testing.assert_allclose(forward(other, network, inputs), computed, rtol=0, atol=1e-6 * scale)


FRESH = """
import sys
import numpy as np
sys.path.insert(0, sys.argv[1])
import train
from zoodsl.targets.bigdl.library.session import start_session

spark = start_session("fresh", batch=64, master="local[2]")
model = train.load(spark, sys.argv[2])
rows = model.transform(train.rows(spark)["test"]).select("prediction").collect()
np.save(sys.argv[3], np.array([row[0] for row in rows]))
spark.stop()
"""


def test_a_run_in_phases_leaves_what_is_frozen_and_predicts_in_a_fresh_process(
    spark: Any, tmp_path: Path
) -> None:
    from tests.targets.bigdl.library.programs import Told, outputs

    spec = transfer_spec((ALL, 1), (FIRST, None), redrawn=False)
    path = written(spec, tmp_path)
    module = imported(path)
    told, run = Told(), tmp_path / "run"
    trained = module.main(spark, hooks=told, out=str(run))
    predictor = trained.stages[0]
    with module.quiet():
        begun, saved = module.network(), module.Net.load(str(run / "model" / "model.bigdl"))
    before = frozen_state(begun, BASE)
    for model in (predictor.model, saved):
        after = frozen_state(model, BASE)
        assert {name for name in after if after[name] != before[name]} == {"conv2", "bn2"}
    with module.quiet():
        first = module.Net.load(str(run / "checkpoints" / "epoch-0001" / "model.bigdl"))
    assert frozen_state(first, BASE) == before
    losses = [epoch["loss"] for epoch in told.of("epoch")]
    assert losses[1] < losses[0]
    here = outputs(trained, module.rows(spark)["test"])
    arguments = (str(tmp_path), str(run / "prediction"), str(tmp_path / "outputs.npy"))
    fresh = {name: value for name, value in os.environ.items() if "SPARK" not in name}
    subprocess.run([sys.executable, "-W", "ignore", "-c", FRESH, *arguments], check=True, env=fresh)
    np.testing.assert_allclose(np.load(tmp_path / "outputs.npy"), here, rtol=0, atol=1e-6)
