"""Fragments: pieces of specs as documentation shows them, put into the smallest spec that they can stand in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

from tests.pretrained import convolution, state_file
from zoodsl.catalog import registry
from zoodsl.catalog.values import Kind

SECTIONS = "data|preprocess|base|network|optimize|train|evaluate|predict|anomalies|index|recommend|property|experiment|cluster"
DECLARATIONS = "let|param|use|block"

HOMES = {
    "data": ("feature", "label", "split", *registry.names(Kind.READER)),
    "preprocess": ("training", *registry.names(Kind.TRANSFORM)),
    "optimize": ("loss", "optimizer", "schedule", "learning_rate"),
    "train": ("seed", "batch", "epochs", "validate", "stop", "checkpoint", "keep", "log", "phase"),
    "evaluate": ("on", "metric", "plot", "baseline"),
    "predict": ("from", "top"),
    "index": ("cut", "rank", "include"),
}
"""The section that a statement belongs in by its first word, or by the reader that it names."""

DETECTION = Path(__file__).parent.parent / "examples" / "object_detection"
TABLES = Path(__file__).parent.parent / "specs" / "data"
MODELS = Path(__file__).parent.parent / "specs" / "surgery"
PHOTOS = ("cat", "dog", "fox")
"""The kinds of photos in the folder ``photos``, a folder each."""

COLUMNS: Mapping[str, Callable[[int], object]] = {
    "x1": lambda row: row % 6,
    "x2": lambda row: row % 7,
    "x3": lambda row: row % 8,
    "x4": lambda row: row % 9,
    "kind": lambda row: row % 3,
    "class": lambda row: row % 10,
    "rating": lambda row: row % 5 + 1,
    "finding": lambda row: row % 2,
    "target": lambda row: row / 8,
    "price": lambda row: row / 4,
    "age": lambda row: row % 50,
    "weight": lambda row: 50 + row / 8,
    "user": lambda row: row % 20,
    "item": lambda row: row % 30,
    "Patient ID": lambda row: row % 40,
    "part": lambda row: ("Train", "Test")[row % 4 == 0],
    "species": lambda row: ("setosa", "versicolor", "virginica")[row % 3],
    "name": lambda row: f"n{row}",
    "time": lambda row: f"2024-05-{1 + row // 24:02} {row % 24:02}:00:00",
    "tags": lambda row: ("red|round", "blue", "round")[row % 3],
}
"""The columns of the table behind every frame that a fragment does not define, and their values by row."""


@dataclass
class Pieces:
    """What a fragment is made of: whole declarations, and loose statements by the section they belong in."""

    declarations: list[str] = field(default_factory=list)
    sections: dict[str, str] = field(default_factory=dict)
    loose: dict[str, list[str]] = field(default_factory=dict)


def furnish(folder: Path) -> None:
    """Writes the files that fragments read to ``folder``."""
    rows = [
        ",".join(COLUMNS),
        *(",".join(str(value(row)) for value in COLUMNS.values()) for row in range(160)),
    ]
    (folder / "rows.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "windows.json").write_text('{"taxi": [["2024-05-06 00:00:00", "2024-05-06 12:00:00"]]}')
    (folder / "tiny.onnx").write_bytes((MODELS / "tiny.onnx").read_bytes())
    for name in ("clip.mp4", "boxes.csv", "shapes.onnx", "shapes.names"):
        (folder / name).write_bytes((DETECTION / name).read_bytes())
    for name in ("ratings.dat", "movies.dat", "trips.jsonl", "trips/part-0.parquet"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes((TABLES / name).read_bytes())
    (folder / "reviews.csv").write_bytes((TABLES.parent / "text" / "reviews.csv").read_bytes())
    (folder / "tiny.pth").write_bytes(state_file(convolution()))
    for kind in PHOTOS:
        (folder / "photos" / kind).mkdir(parents=True, exist_ok=True)
        for number in range(20):
            (folder / "photos" / kind / f"{number}.png").write_bytes(_photo())


@cache
def _photo() -> bytes:
    """A black picture of 16x16."""
    from PIL import Image

    content = BytesIO()
    Image.new("RGB", (16, 16)).save(content, "PNG")
    return content.getvalue()


def whole(fragment: str) -> str:
    """A spec that holds the fragment; a fragment with a header is one already."""
    if re.match(r"\s*(#.*\n\s*)*zoo\b", fragment):
        return fragment
    pieces = taken_apart(fragment)
    if torn := pieces.sections.keys() & pieces.loose.keys():
        raise ValueError(f"statements of {', '.join(torn)} stand beside the section")
    data = pieces.sections.get("data") or _data(pieces, fragment)
    parts = ["zoo 1", *pieces.declarations, data]
    if "preprocess" in pieces.sections or "preprocess" in pieces.loose:
        parts.append(pieces.sections.get("preprocess") or _section("preprocess", pieces.loose["preprocess"]))
    parts.append(pieces.sections.get("network") or _network(pieces, data, fragment))
    parts.append(pieces.sections.get("optimize") or _optimize(pieces, data))
    parts += [
        pieces.sections.get(name) or _section(name, pieces.loose[name])
        for name in ("train", "evaluate", "predict", "index")
        if name in pieces.sections or name in pieces.loose
    ]
    parts += [section for name, section in pieces.sections.items() if name not in (*HOMES, "network")]
    return "\n\n".join(parts) + "\n"


def taken_apart(fragment: str) -> Pieces:
    """The fragment's declarations, sections and loose statements. A second section of a kind stays beside the first."""
    pieces = Pieces()
    for statement in statements(fragment):
        if found := re.match(rf"({SECTIONS})\b[^=]*{{", statement):
            seen = pieces.sections.get(found[1])
            pieces.sections[found[1]] = statement if seen is None else f"{seen}\n{statement}"
        elif re.match(rf"({DECLARATIONS})\b", statement):
            pieces.declarations.append(statement)
        else:
            pieces.loose.setdefault(_home(statement), []).append(statement)
    return pieces


