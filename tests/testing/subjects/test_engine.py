"""The laws of a spec on BigDL, in a process of its own: as in NumPy, and beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zoodsl.compiler import Compilation
from zoodsl.diagnostics.rules.environment import ENVIRONMENT_LACKS
from zoodsl.targets.numpy.transforms import TRANSFORMS
from zoodsl.testing.laws import agreement
from zoodsl.testing.laws.agreement import agreement_laws, apart
from zoodsl.testing.laws.derived import derived_laws
from zoodsl.testing.laws.law import Finding
from zoodsl.testing.laws.suite import laws_of, subject_on
from zoodsl.testing.laws.trial import try_law
from zoodsl.testing.subjects.interpreted import Interpreted
from zoodsl.testing.subjects.subject import EngineLacksError, StoppedError, Subject

ROOT = Path(__file__).parents[3]


def spec_of(path: str) -> Any:
    return Compilation(str(ROOT / path)).spec


@pytest.mark.spark
def test_bigdl_computes_what_numpy_does(monkeypatch):
    monkeypatch.setattr("zoodsl.testing.laws.derived.training_laws", lambda *_: ())
    with subject_on(spec_of("specs/data/augmentation.zoo"), "bigdl") as engine:
        laws = laws_of(engine)
        verdicts = [try_law(law, examples=4) for law in laws]
        assert {verdict.name: verdict.reason for verdict in verdicts} == dict.fromkeys(
            [law.name for law in laws], ""
        )
        assert {verdict.finding for verdict in verdicts} == {Finding.HOLDS}
        assert [law.name for law in laws][-2:] == [
            "preprocessing on BigDL is preprocessing in NumPy",
            "a prediction on BigDL is the prediction in NumPy",
        ]

        with pytest.raises(StoppedError, match=r"Exception|Error"):
            engine.predict([np.zeros((1, 2, 3), np.float32)])

        def otherwise(arguments: Any, image: Any, _draw: Any) -> Any:
            return (image.astype(np.float32) - arguments["mean"][0]) / 50

        monkeypatch.setitem(TRANSFORMS, "ChannelNormalize", otherwise)
        first, *_ = agreement_laws(engine)
        verdict = try_law(first, examples=4)
        assert verdict.finding is Finding.BROKEN
        assert verdict.reason.startswith("BigDL gives ")


def test_the_reference_is_not_compared_with_itself():
    assert list(agreement_laws(Interpreted(spec_of("specs/data/augmentation.zoo")))) == []


def test_a_chain_that_draws_has_no_counterpart_to_be_compared_with():
    class Drawing:
        """Another engine."""

        spec = Compilation(
            str(ROOT / "specs/data/any.zoo"),
            text='zoo 1\ndata {\n  pets = Images("pets/*.png", resize = 8x8)\n  feature pets.image\n}\n'
            "preprocess {\n  Brightness(0..9)\n}\ngallery {\n  HFlip()\n}\n",
        ).spec

    own: Any = Drawing()
    assert own.spec is not None
    assert list(agreement_laws(own)) == []


@pytest.mark.parametrize(
    ("engine", "reference", "told"),
    [
        (np.ones(3), np.ones(3) + 1e-4, None),
        (np.ones(3), np.ones((1, 3)), "BigDL gives 3 numbers, and NumPy 1x3"),
        (np.ones(3), np.array([1, 1, 2.0]), "BigDL gives 1 and NumPy 2 in the same place"),
    ],
)
def test_how_far_two_engines_may_be_apart(engine, reference, told):
    assert apart(engine, reference, None) == told
    assert apart(np.zeros(1), np.ones(1), slack=1.01) is None
    assert agreement.NEAR < 0.01


def test_where_java_is_missing_nothing_is_started(monkeypatch):
    def lacking(sink: Any) -> bool:
        sink.report(ENVIRONMENT_LACKS, None, "this environment cannot run programs: Java")
        return False

    monkeypatch.setattr("zoodsl.testing.subjects.engine.environment_fits", lacking)
    with (
        pytest.raises(EngineLacksError) as lacks,
        subject_on(spec_of("specs/data/augmentation.zoo"), "bigdl"),
    ):
        pass
    assert [each.code for each in lacks.value.diagnostics] == [ENVIRONMENT_LACKS]


def test_the_laws_of_an_engine_are_those_of_numpy_but_for_one():
    """Whether steps of training touch prediction is what the comparison with NumPy tells of an engine."""
    own = Interpreted(spec_of("specs/data/augmentation.zoo"))

    class Other:
        """Another engine."""

        spec = own.spec

    other: Any = Other()
    subject: Subject = other
    names = {law.name for law in derived_laws(own)} - {law.name for law in derived_laws(subject)}
    assert names == {"steps of `training` do not touch prediction"}
