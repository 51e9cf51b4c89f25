"""What `zoodsl explain` teaches is true: each "Wrong" example has its code, and no "Right" one has.

Examples are put into the smallest spec that they can stand in; where an example speaks of the data or of its
surroundings ("if the files differ in size"), ``SURROUNDINGS`` and ``FILES`` make them so.
"""

from __future__ import annotations

import gzip
import re
import shlex
import shutil
import struct
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click
import pytest

import zoodsl.diagnostics.rules  # noqa: F401 - importing it registers every code
from tests.fragments import furnish, whole
from tests.pretrained import rare_onnx
from zoodsl.cli.main import zoodsl as command_line
from zoodsl.compiler import Compilation
from zoodsl.diagnostics import CODES

DETECTOR = Path(__file__).parents[2] / "examples" / "object_detection" / "shapes.onnx"
EXAMPLE = re.compile(r"^(Wrong|Right)\b(?:(?!```).)*```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)

FOUND_LATER = {
    "ZOO112": "the example stands for one that is a hundred levels deep: specs/errors has it whole",
    "ZOO536": "`zoodsl experiment` finds it, by comparing programs",
    "ZOO703": "it depends on the machine's memory",
    "ZOO710": "it depends on the machine's memory",
    "ZOO713": "it is found in training",
    "ZOO714": "it is found in training, where the data could not be looked at before",
    "ZOO715": "it is found by the run; before it, the same mistake is ZOO401",
    "ZOO716": "it is found by the run; before it, the same mistake is ZOO413",
    "ZOO717": "it is found by the run; before it, the same mistake is ZOO415",
}
"""Codes of which no check of the example can show that it is wrong, and why."""


def network(body: str, *, inputs: str = "input 4") -> str:
    """A spec with this network."""
    return whole(f"network {{\n{inputs}\n{body}\nDense(3, activation = softmax)\n}}")


def photos(preprocess: str) -> str:
    """A spec that trains on the folder ``photos``."""
    data = 'data {\nrows = Images("photos/*.png")\nfeature rows.image\nlabel rows.folder -> ClassIndex(["a", "b"])\n}'
    return whole(f"{data}\n{preprocess}")


def xrays(example: str) -> str:
    """A spec of the folder ``photos`` and the table ``findings``."""
    frames = 'images = Images("photos/*", channels = 1)\nfindings = CSV("findings.csv")'
    used = 'feature rows.image\nlabel rows.finding -> ClassIndex(["a", "b"])'
    return whole(f"data {{\n{frames}\n{example}\n{used}\n}}")


def recommending(example: str) -> str:
    """A spec that recommends items to users."""
    pairs = "a = user -> Embedding(20, 2) -> Flatten()\nb = item -> Embedding(30, 2) -> Flatten()"
    network = f"user = Input(1)\nitem = Input(1)\n{pairs}\noutput Concatenate(a, b) -> Dense(5, activation = softmax)"
    lines = [line for line in example.splitlines() if not line.startswith(("offer", "top", "metric"))]
    lines = (
        lines
        if len(lines) > 1
        else ["feature rows.user, rows.item", "label rows.rating -> Rating(1..5)", *lines]
    )
    settings = [line for line in example.splitlines() if line.startswith(("offer", "top", "metric"))]
    if not settings[0].startswith("offer"):
        settings.insert(0, "offer rows.item to rows.user")
    data = "\n".join(['rows = CSV("rows.csv")', *lines])
    return (
        whole(f"data {{\n{data}\n}}\nnetwork {{\n{network}\n}}")
        + "\nrecommend {\n"
        + "\n".join(settings)
        + "\n}\n"
    )


def detecting(example: str) -> str:
    """A spec that finds boxes in the folder ``photos``."""
    parts = {
        "photos": 'photos = Images("photos/*.jpg")',
        "preprocess": "preprocess {\nResize(96x128)\n}",
        "output": 'output FastestDet(["cat", "dog", "bird"])',
        "compare": "",
    }
    if example.startswith("image,"):
        parts["compare"] = 'compare with CSV("given.csv")'
    elif example.startswith("photos"):
        parts["photos"] = example.splitlines()[0]
    else:
        parts[example.split(maxsplit=1)[0]] = example
    return (
        f"zoo 1\ndata {{\n{parts['photos']}\nfeature photos.image\n}}\n{parts['preprocess']}\n"
        'base shapes {\nload "shapes.onnx"\nexpects BGR\n}\nnetwork {\ninput 3x96x128\nshapes()\n}\n'
        f"detect {{\n{parts['output']}\n{parts['compare']}\n}}\n"
    )


def stating(example: str) -> str:
    """A spec of photos that are cut to 224x224, and what it states."""
    data = 'photos = Images("photos/*/*.png", resize = 256x256)\nfeature photos.image\n'
    kinds = 'label photos.folder -> ClassIndex(["cat", "dog", "fox"])'
    network = "network {\ninput 3x224x224\nGlobalAveragePooling2D()\nDense(3, activation = softmax)\n}"
    steps = "preprocess {\nCenterCrop(224x224)\n}"
    return whole(f"data {{\n{data}{kinds}\n}}\n{steps}\n{network}\n{example}")


def stating_of_rows(example: str) -> str:
    """A spec of a table that nothing divides, or as the example does; and what it states."""
    split, stated = (example, "") if example.startswith("split") else ("", example)
    names = "feature rows.x1, rows.x2, rows.x3, rows.x4\nlabel rows.kind -> ClassIndex(3)"
    return whole(f'data {{\nrows = CSV("rows.csv")\n{names}\n{split}\n}}\n{stated}')


SERIES = """zoo 1
data {{
taxi = CSV("{table}")
feature taxi.value{city}, hour(taxi.time)
label taxi.value -> Number()
{split}
}}
{preprocess}
network {{
input {length}x{width}
SimpleRNN(2)
Dense(1)
}}
optimize {{
loss MeanSquaredError()
optimizer Adam(learning_rate = 0.01)
}}
train {{
batch 4
}}
"""


def series(example: str) -> str:
    """A spec of the series ``taxi.csv``, or of the table that the example is, with the example's own parts."""
    table = "given.csv" if example.startswith("time,") else "taxi.csv"
    city = ", taxi.city" if "city" in example else ""
    split = example if example.startswith("split") else "split Tail(train = 80%, test = 20%)"
    window = (
        example.strip()
        if example.startswith("Window")
        else "Window(3)"
        if table == "taxi.csv"
        else "Window(1)"
    )
    sections = "preprocess" in example
    preprocess = "" if sections else f"preprocess {{\nStandardize()\n{window}\n}}"
    length = re.search(r"Window\((\d+)", example + window)
    assert length is not None
    spec = SERIES.format(
        table=table, city=city, split=split, preprocess=preprocess, length=length[1], width=3 if city else 2
    )
    return spec + (example if sections or example.startswith("anomalies") else "")


def taxis(folder: Path) -> None:
    """A series of 40 hours, and a window that is known in it."""
    rows = [f"2024-05-{1 + hour // 24:02} {hour % 24:02}:00:00,{10 + hour * 7 % 13}" for hour in range(40)]
    (folder / "taxi.csv").write_text("\n".join(["time,value", *rows]) + "\n")
    (folder / "windows.json").write_text('{"nyc_taxi.csv": [["2024-05-02 00:00:00", "2024-05-02 05:00:00"]]}')


SURROUNDINGS: Mapping[str, Callable[[str], str]] = {
    "ZOO104": lambda example: example,
    "ZOO226": lambda example: f"zoo 1\n{example}",
    "ZOO308": lambda example: network(f"tower({'2' if 'height' in example else ''})") + example,
    "ZOO315": lambda example: (
        f'zoo 1\ndata {{\nrows = Images("photos/*/*.png", resize = 16x16)\nfeature rows.image\n}}\n{example}'
    ),
    "ZOO312": lambda example: whole(
        f"{example}\nnetwork {{\na = Input(1)\nb = Input(1)\noutput Concatenate(a, b) -> Dense(3, activation = softmax)\n}}"
    ),
    "ZOO313": lambda example: network(example, inputs="user = Input(1)"),
    "ZOO403": lambda example: whole(
        'data {\nrows = CSV("given.csv")\nfeature rows.age\nlabel rows.weight -> Number()\n}'
    ),
    "ZOO415": photos,
    "ZOO419": lambda example: whole(
        f'data {{\nimages = Images("photos/*.png")\ntable = CSV("rows.csv")\n{example}\n}}'
    ),
    "ZOO434": xrays,
    "ZOO435": xrays,
    "ZOO436": xrays,
    "ZOO439": lambda example: whole(
        f'data {{\n{example}\nfeature images.image\nlabel images.folder -> ClassIndex(["photos", "b"])\n}}'
    ),
    "ZOO451": photos,
    "ZOO462": lambda example: whole(
        f"{example.splitlines()[0]}\nlabel rows.kind -> ClassIndex(3)\n"
        f"network {{\nuser = Input(1)\n{example.splitlines()[1]}\nFlatten()\nDense(3, activation = softmax)\n}}"
    ),
    "ZOO502": lambda example: whole(
        f"network {{\ninput 4\n{example.splitlines()[0]}\n}}\n{example.splitlines()[1]}\n"
        "label rows.class -> ClassIndex(10)"
    ),
    **dict.fromkeys((f"ZOO48{number}" for number in range(1, 8)), series),
    "ZOO801": lambda example: whole(
        f"network {{\ninput 1x8x8\n{example}\nFlatten()\nDense(10, activation = softmax)\n}}\npreprocess {{\n}}"
    ),
}
SURROUNDINGS = {**SURROUNDINGS, **dict.fromkeys(("ZOO580", "ZOO581"), recommending)}
SURROUNDINGS = {**SURROUNDINGS, **dict.fromkeys((f"ZOO90{number}" for number in range(1, 8)), stating)}
SURROUNDINGS = {**SURROUNDINGS, "ZOO906": stating_of_rows}
SURROUNDINGS = {
    **SURROUNDINGS,
    **dict.fromkeys(("ZOO552", "ZOO553", "ZOO554", "ZOO555", "ZOO557"), detecting),
}
SURROUNDINGS = {**SURROUNDINGS, **dict.fromkeys(("ZOO413", "ZOO716"), SURROUNDINGS["ZOO403"])}
"""The spec for examples that cannot stand in any."""


def pictures(sizes: Mapping[str, int]) -> Callable[[Path], None]:
    """What writes square pictures of these sizes, by path."""

    def written(folder: Path) -> None:
        from PIL import Image

        for name, size in sizes.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (size, size)).save(folder / name)

    return written