def statements(text: str) -> list[str]:
    """The statements at the top of a text, continued lines and bodies with them; comments are left out."""
    found: list[str] = []
    depth = 0
    for line in text.splitlines():
        code = re.sub(r"#.*", "", line).rstrip()
        if not code.strip():
            continue
        if found and (depth > 0 or re.match(r"\s*(->|then\b|else\b)", code)):
            found[-1] += f"\n{code}"
        else:
            found.append(code.strip())
        quiet = re.sub(r'"[^"]*"', "", code)
        depth += sum(quiet.count(mark) for mark in "([{") - sum(quiet.count(mark) for mark in ")]}")
    return found


def _home(statement: str) -> str:
    first = re.match(r"\w+", statement)
    defined = re.match(r"\w+\s*=\s*(\w+)", statement)
    word = defined[1] if defined else first[0] if first else ""
    if word in registry.names(Kind.OPTIMIZER):
        return "optimize"
    if re.search(rf"->\s*({'|'.join(registry.names(Kind.FRAME_STEP))})\(", statement):
        return "data"
    return next((section for section, words in HOMES.items() if word in words), "network")


def _section(name: str, body: list[str]) -> str:
    inside = "\n".join(body).replace("\n", "\n  ")
    return f"{name} {{\n  {inside}\n}}"


