"""The measure of plain words, and that nothing which people read is much harder than that."""

from __future__ import annotations

from tests.every import every
from tools.plain_words import hardness, sentences
from tools.spelling import texts

MOST = 15

SENTENCES = {
    "The reader checks the header.": 0,
    " ".join(["word"] * 25): 0,
    " ".join(["word"] * 31): 6,
    "It is read and it is written.": 3,
    "It has no name, no place and no end.": 6,
    "A pack whose header is read.": 3,
}


@every(SENTENCES)
def test_how_hard_a_sentence_is(sentence: str) -> None:
    assert hardness(sentence) == SENTENCES[sentence]


def test_the_sentences_of_a_page() -> None:
    page = "# Title\n\nOne `a b c` [link here](x.md).\nTwo; three.\n\n```text\ncode\n```\n| A cell | B |\n"
    assert list(sentences(page)) == [
        (3, "One X link here."), (4, "Two;"), (4, "three."), (9, "A cell"), (9, "B"),
    ]  # fmt: skip


def test_no_sentence_is_much_harder() -> None:
    hard = {
        f"{place}: {sentence}"
        for place, text in texts()
        for _, sentence in sentences(text)
        if hardness(sentence) > MOST
    }
    assert hard == set(), "say it in two sentences: python tools/plain_words.py --list 20"
