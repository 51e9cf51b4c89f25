"""Diagnostics in the forms that programs read: JSON, GitHub annotations, SARIF."""

from __future__ import annotations

import json

import pytest

from zoodsl.diagnostics import Applicability, Diagnostic, Fix, Label, github, sarif
from zoodsl.diagnostics import json as json_form
from zoodsl.diagnostics.codes import Code
from zoodsl.source import SourceFile, Span

FILE = SourceFile("net work/a.zoo", "zoo 1\n日本 lr = 1\n")
WRONG = Code("ZOO203", "unknown parameter", "Rule.")


@pytest.fixture
def diagnostic():
    start = FILE.text.index("lr")
    span = Span(FILE, start, start + 2)
    return Diagnostic(
        code=WRONG,
        span=span,
        message="no parameter `lr`, 100%",
        help="did you mean `learning_rate`?",
        labels=(Label(Span(FILE, 0, 5), "the header"),),
        fix=Fix(span, "learning_rate", Applicability.MAYBE),
    )


@pytest.fixture
def placeless():
    return Diagnostic(
        code=Code("ZOO001", "no such file", "Rule.", warning=True), span=None, message="no file"
    )


def test_json_says_everything_with_lines_columns_and_offsets(diagnostic):
    place: dict[str, object] = {
        "file": "net work/a.zoo",
        "range": {
            "start": {"line": 2, "column": 4, "offset": 9},
            "end": {"line": 2, "column": 6, "offset": 11},
        },
    }
    assert json.loads(json_form.render([diagnostic])) == {
        "version": 1,
        "diagnostics": [
            {
                "code": "ZOO203",
                "severity": "error",
                "message": "no parameter `lr`, 100%",
                "help": "did you mean `learning_rate`?",
                **place,
                "labels": [
                    {
                        "text": "the header",
                        "file": "net work/a.zoo",
                        "range": {
                            "start": {"line": 1, "column": 1, "offset": 0},
                            "end": {"line": 1, "column": 6, "offset": 5},
                        },
                    }
                ],
                "fix": {"text": "learning_rate", "applicability": "maybe", **place},
            }
        ],
    }


def test_json_of_what_has_no_place(placeless):
    (item,) = json.loads(json_form.render([placeless]))["diagnostics"]
    assert (item["severity"], item["file"], item["range"], item["fix"]) == ("warning", None, None, None)


def test_json_of_nothing_is_still_a_document():
    assert json.loads(json_form.render([])) == {"version": 1, "diagnostics": []}


def test_github_annotations_escape_what_ends_a_command(diagnostic, placeless):
    assert github.render([diagnostic, placeless]) == (
        "::error title=ZOO203 unknown parameter,file=net work/a.zoo,line=2,col=4,endLine=2,endColumn=6"
        "::no parameter `lr`, 100%25%0Adid you mean `learning_rate`?\n"
        "::warning title=ZOO001 no such file::no file\n"
    )


def test_sarif_names_rules_places_and_fixes(diagnostic, placeless):
    log = json.loads(sarif.render([diagnostic, placeless]))
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["ZOO203", "ZOO001"]
    placed, unplaced = run["results"]
    region = {"startLine": 2, "startColumn": 4, "endLine": 2, "endColumn": 6}
    assert placed["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "net%20work/a.zoo"}, "region": region}}
    ]
    assert placed["relatedLocations"][0]["message"] == {"text": "the header"}
    (change,) = placed["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [{"deletedRegion": region, "insertedContent": {"text": "learning_rate"}}]
    assert (unplaced["level"], "locations" in unplaced) == ("warning", False)
