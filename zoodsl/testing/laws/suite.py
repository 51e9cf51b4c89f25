"""All laws of a spec, stated and derived, tried on an engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from zoodsl.model.spec import Spec
from zoodsl.testing.laws.agreement import agreement_laws
from zoodsl.testing.laws.derived import derived_laws
from zoodsl.testing.laws.law import Law, Verdict
from zoodsl.testing.laws.stated import stated_laws
from zoodsl.testing.laws.trial import SEED, try_law
from zoodsl.testing.subjects.interpreted import Interpreted
from zoodsl.testing.subjects.subject import EngineLacksError, Subject

__all__ = ["ENGINES", "EXAMPLES", "EngineLacksError", "laws_of", "subject_on", "try_all"]

ENGINES = ("numpy", "bigdl")
"""What a spec is tried on: the NumPy reference, in this process and without Java; or BigDL on Spark."""

EXAMPLES = {"numpy": 100, "bigdl": 10}
"""How many examples of a law are tried on each, where nobody says how many."""


def laws_of(subject: Subject) -> tuple[Law, ...]:
    """The laws of a spec: those that it states, in its order, then those that hold of every spec, then of engines."""
    return (*stated_laws(subject), *derived_laws(subject), *agreement_laws(subject))


@contextmanager
def subject_on(spec: Spec, engine: str) -> Iterator[Subject]:
    """``spec`` on one of ``ENGINES``, for as long as this lasts; raises EngineLacksError where BigDL cannot carry it out."""
    if engine == "numpy":
        yield Interpreted(spec)
        return
    from zoodsl.testing.subjects.engine import on_bigdl  # what starts Java is loaded for those who ask for it

    with on_bigdl(spec) as subject:
        yield subject


def try_all(
    spec: Spec, *, examples: int | None = None, seed: int = SEED, on: str = "numpy"
) -> tuple[Verdict, ...]:
    """Tries every law of ``spec`` with so many ``examples``, drawn from ``seed``: what came of each, in order.

    ``on`` is one of ``ENGINES``. Equal arguments give equal verdicts, but for the time that they took.
    """
    with subject_on(spec, on) as subject:
        return tuple(try_law(law, examples=examples or EXAMPLES[on], seed=seed) for law in laws_of(subject))
