from tests.semantics.analysis import analysis, network_of
from zoodsl.semantics.imports import library_names, read_source

TOWER = "block tower(x, width: int) {\n  Dense(width)\n  ReLU()\n}"
USE = 'use "tables.zoo" as tables'


def test_blocks_of_another_file():
    result = analysis(network_of('  tables.tower(8) as "t"', USE), tables=TOWER)
    assert result.codes == []
    assert [layer.name for layer in result.spec.network.layers] == ["t/dense", "t/re_lu", "dense"]


def test_the_text_comes_from_the_reader_so_that_an_editor_can_give_its_own():
    assert analysis(network_of("  tables.tower(8)", USE), tables=TOWER.replace("Dense", "Dnse")).codes == [
        "ZOO202"
    ]


def test_definitions_of_the_other_file_are_its_own():
    result = analysis(
        network_of("  tables.tower(width)", USE, "let width = 8"), tables="let width = 4\n" + TOWER
    )
    assert result.codes == []
    assert result.spec.network.layers[0].shape == (8,)


def test_a_mistake_in_the_other_file_is_shown_there_and_where_it_is_called():
    result = analysis(
        network_of("  tables.tower(8)", USE), tables="block tower(x, width: int) {\n  Conv2D(width, 3x3)\n}"
    )
    assert result.codes == ["ZOO301"]
    assert result.only.span.file.path == "tables.zoo"
    assert [label.span.file.path for label in result.only.labels] == ["spec.zoo", "spec.zoo"]


def test_imports_in_a_circle():
    result = analysis('use "a.zoo" as a', a='use "b.zoo" as b', b='use "a.zoo" as a', path="main.zoo")
    assert result.messages == ["this import goes in a circle: a.zoo -> b.zoo -> a.zoo"]


def test_a_file_that_is_imported_twice_is_no_circle():
    result = analysis('use "a.zoo" as a\nuse "b.zoo" as b', a='use "b.zoo" as b', b=TOWER)
    assert result.codes == []


def test_a_file_that_is_not_there():
    assert analysis('use "nothing.zoo" as nothing').messages == [
        "cannot import `nothing.zoo`: there is no such file"
    ]


def test_an_import_needs_a_name():
    assert analysis('use "tables.zoo"', tables=TOWER).codes == ["ZOO220"]


def test_an_unknown_block_has_suggestions():
    result = analysis(network_of("  tables.towr(8)", USE), tables=TOWER)
    assert (result.codes, result.only.help) == (["ZOO201"], "did you mean `tower`?")


def test_a_library_that_is_not_there_lists_what_is():
    result = analysis("use zoo.nothing_like_it as x")
    assert result.codes == ["ZOO220"]
    assert all(f"`zoo.{name}`" in result.only.help for name in library_names())


def test_what_the_disk_says(tmp_path):
    path = tmp_path / "bytes.zoo"
    assert read_source(str(path)) == "there is no such file"
    path.write_bytes(b"\xff\xfe\x00")
    assert read_source(str(path)) == "it is not a text in UTF-8"
    path.write_bytes(b"\xef\xbb\xbfzoo 1\n")
    assert read_source(str(path)).text == "zoo 1\n"
    assert isinstance(read_source(str(tmp_path)), str)
