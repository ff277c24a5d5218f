"""What `mogvae evaluate --whole` says of a model that is not about one chair."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.metric_words import few_samples_words, residual_words

if TYPE_CHECKING:
    from rich.table import Table

    from core.model_figures import ModelFigures


@dataclass(frozen=True, eq=False)
class WholeModel:
    """A run's figures, and those with a mixture fitted to its codes afterwards, if asked for."""

    name: str
    figures: "ModelFigures"
    components: int | None = None
    fitted: "ModelFigures | None" = None

    def as_json(self) -> dict[str, Any]:
        """The figures by name; "fitted" has the same names."""
        content = self.figures.as_json()
        if self.fitted is not None:
            content["fitted"] = {"components": self.components, **self.fitted.as_json()}
        return content

    def words(self) -> list[Any]:
        """Tables, each with the sentence that it needs."""
        said = _table_and_caution(f"{self.name} as a whole", self.figures)
        if self.fitted is not None:
            title = f"{self.name}, prior: mixture K={self.components} fitted afterwards"
            said += _table_and_caution(title, self.fitted)
        return said


def _table_and_caution(title: str, figures: "ModelFigures") -> list[Any]:
    likelihood = figures.likelihood
    caution = few_samples_words(likelihood.mean_effective_samples, likelihood.samples)
    return [_table(title, figures), *([] if caution is None else [caution])]


def _table(title: str, figures: "ModelFigures") -> "Table":
    """A row a figure."""
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE)
    table.add_column("figure")
    table.add_column("value", justify="right")
    generation, likelihood, use = figures.generation, figures.likelihood, figures.use
    for name, distances in (("CD²", generation.cd), ("EMD", generation.emd)):
        if distances is not None:
            table.add_row(f"MMD, {name}", f"{distances.mmd:.5f}")
            table.add_row(f"COV, {name}", f"{100 * distances.coverage:.0f} %")
            table.add_row(f"1-NNA, {name}", f"{100 * distances.one_nna:.0f} %")
    table.add_row("JSD", f"{generation.jsd:.3f} nats")
    table.add_row(
        f"log p(x), σ = {likelihood.sigma:.3g}, {residual_words(likelihood)}",
        f"{likelihood.mean:,.0f} nats",
    )
    table.add_row(
        "effective samples of log p(x)",
        f"{likelihood.mean_effective_samples:.1f} of {likelihood.samples}",
    )
    table.add_row("active axes", f"{use.active_units} of {use.latent}")
    table.add_row("used components", f"{use.used_components:.1f} of {len(use.component_usage)}")
    if figures.recovery is not None:
        table.add_row("components are families (ARI)", f"{figures.recovery.adjusted_rand:.2f}")
        accuracy = figures.recovery.probe_accuracy
        if accuracy is not None:
            table.add_row("codes name the family", f"{100 * accuracy:.0f} %")
        for name, share in figures.recovery.parameter_r2.items():
            table.add_row(f"codes tell {name.replace('_', ' ')} (R²)", f"{share:.2f}")
    return table
