"""Which words of a text are checked; the gate asks the dictionary."""

from __future__ import annotations

from tests.every import every
from tools import spelling

PROSE = {
    "A word, Another word.": {"word", "Another"},
    "the pack's end, don’t": {"the", "pack", "end", "don't"},
    "`code` and ``more code``": {"and"},
    "before\n```text\nintruder\n```\nafter": {"before", "after"},
    "  - before\n    ```text\n    intruder\n    ```\n    after": {"before", "after"},
    "[see this](other/page.md#there) here": {"see", "this", "here"},
    "use --option with file_name, some.name and a/path": {"use", "with", "and"},
    "SHOUTED camelCase JSON5 {placeholder} <tag> &amp; x": set(),
    '{"member": "shown"}': set(),
    "the bytes fc 0a be": {"the", "bytes"},
}


@every(PROSE)
def test_the_words_of_a_text(text: str) -> None:
    assert spelling.words(text) == PROSE[text]


def test_one_spelling() -> None:
    wrong = {"recognize", "Normalized", "initializer", "organizations", "analyze"}
    assert (
        spelling.american({*wrong, "size", "resized", "recognise", "prize", "tokenizer"}) == wrong
    )


def test_pages_messages_and_docstrings_are_read() -> None:
    places = {place.partition(":")[0] for place, _ in spelling.texts()}
    assert places >= {
        "README.md", "CONTRIBUTING.md", "spec/index.md", "spec/reference/cli.md",
        "conformance/PROTOCOL.md", "src/prometeu_assets/codes/documents.py",
    }  # fmt: skip


def test_the_list_is_sorted_and_has_each_word_once() -> None:
    found = spelling.WORDS.read_text("utf-8").split()
    assert found == sorted(set(found), key=lambda word: (word.lower(), word))
