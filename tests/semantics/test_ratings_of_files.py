"""Ratings in files that tell less of a column than its every value."""

import pytest

from zoodsl.compiler import Compilation

SPEC = """\
zoo 1

data {
  rows = Parquet("rows.parquet")
  feature rows.age
  label rows.stars -> Rating(0..SCALE)
}

network {
  input 1
  Dense(OUTPUTS, activation = softmax)
}

optimize {
  loss SparseCategoricalCrossentropy()
  optimizer Adam()
}
"""


@pytest.mark.parametrize(("highest", "codes"), [(4, []), (3, ["ZOO412"])])
def test_a_footer_tells_the_range_of_ratings_alone(tmp_path, highest, codes):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = [{"age": place, "stars": place % 5} for place in range(60)]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "rows.parquet")
    text = SPEC.replace("SCALE", str(highest)).replace("OUTPUTS", str(highest + 1))
    found = Compilation(str(tmp_path / "spec.zoo"), text=text).diagnostics
    assert [str(each.code) for each in found] == codes
