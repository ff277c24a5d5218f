"""One look for the pages that the program writes: no network, no code, light and dark."""

from html import escape
from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; --text: #1b222b; --muted: #566373; --back: #f5f7f9;
  --card: #ffffff; --border: #d6dce4; --a: #1a66c9; --b: #8f5b00; }
@media (prefers-color-scheme: dark) { :root { --text: #e3e8ee; --muted: #98a4b3; --back: #111419;
  --card: #181c22; --border: #2a313b; --a: #58a6ff; --b: #e3a94f; } }
body { margin: 0; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { font-size: 26px; margin: 0 0 8px; } h2 { font-size: 18px; margin: 32px 0 8px; }
.muted { color: var(--muted); } .a { color: var(--a); } .b { color: var(--b); }
.row { display: flex; flex-wrap: wrap; gap: 16px; }
figure { margin: 0; text-align: center; color: var(--muted); font-size: 13px; }
table { border-collapse: collapse; background: var(--card); border: 1px solid var(--border);
  font-variant-numeric: tabular-nums; font-size: 14px; }
caption { text-align: left; color: var(--muted); padding-bottom: 4px; }
th, td { padding: 4px 10px; white-space: nowrap; text-align: right;
  border-bottom: 1px solid var(--border); }
th { color: var(--muted); font-weight: 500; }
thead th { position: sticky; top: 0; background: var(--card); }
th:first-child, td:first-child { text-align: left; }
.pictures th, .pictures td { text-align: center; }
.wide { overflow-x: auto; }
dt { font-weight: 600; } dd { margin: 0 0 8px; color: var(--muted); }
svg polyline.a { fill: var(--a); } svg polyline.b { stroke: var(--b); }
svg line { stroke: var(--border); } svg text { fill: var(--muted); font-size: 12px; }
"""


def html_page(title: str, body: str, more_style: str = "") -> str:
    """A whole page. `title` is escaped here, `body` is HTML already."""
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{STYLE}{more_style}</style></head>\n"
        f"<body><main>\n{body}\n</main></body></html>\n"
    )
