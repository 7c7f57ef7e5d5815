import re
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.errors import BadInputError
from merestone.sources.dossier import parse_dossier, read_dossier
from merestone.sources.keynames import (
    LAYER_KEYS,
    SOURCE_KEYS,
    TOP_KEYS,
)
from merestone.sources.tomltext import MAX_BYTES, MAX_DEPTH

HEAD = 'format = 1\ntitle = "T"\nparties = ["AAA", "BBB"]\n'
SOURCE = '[[source]]\nid = "one"\npath = "one.gpkg"\nparty_field = "iso"\n'
LAYER = '[[layer]]\nkind = "waters"\npath = "lakes.gpkg"\n'


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "dossier.toml").write_bytes(data)
        return read_dossier(tmp_path)

    return read_text


def refusal(read, text):
    with pytest.raises(BadInputError) as caught:
        read(text)
    message = caught.value.message
    assert "dossier.toml" in message
    assert "\n" not in message
    assert len(message) < 600
    return message


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/etc/passwd", "absolute"),
        ("//server/share", "absolute"),
        ("C:/x.gpkg", "absolute"),
        ("C:x.gpkg", "absolute"),
        ("../x.gpkg", "goes up"),
        ("a/../../x.gpkg", "goes up"),
        ("a/../x.gpkg", "goes up"),
        ("a\\\\x.gpkg", "write / between"),
        ("\\\\x.gpkg", "absolute"),
        (".", "own folder"),
        ("", "blank"),
        ("a\\u0000b", "U+0000"),
        ("x" * 5000, "cannot be followed"),
    ],
)
@pytest.mark.parametrize("entry", [SOURCE, LAYER])
def test_bad_paths(read, path, said, entry):
    message = refusal(read, HEAD + re.sub('path = ".*"', lambda _: f'path = "{path}"', entry))
    assert said in message
    assert "[1].path = " in message


def test_links_out_of_the_dossier_are_refused(read, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "x.gpkg").write_bytes(b"x")
    (tmp_path / "one.gpkg").symlink_to(outside / "x.gpkg")
    assert "one.gpkg is a link that leads out" in refusal(read, HEAD + SOURCE)
    (tmp_path / "folder").symlink_to(outside)
    assert "leads out" in refusal(read, HEAD + SOURCE.replace("one.gpkg", "folder/x.gpkg"))
    (tmp_path / "dangling.gpkg").symlink_to(outside / "nothing.gpkg")
    assert "leads out" in refusal(read, HEAD + SOURCE.replace("one.gpkg", "dangling.gpkg"))


def test_a_member_that_is_a_link_out_of_the_dossier_is_refused(read, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}.dbf"
    outside.write_bytes(b"x")
    (tmp_path / "one.shp").write_bytes(b"x")
    (tmp_path / "one.dbf").symlink_to(outside)
    assert "one.dbf is a link that leads out" in refusal(read, HEAD + SOURCE.replace("one.gpkg", "one.shp"))


