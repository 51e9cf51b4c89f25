"""Splits: how rows are divided into training, validation and test.

Random means a stable hash, the same on NumPy and on Spark SQL, whatever the order or partitioning of rows:

* ``digest = md5(f"{seed}:{key}")`` as 32 hexadecimal digits, of UTF-8; ``key`` is the reader's key as text;
* ``u = int(digest[:8], 16) / 2**32``, in 0..1;
* a row whose ``u`` is below the first of ``cuts`` trains; below the second, it validates; else it tests;
* of ``folds`` folds, numbered from 0, it is in number ``floor(u * folds)``.

Where rows are counted instead (``Stratified``, ``Tail``), the first ``place(cut, n)`` of n come before a cut.
"""

from __future__ import annotations

from math import floor, isclose

from zoodsl.catalog.operator import REQUIRED, Arguments, Mismatch, Parameter, Split
from zoodsl.catalog.values import Boolean, ColumnOf, Integer, Share, String
from zoodsl.types import DType, ValueType

_PARTS = ("train", "validation", "test")

_SEED = Parameter(
    "seed",
    Integer(minimum=0),
    default=42,
    doc="another seed divides otherwise",
    keyword_only=True,
)
_SHARES = (
    Parameter("train", Share(), default=REQUIRED, doc="the share that trains", keyword_only=True),
    Parameter(
        "validation",
        Share(),
        default=0.0,
        doc="the share watched while training",
        keyword_only=True,
        old_names=("val", "valid"),
    ),
    Parameter("test", Share(), default=0.0, doc="the share judged at the end", keyword_only=True),
)


def cuts(arguments: Arguments) -> tuple[float, float]:
    """Where training ends and where validation ends, in 0..1: ``(train, train + validation)``.

    Where no later part has a share, an end is 1, so that rounding never makes a part that was not asked for.
    """
    train, validation, test = (arguments[part] for part in _PARTS)
    return (train if validation or test else 1.0), (train + validation if test else 1.0)


def place(cut: float, rows: int) -> int:
    """How many of ``rows`` rows come before ``cut``, halves rounded up: ``floor(cut * rows + 1/2)``."""
    return floor(cut * rows + 0.5)


def digest(seed: int, key: str) -> str:
    """The hexadecimal digits that place a row of this key."""
    from hashlib import md5

    return md5(f"{seed}:{key}".encode(), usedforsecurity=False).hexdigest()


def position(digits: str) -> float:
    """The place in 0..1, 1 excluded, of a row of this digest."""
    return int(digits[:8], 16) / 2**32


def fold(digits: str, folds: int) -> int:
    """The fold of a row of this digest, from 0."""
    return int(digits[:8], 16) * folds // 2**32


def held_out(arguments: Arguments) -> tuple[int | None, int]:
    """The folds of a ``GroupedFold`` that validate, None if none does, and test."""
    test: int = arguments["fold"]
    return ((test + 1) % arguments["folds"] if arguments["validation"] else None), test


def asked(split: str, arguments: Arguments) -> tuple[bool, bool, bool]:
    """Whether the split of this name asks for rows to train, validate and test on."""
    if split == "GroupedFold":
        return True, arguments["validation"], True
    return bool(arguments["train"]), bool(arguments["validation"]), bool(arguments["test"])


def shares_mismatch(arguments: Arguments) -> Mismatch | None:
    """What is wrong with the shares of a split; None if they are right, or the split has none (``Fixed``).

    They add up to 100 % and something is left to train on.
    """
    if not isinstance(arguments.get("train"), float):
        return None
    shares = [arguments[part] for part in _PARTS]
    total = sum(shares)
    if not isclose(total, 1.0, abs_tol=1e-9):
        parts = " + ".join(f"{share * 100:g}%" for share in shares)
        gap = 1.0 - total
        help_ = (
            f"{gap * 100:g}% of the rows have no part: give them to `train`, `validation` or `test`"
            if gap > 0
            else f"take {-gap * 100:g}% away"
        )
        return Mismatch(f"the shares add up to {total * 100:g}% ({parts}), not to 100%", help_)
    if shares[0] <= 0:
        return Mismatch("no rows are left to train on", "give `train` a share above 0%", "train")
    return None


