"""The report's tables: words in rows, for HTML and for Markdown; figures in full, for CSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from html import escape
from typing import Any, Final

from core.evaluation import METRICS
from core.metric_words import LABELS, difference_text, is_better, signed, value_text
from core.study.plan import LOSS_LABELS, PLAIN
from core.study.statistics import ModelComparison

Result = Mapping[str, Any]

DASH: Final = "–"
_FORMULA_BEGINS: Final = ("=", "+", "-", "@")
_MARKDOWN_SIGNS: Final = "\\`*_[]<>!|&"


@dataclass(frozen=True)
class Table:
    """Rows of words; `strong` marks cells by (row, column)."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[tuple[int, int]] = frozenset()
    rules: frozenset[int] = frozenset()
    """Rows with a line above them."""


def as_html(table: Table) -> str:
    """The table with every word escaped."""
    head = "".join(f"<th>{escape(column)}</th>" for column in table.columns)
    lines = [f"<thead><tr>{head}</tr></thead><tbody>"]
    for number, row in enumerate(table.rows):
        cells = "".join(
            f"<td><b>{escape(cell)}</b></td>"
            if (number, column) in table.strong
            else f"<td>{escape(cell)}</td>"
            for column, cell in enumerate(row)
        )
        lines.append(f"<tr{' class=rule' if number in table.rules else ''}>{cells}</tr>")
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    return f"<div class='wide'><table>{caption}{''.join(lines)}</tbody></table></div>"


