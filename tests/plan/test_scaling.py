from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.semantics.analysis import DATA, NETWORK, OPTIMIZE, analysis
from zoodsl.plan.planner import make_plan
from zoodsl.plan.scaling import OVERHEAD, Workload, calibrated, epoch_seconds, workload

works = st.builds(
    Workload,
    rows=st.integers(1, 10**6),
    batch=st.integers(1, 4096),
    executors=st.integers(1, 64),
    cores=st.integers(1, 32),
    flops=st.integers(1, 10**10),
    parameters=st.integers(0, 10**8),
)
speeds = st.floats(1e8, 1e12)


@pytest.mark.law("the cost model gives what it was calibrated on")
@given(works, speeds)
def test_the_model_gives_what_it_was_calibrated_on(work, speed):
    seconds = epoch_seconds(work, speed)
    assume(seconds > (1 + 1e-6) * epoch_seconds(work, float("inf")))
    assert epoch_seconds(work, calibrated(work, seconds)) == pytest.approx(seconds)


@pytest.mark.law("twice the cores are at most twice as fast")
@given(works, speeds)
def test_without_weights_to_exchange_twice_the_cores_are_at_most_twice_as_fast(work, speed):
    alone = replace(work, parameters=0)
    more = replace(alone, executors=2 * work.executors)
    assert epoch_seconds(more, speed) <= epoch_seconds(alone, speed) <= 2 * epoch_seconds(more, speed)


@pytest.mark.law("executors beyond the machine's cores bring nothing")
@given(works, speeds)
def test_executors_beyond_the_cores_of_the_machine_bring_nothing(work, speed):
    crowded = replace(work, executors=2 * work.executors, parameters=0)
    alone = replace(work, parameters=0)
    cores = work.executors * work.cores
    assert epoch_seconds(crowded, speed, cores) == epoch_seconds(alone, speed, cores)


def test_an_epoch_that_overhead_alone_takes_says_nothing_of_speed():
    work = Workload(rows=64, batch=64, executors=1, cores=1, flops=1000, parameters=10)
    assert calibrated(work, OVERHEAD / 2) == float("inf")


def test_a_plan_tells_its_workload_on_its_cluster():
    train = "train {\n  batch 32\n}\ncluster {\n  executors 2\n  cores 4\n}\n"
    spec = analysis(f"{DATA}{NETWORK}{OPTIMIZE}{train}").spec
    assert spec is not None
    work = workload(make_plan(spec), spec.cluster)
    assert work is not None
    assert (work.batch, work.executors, work.cores) == (32, 2, 4)
    assert work.parameters == 4 * 16 + 16 + 16 * 3 + 3
    assert work.parameters < work.flops <= 2 * work.parameters
    assert work.iterations == -(-work.rows // 32)
    assert workload(make_plan(spec), None) is None