def marks_mismatch(arguments: Arguments) -> Mismatch | None:
    """Which text of ``Fixed`` marks two parts; None if there is none, or the split has shares."""
    if not isinstance(arguments.get("train"), str):
        return None
    marked: dict[str, str] = {}
    for part in _PARTS:
        text = arguments[part]
        if text in marked:
            return Mismatch(
                f'"{text}" marks the rows of both `{marked[text]}` and `{part}`',
                "give each part a text of its own",
                part,
            )
        if text is not None:
            marked[text] = part
    return None


def fold_mismatch(arguments: Arguments) -> Mismatch | None:
    """What is wrong with the folds of a ``GroupedFold``; None if nothing is, or the split has none."""
    if "folds" not in arguments:
        return None
    number, folds = arguments["fold"], arguments["folds"]
    if number >= folds:
        return Mismatch(
            f"there is no fold {number}: the {folds} folds are numbered from 0 to {folds - 1}",
            f"write a number from 0 to {folds - 1}",
            "fold",
        )
    if folds == 2 and arguments["validation"]:
        return Mismatch(
            "of two folds one tests and the other validates: nothing is left to train on",
            "write `folds = 3` or more",
            "folds",
        )
    return None


def column_mismatch(name: str, kind: DType | ValueType) -> Mismatch | None:
    """Why the split ``name`` cannot go by a column of this type; None if it can.

    Texts and whole numbers are written alike everywhere. Numbers with a fraction are not, and seldom equal.
    """
    if kind in (DType.STRING, DType.INT64, DType.INT32, DType.UINT8):
        return None
    what = "numbers with a fraction" if isinstance(kind, DType) else "no text and no whole numbers"
    return Mismatch(
        f"`{name}` goes by a column's texts or whole numbers, but this one holds {what}",
        "name a column of classes, groups or marks",
        "column",
    )


OPERATORS = (
    Split(
        name="Random",
        doc="By chance: each row by the hash of its own key. Shares are met approximately.",
        source="zoo 1: u of the row's key",
        parameters=(*_SHARES, _SEED),
    ),
    Split(
        name="Stratified",
        doc="By chance, with the same shares of every value of the column: a class is as frequent in each "
        "part. Of a value's rows, ordered by digest and then key, those before the first cut train, those "
        "before the second validate, and the rest test.",
        source="zoo 1: rank of the row's digest among the rows of its value",
        parameters=(
            Parameter(
                "column", ColumnOf(), doc="the column whose values are spread evenly, as a rule the label"
            ),
            *_SHARES,
            _SEED,
        ),
    ),
    Split(
        name="Grouped",
        doc="By chance, with all rows of one value of the column in one part: a patient's images are never "
        "both trained and tested on. The hash is of the column's value as text.",
        source="zoo 1: u of the group's value",
        parameters=(
            Parameter(
                "column", ColumnOf(), doc="the column whose values stay together, such as a patient's number"
            ),
            *_SHARES,
            _SEED,
        ),
    ),
    Split(
        name="GroupedFold",
        doc="One turn of a cross-validation: all rows of one value of the column are in one of `folds` folds by chance; "
        "the rows of `fold` test, those of the next one validate where `validation` is set, and all others train. "
        "A run for each fold from 0 on judges every row once.",
        source="zoo 1: u of the group's value; scikit-learn GroupKFold",
        parameters=(
            Parameter(
                "column", ColumnOf(), doc="the column whose values stay together, such as a patient's number"
            ),
            Parameter(
                "fold", Integer(minimum=0), default=0, doc="the fold that tests, from 0", keyword_only=True
            ),
            Parameter("folds", Integer(minimum=2), default=5, doc="how many there are", keyword_only=True),
            Parameter(
                "validation",
                Boolean(),
                default=False,
                doc="whether the next fold validates, in place of training",
                keyword_only=True,
            ),
            _SEED,
        ),
    ),
    Split(
        name="Fixed",
        doc="As a column says: rows whose value is the text of a part belong to it; rows of other values are "
        "left out.",
        source="zoo 1",
        parameters=(
            Parameter("column", ColumnOf(), doc="the column that says the part"),
            Parameter("train", String(), doc="its text for rows that train", keyword_only=True),
            Parameter(
                "validation",
                String(),
                default=None,
                doc="its text for rows that validate",
                keyword_only=True,
                old_names=("val", "valid"),
            ),
            Parameter("test", String(), default=None, doc="its text for rows that test", keyword_only=True),
        ),
    ),
    Split(
        name="Tail",
        doc="By order: the rows before the first cut train, those before the second validate, and the last "
        "ones test. For rows in order of time.",
        source="zoo 1: the row's place",
        parameters=_SHARES,
    ),
)
"""Every split of the language."""
