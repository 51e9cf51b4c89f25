"""The pages of ``docs/`` are true: their specs check, their links lead somewhere, their traps have tests.

A block of the language is ` ```zoo `: a file, or a fragment that is put into the smallest spec it can stand in. It has
no errors, or with ` ```zoo error=ZOO301 ` that one alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fragments import furnish, whole
from zoodsl.compiler import Compilation
from zoodsl.diagnostics import CODES, Severity

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    path
    for path in [*(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
    if path.parent.name != "reference"
)
KINDS = {"", "zoo", "python", "sh", "text", "json"}


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks() -> Iterator[tuple[str, str, str]]:
    """The place, the info string and the text of every fenced block."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in re.finditer(r"^```([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, found.start()) + 1
            yield f"{names(page)}:{line}", found[1], found[2]


SPECS = [(place, info, text) for place, info, text in blocks() if info.split()[:1] == ["zoo"]]


@pytest.mark.parametrize(("place", "info", "text"), SPECS, ids=[place for place, _, _ in SPECS])
def test_specs_are_as_right_as_the_page_says(place: str, info: str, text: str, tmp_path: Path) -> None:
    furnish(tmp_path)
    compilation = Compilation(str(tmp_path / "spec.zoo"), text=whole(text))
    found = {item.code.name for item in compilation.diagnostics if item.severity is Severity.ERROR}
    wanted = re.fullmatch(r"zoo(?: error=(ZOO\d{3}))?", info)
    assert wanted, f"{place}: no test knows what `{info}` means"
    assert found == ({wanted[1]} if wanted[1] else set())


def test_blocks_are_of_known_kinds() -> None:
    assert [place for place, info, _ in blocks() if (info.split() or [""])[0] not in KINDS] == []


def test_python_blocks_can_be_read() -> None:
    for _, info, text in blocks():
        if info == "python":
            ast.parse(text)


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"https?://|#", target):
            assert (page.parent / target.split("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_what_a_page_names_exists(page: Path) -> None:
    """Codes are registered, and paths of the repository are there."""
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"\bZOO\d{3}\b", text)) <= set(CODES)
    for path in re.findall(r"`((?:zoodsl|tests|specs|grammars|docs|examples)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path


RATED = """feature rows.user, rows.item
label rows.rating -> Rating(1..5)
network {
  user = Input(1)
  item = Input(1)
  u = user -> Embedding(20, 8) -> Flatten()
  i = item -> Embedding(30, 8) -> Flatten()
  output Concatenate(u, i) -> Dense(5, activation = softmax)
}
"""
SERIES = """feature rows.age
label rows.price -> Number()
split Tail(train = 70%, validation = 10%, test = 20%)
network {{
  input 50x1
  LSTM(4)
  Dense(1)
}}
loss MeanSquaredError()
{}
"""
INDEXED = """label rows.kind -> ClassIndex(3)
split Random(train = 60%, validation = 20%, test = 20%)
index {{
  {}
}}
"""
WORKSHOP: dict[str, str | None] = {
    "predict { from IDX(...) first 100 }": None,  # files of its own: examples/mnist/perceptron.zoo
    "from_logits = true": "loss SparseCategoricalCrossentropy(from_logits = true)\n"
    "network {\n  input 4\n  Dense(3)\n}\n",
    "MeanAbsoluteError(estimate = mode)": RATED + "metric MeanAbsoluteError(estimate = mode)\n",
    "among test": RATED + "recommend {\n  offer rows.item to rows.user\n  top 3 among test\n}\n",
    "Standardize(fit = all)": SERIES.format(
        "preprocess {\n  Standardize(fit = all)\n  Window(50, horizon = 1)\n}"
    ),
    "Window(50, horizon = 2)": SERIES.format("preprocess {\n  Standardize()\n  Window(50, horizon = 2)\n}"),
    "baseline Persistence()": SERIES.format(
        "preprocess {\n  Window(50, horizon = 1)\n}\nbaseline Persistence()\nmetric MeanAbsoluteError()"
    ),
    "expects BGR": 'base tiny {\n  load "tiny.onnx"\n  cut at "pool2"\n  expects BGR\n}\n',
    "include query": INDEXED.format("include query"),
    "rank by similarity": INDEXED.format("rank by similarity"),
    "rank by prediction then similarity": INDEXED.format("rank by prediction then similarity"),
    "Random(...)": "split Random(train = 60%, validation = 20%, test = 20%)\n",
    "--set frozen_to=input": None,  # a param: examples/chest_xray/chest_xray.zoo
    "for 5 epochs": "epochs 10\nschedule Warmup(to = 0.1) for 5 epochs then Poly(power = 1.0)\n",
}
"""What docs/workshop.md quotes of the language, in the least that it can stand in."""

THEIRS = {"Dense(2)", "CrossEntropyCriterion"}
"""What it quotes of the workshop."""


def test_what_the_workshops_page_quotes_is_told_of_here() -> None:
    text = (ROOT / "docs" / "workshop.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`([^`]+)`", text)) == set(WORKSHOP) | THEIRS