def _data(pieces: Pieces, text: str) -> str:
    """The fragment's own data statements, completed; pictures where it preprocesses them, else a table.

    Photos of 16x16 where there is a base.
    """
    loose = pieces.loose.get("data", [])
    if "base" in pieces.sections and not loose:
        kinds = ", ".join(f'"{kind}"' for kind in PHOTOS)
        return _section(
            "data",
            [
                'photos = Images("photos/*/*.png")',
                "feature photos.image",
                f"label photos.folder -> ClassIndex([{kinds}])",
                "split Random(train = 60%, validation = 20%, test = 20%)",
            ],
        )
    words = {statement.split()[0] for statement in loose}
    picture = bool(
        {"preprocess"} & (pieces.loose.keys() | pieces.sections.keys())
    ) and "Normalize(" not in re.sub("ChannelNormalize", "", text)
    if picture and not loose:
        return _section(
            "data",
            [
                'digits = Sample("digits")',
                "feature digits.image",
                "label digits.label -> ClassIndex(10)",
                "split Random(train = 60%, validation = 20%, test = 20%)",
            ],
        )
    frames = re.findall(r"^(\w+)\s*=", "\n".join(loose), re.MULTILINE)
    named = re.findall(
        r"\b([a-z]\w*)(?:\.[a-z]|\[)", " ".join(s for s in loose if "=" not in s.split("(")[0])
    )
    body = list(loose)
    for frame in dict.fromkeys(named or ([] if frames else ["rows"])):
        if frame not in frames:
            body.insert(0, f'{frame} = CSV("rows.csv")')
            frames.append(frame)
    # What is made of other frames comes last, and is what is meant.
    frame = frames[-1] if any("-> Where(" in each for each in loose) else frames[0]
    if "feature" not in words:
        body.append("feature " + ", ".join(f"{frame}.x{number}" for number in range(1, 5)))
    if "label" not in words:
        body.append(f"label {frame}.kind -> ClassIndex(3)")
    if "split" not in words:
        body.append("split Random(train = 60%, validation = 20%, test = 20%)")
    return _section("data", body)


def _outputs(data: str) -> str:
    """The last layer for the data's label."""
    if found := re.search(r"ClassIndex\((\d+)\)", data):
        return f"Dense({found[1]}, activation = softmax)"
    if found := re.search(r"(ClassIndex|MultiHot)\(\[(.*?)\]", data, re.DOTALL):
        activation = "softmax" if found[1] == "ClassIndex" else "sigmoid"
        return f"Dense({found[2].count(',') + 1}, activation = {activation})"
    return "Dense(1)"


def _network(pieces: Pieces, data: str, text: str) -> str:
    body = list(pieces.loose.get("network", []))
    if (bases := re.findall(r"^base (\w+)", pieces.sections.get("base", ""), re.MULTILINE)) and not body:
        body = ["input 3x16x16", *(f"{name}()" for name in bases)]
    if "Input(" not in " ".join(body) and not any(line.startswith("input") for line in body):
        if "image" in data:
            sizes = re.findall(r"(?:Resize|Crop)\((\d+x\d+)\)", text)
            body.insert(0, f"input 1x{sizes[-1] if sizes else '8x8'}")
            body.append("Flatten()")
        else:
            feature = re.search(r"feature (.*)", data)
            body.insert(0, f"input {feature[1].count(',') + 1 if feature else 4}")
    last = body[-1]
    if not re.search(r"softmax|sigmoid|^output", last):
        body.append(_outputs(data))
    return _section("network", body)


def _optimize(pieces: Pieces, data: str) -> str:
    loose = [
        f"optimizer {each}" if re.match(r"[A-Z]", each) else each for each in pieces.loose.get("optimize", [])
    ]
    words = {statement.split()[0] for statement in loose}
    if "loss" not in words:
        kinds = {
            "ClassIndex": "SparseCategoricalCrossentropy",
            "Rating": "SparseCategoricalCrossentropy",
            "MultiHot": "BinaryCrossentropy",
        }
        chosen = next((loss for codec, loss in kinds.items() if codec in data), "MeanSquaredError")
        loose.insert(0, f"loss {chosen}()")
    if "optimizer" not in words:
        loose.append("optimizer Adam(learning_rate = 0.001)")
    return _section("optimize", loose)
