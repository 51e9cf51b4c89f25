"""`zoodsl.testing` as a public API: what it names is told, and its examples are true."""

import doctest
import importlib
import inspect

import pytest

from zoodsl import testing

MODULES = ("examples", "images", "generated.specs", "tables", "tensors", "transformations")


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_the_docs_are_true(name):
    module = importlib.import_module(f"zoodsl.testing.{name}")
    ended = doctest.testmod(module)
    assert ended.attempted > 0
    assert ended.failed == 0


def test_all_that_is_public_is_there_and_told():
    for name in testing.__all__:
        found = getattr(testing, name)
        if callable(found):
            assert inspect.getdoc(found), name


def test_laws_of_transformations_are_told_on_the_page_of_testing(repository):
    from zoodsl.testing import transformations

    page = (repository / "docs" / "testing.md").read_text(encoding="utf-8")
    laws = [
        name
        for name, found in vars(transformations).items()
        if inspect.isfunction(found)
        and found.__module__ == transformations.__name__
        and list(inspect.signature(found).parameters)[:2] == ["transform", "table"]
    ]
    assert len(laws) >= 11
    for name in laws:
        assert f"`{name}" in page, name
