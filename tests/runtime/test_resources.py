import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoodsl.diagnostics import Diagnostics
from zoodsl.plan.steps import Memory
from zoodsl.runtime.resources import GB, Allotment, Machine, allot, this_machine

SMALL = Memory(weights=GB // 10, gradients=0, activations=GB // 10, data=None, engine=GB // 2)


def take(batch=64, memory=SMALL, cores=6, free=16 * GB, master=None, heap=None):
    diagnostics = Diagnostics()
    taken = allot(batch, memory, Machine(cores, free), master=master, heap=heap, diagnostics=diagnostics)
    found = diagnostics.sorted()
    assert (taken is None) == bool(found)
    return taken or found[0]


@pytest.mark.law("a run takes the most cores that divide its batch")
@given(st.integers(1, 4096), st.integers(1, 128))
def test_by_itself_a_run_takes_the_most_cores_that_divide_the_batch(batch, cores):
    taken = take(batch=batch, cores=cores)
    assert isinstance(taken, Allotment)
    assert batch % taken.cores == 0
    assert taken.cores == max(count for count in range(1, cores + 1) if batch % count == 0)
    assert taken.master == f"local[{taken.cores}]"


@pytest.mark.parametrize(
    ("master", "cores"),
    [("local", 1), ("local[4]", 4), ("local[64]", 64), ("local[2, 3]", 2), ("local[*]", 8)],
)
def test_a_local_master_says_its_cores(master, cores):
    assert take(master=master, cores=8).cores == cores


@pytest.mark.parametrize("master", ["yarn", "local[0]", "local[x]", ""])
def test_other_masters_are_refused(master):
    assert take(master=master).code.name == "ZOO702"


def test_cores_that_do_not_divide_the_batch_are_answered_with_the_nearest():
    problem = take(master="local[3]")
    assert problem.message == "a batch of 64 records cannot be shared equally by 3 cores"
    assert problem.help == "take `--master` `local[2]` or `local[4]`, or `batch` `63` or `66`"
    assert take(master="local[5]", batch=3).help == "take `--master` `local[3]`, or `batch` `5`"


def test_the_heap_follows_the_need_within_the_machine():
    assert take(free=32 * GB).heap == 4 * GB
    assert take(free=5 * GB).heap == 3 * GB
    assert take(free=1 * GB).heap == SMALL.total(2)
    large = Memory(weights=2 * GB, gradients=0, activations=2 * GB, data=None, engine=0)
    assert take(memory=large, free=64 * GB).heap == 12 * GB


def test_too_little_memory_is_told_before_java_starts():
    problem = take(free=GB // 2)
    assert problem.code.name == "ZOO703"
    assert problem.message == "training needs about 700 MB of memory, and 500 MB are free on this machine"
    assert "100 MB of it are the layers' outputs" in problem.help


def test_a_wish_for_memory_counts_within_the_machine():
    assert take(heap=GB).heap == GB
    assert take(heap=20 * GB).code.name == "ZOO703"


def test_a_heap_with_which_spark_does_not_start_is_refused():
    assert take(heap=512 * 2**20).heap == 512 * 2**20
    problem = take(heap=511 * 2**20)
    assert problem.code.name == "ZOO703"
    assert problem.message == "535.8 MB of memory are asked for, and Spark starts with 512m or more"


def test_this_machine_has_cores_and_memory():
    machine = this_machine()
    assert machine.cores >= 1
    assert machine.memory > 0
