from hypothesis import given
from hypothesis import strategies as st

from zoodsl.diagnostics import Diagnostics
from zoodsl.source import SourceFile
from zoodsl.syntax.comparing import compared, comparing
from zoodsl.syntax.parser import parse

SPEC = """zoo 1
param rate: float = 1e-3

experiment {
  compare rate in [1e-3, 1e-2], units in [16]
  metric  Accuracy
}
"""

names = st.from_regex(r"[a-z]{3,8}", fullmatch=True)
lists = st.dictionaries(
    names, st.lists(st.integers(0, 99).map(str), min_size=1, max_size=4, unique=True), min_size=1, max_size=3
)


def tree(text: str):
    return parse(SourceFile("spec.zoo", text), Diagnostics())


def test_what_a_spec_compares_is_read_as_it_is_written():
    assert compared(tree(SPEC)) == {"rate": ("1e-3", "1e-2"), "units": ("16",)}
    assert compared(tree("zoo 1\n")) == {}


@given(lists, st.sampled_from([SPEC, "zoo 1\nparam rate: float = 1e-3\n"]))
def test_the_command_line_compares_what_it_says_and_nothing_else(given_lists, text):
    sink = Diagnostics()
    written = {name: f"[{', '.join(values)}]" for name, values in given_lists.items()}
    made = comparing(tree(text), written.items(), sink)
    assert compared(made) == {name: tuple(values) for name, values in given_lists.items()}
    assert not sink.has_errors


def test_other_settings_of_the_section_stay():
    section = comparing(tree(SPEC), [("rate", "[1]")], Diagnostics()).declarations[-1]
    assert [each.keyword.text for each in section.body.statements] == ["compare", "metric"]
