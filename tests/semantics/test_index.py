"""What `index` may ask for."""

from __future__ import annotations

import pytest

from tests.semantics.analysis import DATA, NETWORK, OPTIMIZE, analysis


def indexed(body, *, data=DATA, optimize=OPTIMIZE, network=NETWORK):
    return analysis(f"{data}\n{network}\n{optimize}\nindex {{\n {body}\n}}\n")


def test_by_default_the_output_is_compared():
    result = indexed("top 3")
    [task] = result.spec.tasks
    assert (result.codes, task.node, task.top) == ([], result.spec.network.output, 3)
    assert (task.by_prediction, task.included) == (False, False)


def test_all_that_can_be_said():
    [task] = indexed('cut at "dense"\n rank by prediction then similarity\n include query').spec.tasks
    assert (task.node, task.top, task.by_prediction, task.included) == ("dense", 5, True, True)
    [task] = indexed("rank by similarity").spec.tasks
    assert not task.by_prediction


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ('cut at "dens"', "ZOO607", "there is no node `dens` in the network"),
        ('cut at "input"', "ZOO229", "`input` is an input"),
        ('cut before "dense"', "ZOO229", "`before` does not fit"),
        ('cut "dense"', "ZOO229", "does not fit"),
        ("top 0", "ZOO210", "`top`"),
        ("top 178", "ZOO561", "there are 178 rows, so that each has 177 others, not 178"),
        ("rank by prediction", "ZOO229", "does not fit"),
        ("rank by similarity then prediction", "ZOO229", "does not fit"),
        ("rank by label then similarity", "ZOO212", "`rank`"),
        ("rank similarity", "ZOO229", "does not fit"),
        ("include label", "ZOO229", "does not fit"),
        ("metric Accuracy()", "ZOO222", "`index` has no setting `metric`"),
    ],
)
def test_what_is_no_index(body, code, words):
    result = indexed(body)
    assert result.codes == [code]
    assert words in result.only.message


def test_only_a_network_that_tells_classes_ranks_by_them():
    data = DATA.replace("ClassIndex(3)", "Number()")
    network = NETWORK.replace("Dense(3, activation = softmax)", "Dense(1)")
    optimize = OPTIMIZE.replace("SparseCategoricalCrossentropy", "MeanSquaredError")
    ranked = "rank by prediction then similarity"
    assert indexed(ranked, data=data, network=network, optimize=optimize).codes == ["ZOO560"]
    assert indexed("top 3", data=data, network=network, optimize=optimize).codes == []
