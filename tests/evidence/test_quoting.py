"""Words are found exactly or not at all; what counts as the same is in docs/method/evidence.md."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merestone.evidence.quoting import Quotable, Span, one_line, same_words
from merestone.evidence.text import text_of

TEXT = (
    "The self-\ndetermination of the two inter-\nnational commissions, which met twice."
    " 国际和平、\n安全与发展 2021 年 5 月 15 日。 The commission met twice."
)


def quotable(text):
    return Quotable(text_of([text], paged=False))


@pytest.mark.parametrize(
    ("quote", "places"),
    [
        ("The self-determination of the two international commissions", [(0, 62)]),
        ("the  two\ninternational", [(27, 50)]),
        ("国际和平、安全与发展", [(81, 92)]),
        ("2021年5月15日", [(93, 108)]),
        ("met twice", [(70, 79), (125, 134)]),
        ("Met twice", []),
        ("self determination", []),
        ("commissions,which", []),
        ("国际和平与发展", []),
        ("co-mmission", []),
        ("", []),
        (" \n", []),
    ],
)
def test_what_is_the_same_and_what_is_not(quote, places):
    assert quotable(TEXT).places(quote) == tuple(Span(*one) for one in places)


def plain_places(text, quote):
    """The oracle: every place at which the words stand, by looking at each."""
    return [k for k in range(len(text)) if text.startswith(quote, k)]


letters = st.text(alphabet="abc", min_size=1, max_size=60)


@given(st.lists(letters, min_size=1, max_size=8), st.data())
def test_the_index_finds_what_plain_search_finds(words, data):
    text = "x".join(words)
    start = data.draw(st.integers(0, len(text) - 1))
    quote = text[start : data.draw(st.integers(start + 1, len(text)))]
    assert [one.start for one in quotable(text).places(quote)] == plain_places(text, quote)


@given(st.lists(letters, min_size=1, max_size=12), st.data())
def test_words_on_other_lines_are_the_same_words(words, data):
    breaks = [data.draw(st.sampled_from([" ", "\n", "  ", " \n "])) for _ in words]
    there = "".join(word + gap for word, gap in zip(words, breaks, strict=True)).strip()
    assert same_words(there, " ".join(words))


def test_a_near_miss_shows_both_around_the_difference():
    text = "word " * 60 + "the line follows the ridge to the third stone " + "word " * 60
    cited, there = quotable(text).nearest("word " * 20 + "the line follows the river to the third stone")
    assert "the line follows the river" in cited
    assert "the line follows the ridge" in there
    assert max(len(cited), len(there)) < 200


def test_nothing_is_like_what_is_unlike():
    assert quotable("The line follows the ridge.").nearest("Ganz andere Worte")[1] == ""


def test_a_quotation_on_one_line_is_found_where_it_was_taken():
    words = quotable(TEXT)
    for start, end in ((0, 62), (81, 92), (27, 60)):
        assert Span(start, end) in words.places(one_line(TEXT[start:end]))
