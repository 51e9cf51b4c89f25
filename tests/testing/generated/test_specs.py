import re

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from zoodsl.catalog import registry
from zoodsl.catalog.values import Kind
from zoodsl.compiler import Compilation
from zoodsl.diagnostics import Severity
from zoodsl.testing import specs

ELSEWHERE = {
    "Video": "needs a clip",
    "Table": "needs a catalog of Spark",
    "JDBC": "needs a database",
    "KLDivergence": "no codec of the language gives vectors of numbers",
    "CosineSimilarity": "no codec of the language gives vectors of numbers",
}
"""Operators that no spec can have which runs anywhere, and why."""

KINDS = (
    Kind.LAYER, Kind.LOSS, Kind.METRIC, Kind.OPTIMIZER, Kind.SCHEDULE, Kind.READER, Kind.TRANSFORM, Kind.LABEL,
    Kind.SPLIT, Kind.REGULARIZER, Kind.STOP, Kind.FUNCTION, Kind.FRAME_STEP, Kind.FEATURE, Kind.DOMAIN,
)  # fmt: skip


def errors(text, folder="."):
    compilation = Compilation(f"{folder}/drawn.zoo", text=text)
    assert compilation.spec is not None
    found = compilation.diagnostics
    return [f"{each.code}: {each.message}" for each in found if each.severity is Severity.ERROR]


@pytest.mark.law("every spec that is drawn is right: a check finds no error in it")
@given(text=specs())
def test_specs_of_samples_are_right(text):
    assert errors(text) == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("specs")


def test_specs_of_a_folder_are_right_and_of_great_variety(folder):
    """Of all that the catalog has, 200 specs hold three quarters; each kind of section, and all forms of a network."""
    texts = []

    @seed(5)
    @settings(
        max_examples=200, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck)
    )
    @given(specs(folder))
    def draw(text):
        texts.append(text)

    draw()
    assert [each for text in texts[::10] for each in errors(text, folder)] == []

    words = {word for text in texts for word in re.findall(r"\w+", text)}
    names = [name for kind in KINDS for name in registry.names(kind) if name not in ELSEWHERE]
    missing = [name for name in names if name not in words]
    assert len(missing) < len(names) / 4, missing
    for part in (
        "preprocess",
        "evaluate",
        "predict",
        "property",
        "index",
        "gallery",
        "cluster",
        "experiment",
    ):
        assert part in words
    for form in (
        "block ",
        "repeat ",
        "if ",
        "param ",
        "let ",
        "use ",
        "output ",
        ' as "',
        " -> ",
        "training {",
    ):
        assert any(form in text for text in texts), form
