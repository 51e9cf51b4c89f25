import json
import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from zoodsl.diagnostics import Diagnostics
from zoodsl.model.experiments import Cluster
from zoodsl.plan.steps import Memory
from zoodsl.runtime.cluster import answers
from zoodsl.runtime.resources import GB, Machine, allot
from zoodsl.source import SourceFile, Span

SMALL = Memory(weights=GB // 10, gradients=0, activations=GB // 10, data=None, engine=GB // 2)
CLUSTER = Cluster(span=Span(SourceFile("spec.zoo", ""), 0, 0), executors=2, cores=4, memory=None)
MASTER = "spark://host:7077"


def take(cluster=CLUSTER, batch=64, free=16 * GB, master=None, heap=None):
    sink = Diagnostics()
    taken = allot(batch, SMALL, Machine(4, free), master=master, heap=heap, diagnostics=sink, cluster=cluster)
    assert (taken is None) == bool(sink.sorted())
    return taken or sink.sorted()[0]


def test_a_cluster_is_made_here_unless_a_master_says_where_it_is():
    assert take().master.startswith("local-cluster[2,4,")
    assert take(master=MASTER).master == MASTER
    assert take(master="local[2]").executors is None
    for taken in (take(), take(master=MASTER)):
        assert (taken.cores, taken.executors.count, taken.executors.cores) == (8, 2, 4)


def test_processes_of_this_machine_share_its_memory():
    for free in (16 * GB, 4 * GB):
        taken = take(free=free)
        assert taken.heap + 2 * taken.executors.heap <= free
        assert taken.executors.heap >= SMALL.total(4)


def test_an_executor_has_the_memory_that_was_said_the_command_line_last():
    said = replace(CLUSTER, memory=2 * GB)
    assert take(said).executors.heap == 2 * GB
    assert take(said, heap=GB).executors.heap == GB


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"batch": 60}, "ZOO701", "a batch of 60 records cannot be shared equally by 8 cores"),
        (
            {"free": GB},
            "ZOO703",
            "training needs about 700 MB of memory, and 333.3 MB are free on this machine",
        ),
        (
            {"heap": 9 * GB},
            "ZOO703",
            "2 executors with 9 GB of memory each are asked for, and 16 GB are free",
        ),
        ({"master": MASTER, "cluster": None}, "ZOO730", "does not say how many executors train"),
        ({"master": "yarn"}, "ZOO702", "`yarn` is no master that a run goes to"),
        ({"master": "spark://host"}, "ZOO702", "`spark://host` is no master that a run goes to"),
    ],
)
def test_what_cannot_be_is_told_before_java_starts(given, code, words):
    problem = take(**given)
    assert problem.code.name == code
    assert words in problem.message


def test_a_master_is_asked_for_before_java_starts():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert answers(f"spark://127.0.0.1:{port}", Diagnostics())
    sink = Diagnostics()
    assert not answers(f"spark://127.0.0.1:{port}", sink)
    assert sink.sorted()[0].code.name == "ZOO731"
    assert "connection refused" in sink.sorted()[0].message
    assert answers("local-cluster[2,1,1024]", sink)


SPEC = """zoo 1
param rate: float = 0.05

data {
  wines   = Sample("wine")
  feature wines.alcohol, wines.malic_acid, wines.ash, wines.magnesium
  label   wines.target -> ClassIndex(3)
  split   Stratified(wines.target, train = 60%, validation = 20%, test = 20%)
}

network {
  input 4
  Dense(3, activation = softmax)
}

optimize {
  loss      SparseCategoricalCrossentropy()
  optimizer Adam(learning_rate = rate)
  schedule  Step(size = 1 epoch, gamma = 1e-9)
}

train {
  batch    36
  epochs   3
  validate every 1 epoch with Accuracy()
}

cluster {
  executors 2
}
"""


@pytest.mark.spark
def test_rates_on_a_cluster_are_those_of_the_schedule(tmp_path):
    (tmp_path / "wine.zoo").write_text(SPEC, encoding="utf-8")
    command = [sys.executable, "-m", "zoodsl", "run", "wine.zoo", "--quiet", "--out", "run"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert record["executors"]["count"] == 2
    epochs = json.loads((tmp_path / "run" / "metrics.json").read_text())["epochs"]
    losses = [epoch["validation"]["loss"] for epoch in epochs]
    assert losses[1] == pytest.approx(
        losses[2], abs=1e-6
    )  # both hardly learn, and have the first epoch's weights
    assert not list(tmp_path.glob("work*"))