def findings(folder: Path, *rows: str, columns: str = "Image Index,finding") -> None:
    """Writes four photos, and a table of these rows."""
    pictures({f"photos/{name}.jpg": 8 for name in "abcd"})(folder)
    (folder / "findings.csv").write_text("\n".join([columns, *rows]) + "\n")


def idx(folder: Path, name: str, *shape: int) -> None:
    sizes = b"".join(struct.pack(">i", size) for size in shape)
    count = 1
    for size in shape:
        count *= size
    (folder / name).write_bytes(gzip.compress(bytes((0, 0, 8, len(shape))) + sizes + bytes(count)))


def idx_files(folder: Path) -> None:
    idx(folder, "train-images-idx3-ubyte.gz", 40, 8, 8)
    idx(folder, "train-labels-idx1-ubyte.gz", 40)
    idx(folder, "t10k-labels-idx1-ubyte.gz", 30)


def photographs(folder: Path) -> None:
    """Writes a photo, a detector of three classes, and their names."""
    pictures({"photos/cat.jpg": 240})(folder)
    shutil.copy(DETECTOR, folder)
    (folder / "coco.names").write_text("person\nbicycle\ncar\n")


FILES: Mapping[str, Callable[[Path], object]] = {
    "ZOO220": lambda folder: (folder / "resnet.zoo").write_text("zoo 1\nblock a(x) {\n  x -> Dense(3)\n}\n"),
    "ZOO221": lambda folder: (
        (folder / "a.zoo").write_text('zoo 1\nuse "spec.zoo" as spec\n'),
        (folder / "shared.zoo").write_text("zoo 1\nblock a(x) {\n  x -> Dense(3)\n}\n"),
    ),
    "ZOO602": lambda folder: (folder / "rare.onnx").write_bytes(rare_onnx()),
    "ZOO401": pictures({"data/xray/a.jpg": 8}),
    "ZOO402": pictures({"data/xray/a.png": 8}),
    "ZOO404": idx_files,
    "ZOO405": idx_files,
    "ZOO406": lambda folder: (folder / "sales.csv").write_text("day;price\n1;2,5\n2;3\n3;1,5\n"),
    "ZOO415": pictures({"photos/a.png": 8, "photos/b.png": 9}),
    "ZOO419": pictures({"photos/a.png": 8}),
    "ZOO434": lambda folder: findings(folder, *(f"{name}.png,{name}" for name in "abab")),
    "ZOO435": lambda folder: findings(folder, "a.png,a", "b.png,b", "c.png,a", "a,b"),
    "ZOO436": lambda folder: findings(
        folder, "a,a,A", "a,b,B", "b,a,A", columns="Image Index,finding,reader"
    ),
    "ZOO439": lambda folder: (
        pictures({"photos/a.png": 8})(folder),
        (folder / "photos" / "b.txt").write_text("b"),
    ),
    "ZOO523": lambda folder: (
        (folder / "heights.csv").write_text("height\n180\n175\n"),
        (folder / "new.csv").write_text("age,weight\n50,80\n30,70\n"),
    ),
    "ZOO451": pictures({"photos/a.png": 32, "photos/b.png": 32}),
    **dict.fromkeys((f"ZOO48{number}" for number in range(1, 8)), taxis),
    **dict.fromkeys(("ZOO552", "ZOO553", "ZOO554", "ZOO555", "ZOO557"), photographs),
}
"""What the folder holds besides the table that all fragments may read."""


