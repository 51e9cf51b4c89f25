"""Readers, splits and labels as calls of the target's helpers."""

from __future__ import annotations

from zoodsl.catalog.labels import ratings
from zoodsl.catalog.losses import SIGNED
from zoodsl.catalog.operator import Arguments
from zoodsl.model.nodes import Column, Data, Feature, Frame, Label, Part
from zoodsl.targets.bigdl.bindings.expressions import READING
from zoodsl.targets.bigdl.bindings.library import helper
from zoodsl.targets.bigdl.bindings.tables import ROOT, SPARK, table
from zoodsl.targets.pyast import Call, Expression, Name, call


def reader(frame: Frame) -> Call:
    """The call that reads a frame, images and all."""
    a = frame.reader.arguments
    read = table(frame)
    if read is not None:
        return read
    match frame.reader.operator.name:
        case "Sample":
            return call(helper("read_sample"), SPARK, a["name"])
        case "IDX":
            return call(helper("read_idx"), SPARK, ROOT, images=a["images"], labels=a["labels"])
        case "Images":
            return call(helper("read_images"), SPARK, ROOT, a["path"], **_pixels(a))
        case "Video":
            times = {name: a[name].base for name in ("start", "end") if a[name] is not None}
            return call(helper("read_video"), SPARK, ROOT, a["path"], **_unless(a, fps=None), **times)
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


def parts(frame: Expression, data: Data) -> Call:
    """The call that divides a frame's rows into a dictionary of parts."""
    split = data.split
    if split is None:
        return call(helper("all_train" if Part.TRAIN in data.parts else "all_test"), frame)
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


def coded(feature: Feature) -> Call:
    """The call that describes columns of which something else is fed."""
    names = tuple(column.name for column in feature.columns)
    codec = feature.codecs.get(names[0])
    if codec is not None and codec.operator.name == "Tokens":
        return call(helper("TokenColumn"), *names, **codec.arguments)
    return call(helper("IndexedColumns"), names, indexed=tuple(feature.codecs))


def label(node: Label, loss: str | None, *, standardized: bool = False) -> Call:
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
        case "Rating":
            classes = tuple(f"{value:g}" for value in ratings(a))
            return call(helper("Rating"), node.column.name, classes=classes, **signs)
        case "Number":
            return call(helper("StandardizedNumber" if standardized else "Number"), node.column.name)
        case other:
            raise KeyError(other)