def test_links_within_the_dossier_and_to_it_are_followed(tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    (real / "a.gpkg").write_bytes(b"x")
    (real / "one.gpkg").symlink_to("a.gpkg")
    (real / "dossier.toml").write_text(HEAD + SOURCE)
    (tmp_path / "linked").symlink_to(real)
    assert read_dossier(tmp_path / "linked").sources[0].path == "one.gpkg"


def test_a_loop_of_links_is_refused(read, tmp_path):
    (tmp_path / "one.gpkg").symlink_to("two.gpkg")
    (tmp_path / "two.gpkg").symlink_to("one.gpkg")
    assert "one.gpkg" in refusal(read, HEAD + SOURCE)


def test_a_missing_dossier(tmp_path):
    with pytest.raises(
        BadInputError, match=r"no dossier.toml in this folder; make one with `merestone init`"
    ):
        read_dossier(tmp_path)
    with pytest.raises(BadInputError, match="there is no such file"):
        read_dossier(tmp_path / "other.toml")


def test_a_folder_called_dossier_toml(tmp_path):
    (tmp_path / "dossier.toml").mkdir()
    for path in (tmp_path, tmp_path / "dossier.toml"):
        with pytest.raises(BadInputError, match=r"dossier\.toml: this is a folder"):
            read_dossier(path)


def test_a_pipe_does_not_hang(tmp_path):
    import os

    os.mkfifo(tmp_path / "dossier.toml")
    with pytest.raises(BadInputError, match="not a regular file"):
        read_dossier(tmp_path)


@pytest.mark.parametrize("cut", [5, 30, 45, 60, 75])
def test_half_a_dossier(read, cut):
    text = (HEAD + SOURCE + 'title = "x"')[:cut].rstrip("\n") + " ="
    assert "this is not TOML" in refusal(read, text)
    assert "line " in refusal(read, text) or "at end of document" in refusal(read, text)


def test_bytes_that_are_not_utf8(read):
    message = refusal(read, HEAD.replace("T", "Հ").encode("utf-8").replace("Հ".encode(), b"\xd5\xff"))
    assert "line 2 holds the byte 0xD5, which is not UTF-8" in message


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 100_000,
        "x = " + "[" * 100_000 + "]" * 100_000,
        "x = " + "{a=" * 100_000,
        ".".join(["a"] * 100_000) + " = 1",
        ". ".join(['"a"'] * 100_000) + " = 1",
        "[" + ".".join(["a"] * 100_000) + "]",
        "[[" * 50_000,
    ],
    ids=["arrays", "closed arrays", "tables", "dotted", "quoted dotted", "header", "headers"],
)
def test_deep_nesting_is_refused(read, text):
    assert f"nests deeper than {MAX_DEPTH} levels" in refusal(read, text)


def test_brackets_and_dots_in_texts_are_no_nesting(read):
    many = "[{" * 500 + "." * 500 + "#" + "'"
    text = (
        HEAD
        + SOURCE
        + f"notes = '''{many}'''\n"
        + f'licence = """{many}\\""""\n'
        + f'publisher = "{many}"\n# {many}\n'
    )
    assert read(text).sources[0].notes == many


def test_many_dots_one_beside_the_other_are_no_nesting(read):
    lines = "".join(f"map.series{k}.x = 1.5\n" for k in range(100))
    assert "map.series0" in refusal(read, HEAD + SOURCE + lines)
    bounds = ", ".join(["1.5"] * 100)
    assert "[west, south, east, north]" in refusal(read, f"{HEAD}{SOURCE}covers = {{ bbox = [{bounds}] }}\n")


@pytest.mark.parametrize("opener", ['"""', "'''", '"""\\"""' * 20_000, '"' * 100_001, "'" * 100_001])
def test_texts_without_an_end_are_refused(read, opener):
    assert "not TOML" in refusal(read, HEAD + "x = " + opener)


def test_a_huge_file_is_refused_without_being_read(tmp_path):
    with (tmp_path / "dossier.toml").open("wb") as file:
        file.truncate(200_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(BadInputError, match=f"larger than {MAX_BYTES >> 20} MiB"):
            read_dossier(tmp_path)
        assert tracemalloc.get_traced_memory()[1] < 3 * MAX_BYTES
    finally:
        tracemalloc.stop()


def test_an_integer_of_thousands_of_digits(read):
    assert "a number too long to be read" in refusal(read, HEAD + "[compare]\nstation_m = 1" + "0" * 5000)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_escape_as_another_error(data):
    with pytest.raises(BadInputError):
        parse_dossier(data, Path("dossier.toml"))


@given(
    st.sampled_from([*SOURCE_KEYS, *LAYER_KEYS, *TOP_KEYS]),
    st.sampled_from(["", "[[source]]", "[[layer]]"]),
    st.data(),
)
def test_no_value_escapes_as_another_error(key, header, data):
    value = data.draw(
        st.sampled_from(
            [
                "5",
                "-1.5",
                "nan",
                '""',
                '"x"',
                "[]",
                "[[]]",
                "[5]",
                "{}",
                "{ a = 1 }",
                "1978-01-01",
                "true",
                "[{}]",
            ]
        )
    )
    text = f"{HEAD if header else ''}{header}\n{key} = {value}\n"
    try:
        spec = parse_dossier(text.encode(), Path("dossier.toml"))
    except BadInputError as error:
        spec, message = None, error.message
    assert spec is not None or message.startswith("dossier.toml: ")