def as_markdown(table: Table) -> str:
    """The table for a Markdown reader."""
    lines = [f"**{markdown_words(table.caption)}**", ""] if table.caption else []
    lines.append("| " + " | ".join(markdown_words(column) for column in table.columns) + " |")
    lines.append("|---" + "|---:" * (len(table.columns) - 1) + "|")
    for number, row in enumerate(table.rows):
        cells = [
            f"**{markdown_words(cell)}**"
            if (number, column) in table.strong
            else markdown_words(cell)
            for column, cell in enumerate(row)
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def markdown_words(words: str) -> str:
    """Words that a Markdown reader shows as they are."""
    return "".join(f"\\{sign}" if sign in _MARKDOWN_SIGNS else sign for sign in words)


def labels_of(result: Result) -> dict[str, str]:
    """Models by key as people call them; the mixture fitted afterwards is one of them."""
    labels = {model["key"]: model["label"] for model in result["models"]}
    most = max(result["plan"]["components"])
    return {**labels, f"{PLAIN}-fitted": f"VAE, mixture K={most} fitted afterwards"}


def nine_designs(result: Result, loss: str) -> Table | None:
    """The article's table: its mixture against the plain VAE."""
    mixture = article_mixture(result)
    if mixture is None:
        return None
    table = result["nine_designs"]["tables"][loss]
    sides = [table.get(mixture["key"]), table.get(PLAIN)]
    if sides[0] is None or sides[1] is None:
        return None
    columns = [side[metric] for side in sides for metric in ("cd_1", "emd")]
    names = result["nine_designs"]["names"]
    rows = [
        (f"{number + 1}  {name}", *(value_text("cd_1", column[number]) for column in columns))
        for number, name in enumerate(names)
    ]
    strong = {
        (row, at)
        for row in range(len(names))
        for first, second in ((0, 2), (1, 3))
        for at in [1 + (first if columns[first][row] < columns[second][row] else second)]
    }
    means = [sum(column) / len(column) for column in columns]
    of_all = [
        result["means"][loss][key][metric]
        for key in (mixture["key"], PLAIN)
        for metric in ("cd_1", "emd")
    ]
    article = result["nine_designs"]["article"]
    printed = [sum(row[at] for row in article) / len(article) for at in range(4)]
    rows.append(("mean of these", *(value_text("cd_1", mean) for mean in means)))
    rows.append(
        (
            f"mean of all {len(result['chairs'])} test chairs",
            *(value_text("cd_1", mean) for mean in of_all),
        )
    )
    rows.append(
        ("printed in the article, its own nine", *(value_text("cd_1", mean) for mean in printed))
    )
    label = mixture["label"]
    return Table(
        f"Trained with {LOSS_LABELS[loss]}",
        ("design", f"{label} CD₁", f"{label} EMD", "VAE CD₁", "VAE EMD"),
        tuple(rows),
        frozenset(strong),
        frozenset({len(names)}),
    )


def article_mixture(result: Result) -> Mapping[str, Any] | None:
    """The mixture that stands for the article's."""
    mixtures = [model for model in result["models"] if model["prior"] == "mog"]
    return min(mixtures, key=lambda each: abs(each["components"] - 2), default=None)


def means(result: Result, loss: str) -> Table:
    """All models: mean over chairs and seeds, and the deviation of the seeds' means."""
    labels, of_loss = labels_of(result), result["means"][loss]
    keys = [key for key in of_loss if of_loss[key]["seeds"]]
    rows, strong = [], set()
    for key in keys:
        cells = [labels[key]]
        for metric in LABELS:
            deviation = of_loss[key]["seed_deviation"][metric]
            cells.append(value_text(metric, of_loss[key][metric]))
            cells.append(DASH if deviation is None else f"± {value_text(metric, deviation)}")
        rows.append(tuple(cells))
    for column, metric in enumerate(LABELS):
        values = [of_loss[key][metric] for key in keys]
        for row, value in enumerate(values):
            if not any(is_better(metric, other, value) for other in values):
                strong.add((row, 1 + 2 * column))
    rules = set()
    if result["floor"] is not None:
        rules.add(len(rows))
        floor = result["floor"]
        rows.append(("floor", *(cell for m in LABELS for cell in (value_text(m, floor[m]), ""))))
    columns = tuple(cell for label in LABELS.values() for cell in (label, "seeds"))
    return Table(
        f"Trained with {LOSS_LABELS[loss]}",
        ("model", *columns),
        tuple(rows),
        frozenset(strong),
        frozenset(rules),
    )


def comparisons(result: Result, loss: str, metrics: Sequence[str]) -> Table:
    """Paired differences of one loss."""
    labels, strong, rules = labels_of(result), set(), set()
    rows: list[tuple[str, ...]] = []
    for metric in metrics:
        rules.add(len(rows))
        for each in result["comparisons"]:
            if (each["loss"], each["metric"]) != (loss, metric):
                continue
            if each["shows_difference"]:
                strong.add((len(rows), 10))
            rows.append(_comparison_row(each, labels))
    columns = (
        "first − second",
        "metric",
        "difference",
        "of second",
        "95 % interval",
        "effect d",
        "t-test p",
        "Wilcoxon p",
        "seeds p",
        "better on",
        "shown",
    )
    return Table(
        f"Trained with {LOSS_LABELS[loss]}",
        columns,
        tuple(rows),
        frozenset(strong),
        frozenset(rules - {0}),
    )


def figures(result: Result, loss: str) -> Table:
    """What is not about one chair."""
    labels = labels_of(result)
    rows = []
    for key, each in result["figures"][loss].items():
        if not each:
            continue
        rows.append(
            (
                labels[key],
                *(_number(each.get(name), digits) for name, digits in _FIGURES),
            )
        )
    return Table(
        f"Trained with {LOSS_LABELS[loss]}",
        ("model", *_FIGURE_COLUMNS),
        tuple(rows),
    )


def literal(result: Result) -> Table:
    """The article's formulas as printed."""
    rows = []
    for each in result["literal"]:
        cd_1 = each.get("cd_1")
        active = each.get("active_units")
        rows.append(
            (
                each["label"],
                _large(each["largest_kl"]),
                DASH if active is None else f"{active} of {each['latent']}",
                _large(each.get("largest_code")),
                _number(each.get("spread"), 4),
                DASH if not cd_1 else f"{sum(cd_1) / len(cd_1):.6f}",
            )
        )
    return Table(
        "",
        ("formula", "largest |term|, nats", "active axes", "largest code", "spread", "CD₁"),
        tuple(rows),
    )


_FIGURES: Final = (
    ("mmd_cd", 4),
    ("coverage_cd", 2),
    ("one_nna_cd", 2),
    ("mmd_emd", 4),
    ("coverage_emd", 2),
    ("one_nna_emd", 2),
    ("jsd", 3),
    ("log_likelihood", 0),
    ("effective_samples", 1),
    ("active_units", 1),
    ("used_components", 1),
    ("adjusted_rand", 2),
    ("probe_accuracy", 2),
)
_FIGURE_COLUMNS: Final = (
    "MMD CD²",
    "COV CD²",
    "1-NNA CD²",
    "MMD EMD",
    "COV EMD",
    "1-NNA EMD",
    "JSD",
    "log p(x)",
    "eff. samples",
    "active axes",
    "used comp.",
    "ARI",
    "probe",
)


def _comparison_row(each: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[str, ...]:
    metric = each["metric"]
    low, high = each["ci95"]
    return (
        f"{labels[each['first']]} − {labels[each['second']]}",
        LABELS[metric],
        difference_text(metric, each["difference"]),
        _per_cent(each["relative"]),
        f"{difference_text(metric, low)} to {difference_text(metric, high)}",
        _number(each["effect_size"], 2),
        _p(each["p_t_corrected"]),
        _p(each["p_wilcoxon_corrected"]),
        _p(each["p_seeds"]),
        f"{each['chairs_better']} of {each['chairs']} chairs, "
        f"{each['seeds_better']} of {each['seeds']} seeds",
        shown_words(each),
    )


def shown_words(each: Mapping[str, Any]) -> str:
    """Which of the two is shown to be better, if one is."""
    if not each["shows_difference"]:
        return "no difference" if each["seeds"] > 1 else "not with one seed"
    return "first" if is_better(each["metric"], each["difference"], 0.0) else "second"


def models_csv(result: Result) -> str:
    """A row for each loss and model: means, and the figures that are not about one chair."""
    names = [*(name for name, _ in _FIGURES), "likelihood_sigma"]
    head = ["loss", "model", "seeds", *METRICS, *(f"{m}_seed_deviation" for m in METRICS), *names]
    rows = []
    for loss, of_loss in result["means"].items():
        for key, each in of_loss.items():
            if not each["seeds"]:
                continue
            found = result["figures"][loss][key]
            rows.append(
                [loss, key, each["seeds"]]
                + [each[metric] for metric in METRICS]
                + [each["seed_deviation"][metric] for metric in METRICS]
                + [found.get(name) for name in names]
            )
    return _csv(head, rows)


def comparisons_csv(result: Result) -> str:
    """A row for each comparison."""
    names = [field.name for field in fields(ModelComparison) if field.name != "ci95"]
    names.append("shows_difference")
    rows = [[each[name] for name in names] + list(each["ci95"]) for each in result["comparisons"]]
    return _csv([*names, "ci95_low", "ci95_high"], rows)


def chairs_csv(result: Result) -> str:
    """A row for each chair, model, loss and seed."""
    rows = []
    for cell in result["cells"]:
        if cell["failed"] is not None:
            continue
        for row, chair in enumerate(result["chairs"]):
            values = [cell["metrics"][metric][row] for metric in METRICS]
            rows.append(
                [cell["loss"], cell["model"], cell["seed"], plain_cell(chair["name"]), *values]
            )
    return _csv(["loss", "model", "seed", "chair", *METRICS], rows)


def plain_cell(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(_FORMULA_BEGINS) else name


def _csv(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return content.getvalue()


def _per_cent(share: float | None) -> str:
    return DASH if share is None else f"{signed(100 * share, 2)} %"


def _p(value: float | None) -> str:
    if value is None:
        return DASH
    return "< 0.001" if value < 0.001 else f"{value:.2g}" if value < 0.995 else "1"


def _number(value: float | None, digits: int) -> str:
    if value is None:
        return DASH
    text = f"{value:,.{digits}f}"
    return text.replace("-", "−") if text.strip("-0.,") else text.lstrip("-")


def _large(value: float | None) -> str:
    if value is None:
        return DASH
    return f"{value:.1e}" if abs(value) >= 10_000 else f"{value:,.3g}"