def examples(*languages: str) -> Iterator[tuple[str, str, str]]:
    """The code, the role and the text of each example in one of these languages."""
    for name, code in sorted(CODES.items()):
        for role, language, text in EXAMPLE.findall(code.teach):
            if language in languages:
                yield name, role, text


def reported(code: str, example: str, folder: Path) -> set[str]:
    """The codes that the example has in a spec of its own."""
    furnish(folder)
    (folder / "given.csv").write_text(example)
    FILES.get(code, lambda _: None)(folder)
    text = SURROUNDINGS.get(code, whole)(example)
    (folder / "spec.zoo").write_text(text, encoding="utf-8")
    compilation = Compilation(str(folder / "spec.zoo"))
    found = {item.code.name for item in compilation.diagnostics}
    if code.startswith("ZOO8"):
        compilation.program("bigdl")
        found |= {item.code.name for item in compilation.diagnostics}
    return found


SPECS = list(examples("", "zoo", "csv"))


@pytest.mark.parametrize(
    ("code", "example"),
    [(code, text) for code, role, text in SPECS if role == "Wrong" and code not in FOUND_LATER],
    ids=[code for code, role, _ in SPECS if role == "Wrong" and code not in FOUND_LATER],
)
def test_a_wrong_example_has_its_code(code: str, example: str, tmp_path: Path) -> None:
    assert code in reported(code, example, tmp_path)


