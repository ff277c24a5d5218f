"""The report as one HTML page; every word that comes from outside is escaped."""

import base64
from html import escape
from typing import Final

from core.html_page import html_page
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
from core.study.report.tables import Result, Table, as_html

_STYLE: Final = """
p { max-width: 860px; } li { max-width: 840px; margin: 2px 0; }
ul { margin: 6px 0 14px; padding-left: 22px; }
.verdict { font-size: 19px; line-height: 1.45; border-left: 4px solid var(--a);
  background: var(--card); padding: 12px 18px; margin: 18px 0; }
figure { margin: 18px 0 26px; text-align: left; } figure img { max-width: 100%; height: auto; }
figcaption { max-width: 860px; }
table { margin: 4px 0 18px; } caption { font-weight: 600; padding: 8px 0 4px; }
tr.rule td { border-top: 2px solid var(--border); }
.designs td { padding: 2px 6px; } .designs td:first-child { max-width: 170px;
  white-space: normal; } .designs img { display: block; width: 104px; height: 104px; }
details { margin: 8px 0 18px; } summary { cursor: pointer; color: var(--a); }
"""


def page_text(result: Result, drawn: Drawn) -> str:
    """The whole page."""
    parts = [f"<h1>{escape(TITLE)}</h1>", *(_html(block) for block in story(result, drawn))]
    return html_page(TITLE, "\n".join(parts), _STYLE)


def _html(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h2>{escape(block.words)}</h2>"
    if isinstance(block, Words):
        kind = f" class='{block.kind}'" if block.kind else ""
        return f"<p{kind}>{escape(block.words)}</p>"
    if isinstance(block, Bullets):
        return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in block.items) + "</ul>"
    if isinstance(block, Table):
        return as_html(block)
    if isinstance(block, Picture):
        return (
            f"<figure><img src='{_uri('png', block.png)}' alt='{escape(block.caption)}'>"
            f"<figcaption>{escape(block.caption)}</figcaption></figure>"
        )
    if isinstance(block, DesignSheet):
        return _designs(block)
    inside = "\n".join(_html(each) for each in block.blocks)
    return f"<details><summary>{escape(block.title)}</summary>{inside}</details>"


def _designs(sheet: DesignSheet) -> str:
    head = "".join(f"<th>{escape(head)}</th>" for head in ("design", *sheet.heads))
    rows = []
    for number, (name, images) in enumerate(zip(sheet.designs, sheet.images, strict=True)):
        cells = "".join(
            f"<td><img src='{_uri('webp', image)}' alt='{escape(f'{name}, {which}')}'></td>"
            for image, which in zip(images, sheet.heads, strict=True)
        )
        rows.append(f"<tr><td>{number + 1}  {escape(name)}</td>{cells}</tr>")
    return (
        f"<div class='wide'><table class='pictures designs'>"
        f"<caption>{escape(sheet.caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _uri(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
