"""What a report is made of; the page and the Markdown are two ways to write the same blocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.study.report.tables import Table


@dataclass(frozen=True)
class Heading:
    """Begins a section."""

    words: str


@dataclass(frozen=True)
class Words:
    """A paragraph."""

    words: str
    kind: str = ""
    """"verdict" for what the study found, "muted" for what explains a table."""


@dataclass(frozen=True)
class Bullets:
    """Sentences that stand by themselves."""

    items: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure as PNG, of the size it is shown at."""

    name: str
    png: bytes
    caption: str


@dataclass(frozen=True, eq=False)
class DesignSheet:
    """The nine designs of one loss: the original, then each model."""

    name: str
    caption: str
    heads: tuple[str, ...]
    designs: tuple[str, ...]
    images: tuple[tuple[bytes, ...], ...]
    """WebP, a row for each design."""
    whole: bytes
    """All in one picture."""


@dataclass(frozen=True, eq=False)
class Folded:
    """What is there for those who look for it."""

    title: str
    blocks: "tuple[Block, ...]"


Block = Heading | Words | Bullets | Table | Picture | DesignSheet | Folded


@dataclass(frozen=True, eq=False)
class Drawn:
    """Everything that a report shows beside words and tables."""

    figures: Mapping[str, bytes]
    """PNG by name: effects, seeds, curves, literal, and latent-LOSS."""
    sheets: Mapping[str, DesignSheet] = field(default_factory=dict)
    """By loss."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """The effort, for the end."""
