"""Specs as JSON and back: nothing of their meaning is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from zoodsl.compiler import Compilation
from zoodsl.model.nodes import Base
from zoodsl.model.spec import Spec
from zoodsl.model.stored import UnknownNodeError, decode, encode, meaning
from zoodsl.source import SourceFile

ROOT = Path(__file__).parents[2]
RIGHT = sorted(
    path
    for folder in (
        "specs/data",
        "specs/network",
        "specs/properties",
        "specs/surgery",
        "specs/training",
        "examples",
    )
    for path in (ROOT / folder).rglob("*.zoo")
)


def spec_of(path: Path) -> Spec | None:
    return Compilation(str(path)).spec


@pytest.mark.law("a right spec of this repository, stored as JSON, reads back with all that it means")
@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_what_comes_back_means_the_same(path: Path) -> None:
    spec = spec_of(path)
    if spec is None:  # a library
        return
    text = json.dumps(encode(spec), allow_nan=False)
    again = decode(json.loads(text), spec.span.file)
    assert json.dumps(encode(again)) == text
    assert meaning(again) == meaning(spec)
    assert again.settings == spec.settings
    assert [span.text for span in _spans(again)] == [span.text for span in _spans(spec)]
    bases = again.network.bases if again.network else ()
    assert all(isinstance(base, Base) for base in bases)
    assert not any(base.weights for base in bases)


def _spans(spec: Spec):
    yield spec.span
    yield spec.data.span
    yield from (frame.span for frame in spec.data.frames)
    yield spec.data.feature.span


@pytest.fixture
def mnist() -> Spec:
    spec = spec_of(ROOT / "examples/mnist/mnist.zoo")
    assert spec is not None
    return spec


def test_places_are_no_part_of_the_meaning(mnist: Spec) -> None:
    text = mnist.span.file.text.replace("\n\n", "\n\n\n\n")
    moved = Compilation(mnist.path, text=text).spec
    assert moved is not None
    assert encode(moved) != encode(mnist)
    assert meaning(replace(moved, doc=mnist.doc)) == meaning(mnist)


def test_arguments_that_an_operator_has_got_since_are_its_defaults(mnist: Spec) -> None:
    kept = encode(mnist)
    layer = next(each for each in kept["network"]["layers"] if each["name"] == "conv1")
    pairs = layer["operation"]["arguments"]["@map"]
    layer["operation"]["arguments"]["@map"] = [pair for pair in pairs if pair[0] != "dilation_rate"]
    assert meaning(decode(kept, mnist.span.file)) == meaning(mnist)


def test_an_argument_that_an_operator_has_not(mnist: Spec) -> None:
    kept = encode(mnist)
    kept["optimize"]["optimizer"]["arguments"]["@map"].append(["mood", 1])
    with pytest.raises(UnknownNodeError, match="`mood` of `Adam`"):
        decode(kept, mnist.span.file)


@pytest.mark.parametrize(
    ("kept", "what"),
    [
        ({"@node": "Spell"}, "'Spell'"),
        ({"@operator": "Fuzzy", "kind": "LAYER"}, "`Fuzzy`"),
        ({"@operator": "Dense", "kind": "SPELL"}, "'SPELL'"),
        ({"@enum": "Part", "name": "HALF"}, "'HALF'"),
        ({"something": 1}, "something"),
        (3, "no spec"),
        ({"@node": "Frame"}, "missing"),
    ],
)
def test_what_this_version_does_not_know(kept: object, what: str) -> None:
    with pytest.raises(UnknownNodeError, match=what):
        decode(kept, SourceFile("spec.zoo", ""))


def test_a_name_is_of_one_class() -> None:
    """What is kept names its classes, whatever module they are of."""
    homes = ("spec", "experiments", "nodes", "properties", "tasks", "series")
    own = [
        each.__name__
        for home in homes
        for each in vars(import_module(f"zoodsl.model.{home}")).values()
        if isinstance(each, type) and each.__module__ == f"zoodsl.model.{home}"
    ]
    assert sorted(own) == sorted(set(own))