@pytest.mark.parametrize("form", [form for form, text in WORKSHOP.items() if text])
def test_what_the_workshops_page_quotes_is_the_language(form: str, tmp_path: Path) -> None:
    text = WORKSHOP[form]
    assert text is not None
    assert form.replace("...", "") in text or form == "Random(...)"
    furnish(tmp_path)
    found = Compilation(str(tmp_path / "spec.zoo"), text=whole(text)).diagnostics
    assert [each.message for each in found if each.severity is Severity.ERROR] == []


def test_what_the_workshops_page_quotes_of_examples_is_in_them() -> None:
    perceptron = (ROOT / "examples/mnist/perceptron.zoo").read_text(encoding="utf-8")
    assert re.search(r"predict \{\s+from IDX\(.*\) first 100\n", perceptron)
    xrays = str(ROOT / "examples/chest_xray/chest_xray.zoo")
    spec = Compilation(xrays, overrides={"frozen_to": "input"}).spec
    assert spec is not None
    assert spec.network is not None
    assert spec.network.frozen == frozenset()


# --- traps


TRAP = re.compile(r"^\| \*\*(?P<name>.+?)\*\*.*\| (?P<tests>[^|]*) \|$", re.MULTILINE)
TRAPS = [
    (found["name"], re.findall(r"`([\w/.]+)::(\w+)`", found["tests"]))
    for found in TRAP.finditer((ROOT / "docs" / "traps.md").read_text(encoding="utf-8"))
]


