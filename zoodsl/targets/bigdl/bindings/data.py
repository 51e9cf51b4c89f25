"""Readers, splits and labels as calls of the target's helpers."""

from __future__ import annotations

from zoodsl.catalog.operator import Arguments, Split
from zoodsl.model.nodes import Column, Frame, Label, Operation, Part
from zoodsl.targets.bigdl.bindings.expressions import READING
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.pyast import Call, Expression, Listing, Name, call
from zoodsl.types import DType

SPARK_TYPES = {DType.INT32: "bigint", DType.INT64: "bigint", DType.FLOAT32: "double", DType.FLOAT64: "double"}
"""Spark's type of a table's column; text where the table holds neither."""

SPARK, ROOT = Name("spark"), Name("root")


def reader(frame: Frame) -> Call:
    """The call that reads a frame, images and all."""
    a = frame.reader.arguments
    match frame.reader.operator.name:
        case "Sample":
            return call(helper("read_sample"), SPARK, a["name"])
        case "IDX":
            return call(helper("read_idx"), SPARK, ROOT, images=a["images"], labels=a["labels"])
        case "Images":
            return call(helper("read_images"), SPARK, ROOT, a["path"], **_pixels(a))
        case "CSV":
            columns = [
                (
                    column.name,
                    SPARK_TYPES.get(column.type, "string") if isinstance(column.type, DType) else "string",
                )
                for column in frame.columns
            ]
            return call(
                helper("read_csv"),
                SPARK,
                ROOT,
                a["path"],
                columns=Listing(tuple(columns)),
                **_unless(a, header=True, separator=","),
            )
        case other:
            raise KeyError(other)


def undecoded(frame: Frame) -> Call:
    """The call that reads a frame; images are listed, to be decoded when it is known which of them are wanted."""
    if frame.reader.operator.name == "Images":
        return call(helper("list_images"), SPARK, ROOT, frame.reader.arguments["path"])
    return reader(frame)


def decoded(frame: str, column: str, home: Frame) -> Call:
    """The call that decodes the images of a frame's column, as the reader of ``home`` says."""
    a = home.reader.arguments
    noted = {"reading": READING, **_unless(a, on_error="skip")}
    return call(helper("decode_images"), Name(frame), column, **_pixels(a), **noted)


def _pixels(a: Arguments) -> dict[str, Expression]:
    """What images become."""
    return {"channels": a["channels"], **_unless(a, resize=None)}


def _unless(a: Arguments, **defaults: Expression) -> dict[str, Expression]:
    """Arguments that are not the helper's defaults."""
    return {name: a[name] for name, default in defaults.items() if a[name] != default}


def parts(frame: Expression, split: Operation[Split] | None) -> Call:
    """The call that divides a frame's rows into a dictionary of parts."""
    if split is None:
        return call(helper("all_train"), frame)
    a = split.arguments
    if split.operator.name == "GroupedFold":
        given: dict[str, Expression] = {name: a[name] for name in ("fold", "folds", "validation", "seed")}
        return call(helper("split_grouped_fold"), frame, a["column"].name, **given)
    shares: dict[str, Expression] = {part.value: a[part.value] for part in Part}
    match split.operator.name:
        case "Random":
            return call(helper("split_random"), frame, **shares, seed=a["seed"])
        case "Stratified" | "Grouped" as name:
            column: Column = a["column"]
            return call(helper(f"split_{name.lower()}"), frame, column.name, **shares, seed=a["seed"])
        case "Fixed":
            column = a["column"]
            return call(helper("split_fixed"), frame, column.name, **shares)
        case "Tail":
            return call(helper("split_tail"), frame, **shares)
        case other:
            raise KeyError(other)


SIGNED = {"Hinge", "SquaredHinge"}
"""Losses for which BigDL wants -1 and 1 where the language has 0 and 1."""


def label(node: Label, loss: str) -> Call:
    """The call that describes what is learned."""
    a = node.codec.arguments
    signs: dict[str, Expression] = {"signs": True} if loss in SIGNED else {}
    match node.codec.operator.name:
        case "ClassIndex":
            return call(helper("ClassIndex"), node.column.name, classes=a["classes"], **signs)
        case "MultiHot":
            return call(
                helper("MultiHot"),
                node.column.name,
                names=a["names"],
                **_unless(a, separator="|", none=None),
                **signs,
            )
        case "Number":
            return call(helper("Number"), node.column.name)
        case other:
            raise KeyError(other)
