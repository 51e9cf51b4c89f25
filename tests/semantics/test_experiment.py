"""The sections ``experiment`` and ``cluster``."""

import pytest

from tests.semantics.analysis import DATA, NETWORK, analysis

BEGINNING = f"""
param rate:  float = 1e-3
param name:  string = "adam"
param executors: int = 2
let   units = 8
{DATA}
{NETWORK}
optimize {{
  loss      SparseCategoricalCrossentropy()
  optimizer if name == "adam" {{ Adam(learning_rate = rate) }} else {{ SGD(learning_rate = rate * units) }}
}}
train {{
  batch    16 * executors
  validate every 1 epoch with Accuracy()
}}
"""


def experiment(body: str, more: str = ""):
    return analysis(f"{BEGINNING}{more}\nexperiment {{\n{body}\n}}\n")


def test_an_experiment_has_its_lists_as_they_are_written():
    found = experiment('compare rate in [1e-3, 0.01], name in ["adam", "sgd"]').spec.experiment
    assert [(each.name, each.values) for each in found.compared] == [
        ("rate", ("1e-3", "0.01")),
        ("name", ('"adam"', '"sgd"')),
    ]
    assert (found.metric, found.better) == ("Accuracy", "max")


def test_the_metric_is_the_first_of_evaluate_unless_it_is_said():
    judged = "evaluate {\n  metric F1Score(), Accuracy()\n}"
    assert experiment("compare rate in [1]", judged).spec.experiment.metric == "F1Score"
    assert experiment("compare rate in [1]\nmetric loss", judged).spec.experiment.better == "min"


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("compare rat in [1]", "ZOO530", "there is no param `rat` to compare"),
        ("compare units in [1]", "ZOO530", "`units` is a let, and only a `param` can be compared"),
        ("compare rate in []", "ZOO531", "there is no value for `rate` to take"),
        ("compare rate in units", "ZOO531", "the values of `rate` are not listed here"),
        ("compare rate in [1, 1.0]", "ZOO533", "`rate` takes the value `1.0` twice"),
        ("compare rate in [1], rate in [2]", "ZOO533", "`rate` is compared twice"),
        ('compare rate in ["a"]', "ZOO209", "`rate` takes a number, not a text"),
        ("compare rate", "ZOO229", "`rate` does not fit this setting"),
        ("compare rate in [1]\nmetric F1Score", "ZOO534", "the runs do not compute `F1Score`"),
        ("metric Accuracy", "ZOO227", "`experiment` does not say what to compare"),
        (
            f"compare rate in {list(range(1, 12))}, executors in {list(range(1, 11))}",
            "ZOO532",
            "11 x 10 values make 110 combinations, each a run of its own; at most 100 are carried out",
        ),
    ],
)
def test_what_cannot_be_compared_is_told(body, code, words):
    found = experiment(body).only
    assert (found.code.name, found.message) == (code, words)


def test_a_name_that_is_near_is_suggested():
    assert experiment("compare rat in [1]").only.help == "did you mean `rate`?"


def test_an_unknown_metric_that_exists_is_to_be_added():
    assert (
        experiment("compare rate in [1]\nmetric F1Score").only.help
        == "add it to `evaluate`: `metric F1Score()`"
    )


def cluster(body: str):
    return analysis(f"{BEGINNING}\ncluster {{\n{body}\n}}\n")


def test_a_cluster_has_one_core_an_executor_unless_it_says_more():
    found = cluster("executors executors").spec.cluster
    assert (found.executors, found.cores, found.memory, found.all_cores) == (2, 1, None, 2)
    found = cluster("executors 2\ncores 4\nmemory 2 GB").spec.cluster
    assert (found.all_cores, found.memory) == (8, 2 * 10**9)


def test_no_executors_are_no_cluster():
    found = cluster("executors 0")
    assert (found.codes, found.spec.cluster) == ([], None)


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("cores 2", "ZOO227", "`cluster` does not say how many executors train"),
        ("executors -1", "ZOO210", "`executors` takes a whole number from 0 to 1000, `-1` is below 0"),
        ("executors 2\nmemory 4", "ZOO211", None),
        ("executors 2\nmemory 100 MB", "ZOO210", "an executor does not start with 100 MB"),
        ("executors 3", "ZOO535", "a batch of 32 records cannot be shared equally by 3 executors of 1 core"),
        ("workers 3", "ZOO107", None),
    ],
)
def test_a_cluster_that_cannot_be_is_told(body, code, words):
    found = cluster(body).diagnostics[0]
    assert found.code.name == code
    assert words in (None, found.message)