def test_the_table_of_traps_is_read_whole() -> None:
    rows = re.findall(
        r"^\| (?!trap |---)", (ROOT / "docs" / "traps.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(TRAPS) == len(rows)


@pytest.mark.parametrize(("trap", "tests"), TRAPS, ids=[name for name, _ in TRAPS])
def test_a_trap_has_tests_and_one_of_them_names_it(trap: str, tests: list[tuple[str, str]]) -> None:
    """All words of the trap's name stand in the name or the docstring of one test."""
    assert tests
    said = [_said(*test) for test in tests]
    words = re.findall(r"\w+", trap.lower())
    assert any(all(word in text for word in words) for text in said), said


def _said(file: str, function: str) -> str:
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    test = next(
        (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function), None
    )
    assert test is not None, f"{file} has no {function}"
    return f"{function.replace('_', ' ')} {ast.get_docstring(test) or ''}".lower()


# --- laws


def test_the_transcript_of_laws_is_what_is_printed(cli, monkeypatch, tmp_path):
    """Letter by letter; Keras, which takes seconds to load, is taken to learn."""
    from zoodsl.testing.laws.training import training_laws

    monkeypatch.setattr(
        "zoodsl.testing.laws.derived.training_laws",
        lambda *of: (replace(law, holds=lambda _: None) for law in training_laws(*of)),
    )
    monkeypatch.chdir(tmp_path)
    page = [(info, text) for place, info, text in blocks() if place.startswith("docs/testing.md:")]
    spec = next(text for info, text in page if info == "zoo")
    command, _, printed = next(text for info, text in page if info == "text").partition("\n")
    (tmp_path / "mirrored.zoo").write_text(spec, encoding="utf-8")
    assert cli("fmt", "--check", "mirrored.zoo").status == 0
    ended = cli(*command.removeprefix("$ zoodsl ").split())
    assert ended.status == 5
    assert [line.rstrip() for line in ended.out.splitlines()] == printed.splitlines()


def test_the_laws_of_the_page_are_those_that_are_derived():
    """Numbers and names aside, each law of a spec of the repository stands in the page's table."""
    from zoodsl.testing.laws.suite import laws_of
    from zoodsl.testing.subjects.interpreted import Interpreted

    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    table = page.split("| law that is derived |")[1].split("\n\n")[0]
    told = {_kind(row) for row in re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)}
    for path in (
        "examples/mnist/mnist.zoo",
        "specs/data/gallery.zoo",
        "examples/chest_xray/chest_xray.zoo",
        "examples/anomaly/anomaly.zoo",
    ):
        spec = Compilation(str(ROOT / path)).spec
        assert spec is not None
        derived = {_kind(law.name) for law in laws_of(Interpreted(spec)) if not law.stated}
        assert derived
        assert derived <= told


def _kind(law: str) -> str:
    plain = law.strip().replace("one output", "10 outputs")
    plain = re.sub(r"numbers(, no| from) .*", "numbers", plain)
    return re.sub(r"-?\d[\dx.,]*|`[^`]*`", "N", plain)


# --- other pages


def test_the_python_api_runs_as_shown_up_to_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    first = next(text for place, info, text in blocks() if info == "python" and "python-api" in place)
    exec(first, {})


def test_exit_statuses_are_those_of_the_command_line() -> None:
    from zoodsl.cli.exits import MEANINGS

    page = (ROOT / "docs" / "run-folders.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| (\d+) \| (.+) \|$", page, re.MULTILINE)) == {
        str(int(status)): meaning for status, meaning in MEANINGS.items()
    }


def test_the_files_of_a_run_folder_are_those_that_are_written() -> None:
    from zoodsl.runtime import folder

    page = (ROOT / "docs" / "run-folders.md").read_text(encoding="utf-8")
    compilation = Compilation(str(ROOT / "examples" / "mnist" / "mnist.zoo"))
    assert compilation.plan is not None
    tops = {artefact.path.split("/")[0] for artefact in compilation.plan.artefacts}
    for name in tops | {folder.EVENTS, folder.LOG, folder.TRACE, folder.RECORD, folder.REPORT}:
        assert f"`{name}" in page


def test_defaults_of_training_are_those_of_the_page(tmp_path: Path) -> None:
    furnish(tmp_path)
    spec = Compilation(str(tmp_path / "spec.zoo"), text=whole("Dense(8)")).spec
    assert spec is not None
    train = spec.train
    assert (train.seed, train.batch, train.epochs, train.checkpoint_every) == (42, 32, 1, 1)
    assert (train.validate, train.stop, train.keep) == (None, None, None)
    assert (train.log.values, train.log.every) == (("loss", "learning_rate"), 10)


def test_the_changelog_counts_the_catalog() -> None:
    from zoodsl.catalog.registry import operators
    from zoodsl.catalog.values import Kind
    from zoodsl.reference import PLURALS

    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for kind in (
        Kind.LAYER,
        Kind.LOSS,
        Kind.METRIC,
        Kind.OPTIMIZER,
        Kind.SCHEDULE,
        Kind.READER,
        Kind.TRANSFORM,
    ):
        assert f"{len(operators(kind))} {PLURALS[kind]}" in text


def test_decisions_are_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))
