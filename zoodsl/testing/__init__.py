"""Strategies and laws, for this project's own tests and for those of its users.

Strategies are hypothesis' and draw what specs are made of, and tables; laws say what must hold of everything that they draw.
Laws of transformations on Spark are in ``zoodsl.testing.transformations``. Installed by ``pip install 'zoodsl[testing]'``.
"""

from zoodsl.testing.calls import NOWHERE, arguments, call, calls, fits, network_of
from zoodsl.testing.examples import for_all
from zoodsl.testing.generated.specs import specs
from zoodsl.testing.images import images
from zoodsl.testing.laws.derived import derived_laws
from zoodsl.testing.laws.law import Example, Finding, Law, Verdict
from zoodsl.testing.laws.stated import stated_laws
from zoodsl.testing.laws.suite import laws_of, try_all
from zoodsl.testing.laws.trial import try_law
from zoodsl.testing.mistaken.mistakes import Answer, answer, mistakes, wrong_specs
from zoodsl.testing.mistaken.mutations import mutated
from zoodsl.testing.mistaken.written import Mistake
from zoodsl.testing.networks import FORMS, networks
from zoodsl.testing.subjects.interpreted import Interpreted
from zoodsl.testing.subjects.subject import Subject, Unavailable
from zoodsl.testing.tables import Column, Table, choice, flag, real, rows, tables, text, time, whole
from zoodsl.testing.tensors import batch, random_weights, tensors

__all__ = [
    "FORMS",
    "NOWHERE",
    "Answer",
    "Column",
    "Example",
    "Finding",
    "Interpreted",
    "Law",
    "Mistake",
    "Subject",
    "Table",
    "Unavailable",
    "Verdict",
    "answer",
    "arguments",
    "batch",
    "call",
    "calls",
    "choice",
    "derived_laws",
    "fits",
    "flag",
    "for_all",
    "images",
    "laws_of",
    "mistakes",
    "mutated",
    "network_of",
    "networks",
    "random_weights",
    "real",
    "rows",
    "specs",
    "stated_laws",
    "tables",
    "tensors",
    "text",
    "time",
    "try_all",
    "try_law",
    "whole",
    "wrong_specs",
]