@pytest.mark.parametrize(
    ("code", "example"),
    [(code, text) for code, role, text in SPECS if role == "Right"],
    ids=[code for code, role, _ in SPECS if role == "Right"],
)
def test_a_right_example_has_not(code: str, example: str, tmp_path: Path) -> None:
    found = reported(code, example, tmp_path)
    assert code not in found
    assert code == "ZOO112" or not {each for each in found if each.startswith("ZOO1")}, "it can be read"


@pytest.mark.parametrize("code", sorted(FOUND_LATER))
def test_what_is_found_later_is_not_found_by_a_check(code: str, tmp_path: Path) -> None:
    wrong = next(text for name, role, text in SPECS if (name, role) == (code, "Wrong"))
    assert code not in reported(code, wrong, tmp_path)


@pytest.mark.parametrize(
    ("role", "example"), [(role, text) for _, role, text in examples("yaml")], ids=["wrong", "right"]
)
def test_values_files(role: str, example: str, tmp_path: Path) -> None:
    furnish(tmp_path)
    values = tmp_path / "values.yaml"
    values.write_text(example)
    text = whole(
        'param batch_size: int = 8\nparam source: reader = CSV("rows.csv")\ntrain { batch batch_size }'
    )
    found = Compilation(str(tmp_path / "spec.zoo"), text=text, values=str(values)).diagnostics
    assert ("ZOO006" in {item.code.name for item in found}) is (role == "Wrong")


COMMANDS = [
    words
    for _, _, text in examples("sh")
    for line in text.splitlines()
    for command in line.split("&&")
    if (words := shlex.split(command, comments=True))[:1] == ["zoodsl"]
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_commands_exist_with_their_options(words: list[str]) -> None:
    name, *arguments = words[1:]
    above = click.Context(command_line, **command_line.context_settings)
    command = command_line.get_command(above, name)
    assert command is not None
    command.make_context(name, arguments, parent=above, resilient_parsing=True)
