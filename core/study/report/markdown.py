"""The report as Markdown, its pictures in files beside it."""

from core.study.report.blocks import (
    Block,
    Bullets,
    DesignSheet,
    Drawn,
    Heading,
    Picture,
    Words,
)
from core.study.report.story import TITLE, story
from core.study.report.tables import Result, Table, as_markdown, markdown_words

PICTURES = "pictures"


def markdown_text(result: Result, drawn: Drawn) -> str:
    """The whole text."""
    parts = [f"# {TITLE}", *(_markdown(block) for block in story(result, drawn))]
    return "\n\n".join(parts) + "\n"


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"## {markdown_words(block.words)}"
    if isinstance(block, Words):
        words = markdown_words(block.words)
        return f"> **{words}**" if block.kind == "verdict" else words
    if isinstance(block, Bullets):
        return "\n".join(f"- {markdown_words(item)}" for item in block.items)
    if isinstance(block, Table):
        return as_markdown(block)
    if isinstance(block, Picture):
        return _picture(f"{block.name}.png", block.caption)
    if isinstance(block, DesignSheet):
        columns = ", ".join(block.heads)
        rows = "; ".join(f"{number} {name}" for number, name in enumerate(block.designs, start=1))
        caption = f"{block.caption}. Columns: {columns}. Rows: {rows}."
        return _picture(f"{block.name}.webp", caption)
    inside = "\n\n".join(_markdown(each) for each in block.blocks)
    return f"### {markdown_words(block.title)}\n\n{inside}"


def _picture(file: str, caption: str) -> str:
    words = markdown_words(caption)
    return f"![{words}]({PICTURES}/{file})\n\n*{words}*"
