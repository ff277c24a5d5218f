"""Pages for people: their links lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("resources/chairs/*.md")]
)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def links() -> Iterator[tuple[Path, str]]:
    """Each page with each of its links that stays in the repository."""
    for page in PAGES:
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if "://" not in target:
                yield page, target


@pytest.mark.parametrize(
    ("page", "target"),
    [pytest.param(*link, id=f"{link[0].name}-{link[1]}") for link in links()],
)
def test_that_a_link_leads_to_a_file_and_to_a_heading_of_it(page: Path, target: str) -> None:
    name, _, heading = target.partition("#")
    file = (page.parent / name).resolve() if name else page
    assert file.exists(), f"{page.name} links to {target}, which is not there"
    if heading:
        assert heading in headings(file), f"{page.name} links to {target}: no such heading"


def headings(page: Path) -> set[str]:
    """The anchors of a page, as they are made of its headings."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for words in found}
