"""Text from files and file names made harmless: one line, visible characters, a bounded length."""

import unicodedata

# Control characters, direction marks and other invisible ones, undecodable bytes, line ends.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible_text(text: str) -> str:
    """`text` with its lines and spaces, but without invisible characters: nothing that a terminal
    would obey, and nothing that cannot be written as UTF-8."""
    return "\n".join(
        line
        if line.isprintable()
        else "".join(" " if unicodedata.category(c) in _INVISIBLE else c for c in line)
        for line in text.split("\n")
    )


def clean_text(text: str, longest: int = 120) -> str:
    """`text` on one line without invisible characters, cut to `longest` characters.

    File names and files may hold anything: line ends, marks that reverse the reading direction,
    bytes that are no text.
    """
    if len(text) <= longest and text.isprintable():  # nearly all are, and this is soon seen
        return " ".join(text.split())
    visible = "".join(
        " " if unicodedata.category(character) in _INVISIBLE else character
        for character in text[: 4 * longest]
    )
    words = " ".join(visible.split())
    return words if len(words) <= longest else words[: longest - 1] + "…"
