"""Shows the evaluation that is known: table, histogram, conclusion; choosing goes both ways."""

import numpy as np
from PySide6.QtCore import QObject, Slot

from core.evaluation_table import Example, Side
from core.metric_words import LABELS, MEANINGS
from core.plain_conclusion import ONE_TRAINING, conclusion
from mogvae_gui.presenters.evaluation_presenter import SPLIT_WORDS, EvaluationPresenter
from mogvae_gui.presenters.evaluation_rows import (
    chosen_values,
    columns_of,
    rows_of,
    rows_with,
    spread_of,
    summary_of,
)
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.evaluation_state import EvaluationState
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.evaluation_model import EvaluationRow
from mogvae_gui.views.evaluation_panel import EvaluationPanel

ABOUT = (
    "Every chair is reconstructed and compared with its original: Chamfer distances, exact earth "
    "mover's distance, F-score."
)
WHILE = (
    "The exact earth mover's distance takes most of the time, some seconds for a chair of 5,000 "
    "points. Go on with something else meanwhile."
)


class EvaluationViewPresenter(QObject):
    """Draws the panel from the state; a click shows a chair on the stage."""

    def __init__(
        self,
        state: EvaluationState,
        project: ProjectState,
        latent: LatentState,
        panel: EvaluationPanel,
        evaluations: EvaluationPresenter,
        probe: ProbePresenter,
    ) -> None:
        super().__init__(panel)
        self._state = state
        self._project = project
        self._latent = latent
        self._panel = panel
        self._evaluations = evaluations
        self._probe = probe
        self._rows: list[EvaluationRow] = []
        panel.text_edited.connect(self._on_text_edited)
        panel.chair_chosen.connect(self._on_chair_chosen)
        panel.selection_edited.connect(self._on_selection_edited)
        panel.metric_chosen.connect(self._on_metric_chosen)
        panel.differences_toggled.connect(self._on_differences_toggled)
        panel.example_requested.connect(self._on_example_requested)
        panel.value_clicked.connect(self._on_value_clicked)
        for event in (state.events.table, state.events.against, state.events.measuring):
            event.connect(self._show)
        for event in (state.events.outdated, state.events.split):
            event.connect(self._show)
        latent.events.run_name.connect(self._show)
        project.events.chairs.connect(self._show)
        evaluations.readiness_changed.connect(self._show)
        state.events.table.connect(self._on_table)
        state.events.text.connect(self._show_rows)
        for event in (state.events.metric, state.events.shows_differences):
            event.connect(self._show_metric)
        project.events.selected.connect(self._show_selected)
        panel.show_metrics([(key, LABELS[key], MEANINGS[key]) for key in LABELS])
        self._show()
        self._show_metric()

    @Slot()
    def _show(self) -> None:
        if self._state.table is not None:
            self._panel.show_table()
        else:
            self._show_nothing()
        self._show_sentence()

    def _show_nothing(self) -> None:
        """Say why there is no table, and offer to make one."""
        if self._state.table is not None:
            return
        run, split = self._latent.run_name, SPLIT_WORDS[self._state.split]
        count = sum(self._state.split in ("all", chair.split) for chair in self._project.chairs)
        if run is None:
            self._panel.show_nothing(
                "No model to judge yet",
                "Train one, or choose a run in the Latent space dock. Then its reconstructions of "
                "the test chairs are measured here.",
            )
        elif not count:
            self._panel.show_nothing(
                f"The library has no {split}",
                "Move some there from the library's menu, or choose other chairs above.",
            )
        elif self._state.measuring is not None:
            self._panel.show_nothing(
                f"{_counted(count, split).capitalize()} beside what {run} makes of them", WHILE
            )
        else:
            title = f"{run} has not been evaluated on the {split}"
            if self._state.outdated:
                title = f"{run} or the {split} have changed since it was evaluated"
            button = f"Evaluate {_counted(count, split)}"
            self._panel.show_nothing(title, ABOUT, button, self._evaluations.reason_not())

    def _on_table(self) -> None:
        table = self._state.table
        self._rows = rows_of(table) if table is not None else []
        self._show_rows()

    def _show_rows(self) -> None:
        table = self._state.table
        if table is None:
            self._panel.table.show_rows((), [], [])
        else:
            self._panel.table.show_rows(
                columns_of(table),
                rows_with(self._rows, self._state.text),
                summary_of(table),
                # Beside a dozen columns of figures a column of one word is too much.
                shows_split=table.second is None or table.split == "all",
            )
        self._show_metric()
        self._show_selected()

    def _show_metric(self) -> None:
        """Draw the chosen metric and say what it tells of two runs."""
        table, metric = self._state.table, self._state.metric
        differs = self._differs()
        self._panel.show_examples(
            metric, differences=differs, can_differ=table is not None and table.second is not None
        )
        if table is not None:
            self._panel.histogram.show_spread(spread_of(table, metric, differences=differs))
        self._show_sentence()
        self._show_selected()

    def _show_sentence(self) -> None:
        table, against = self._state.table, self._state.against
        if table is None or against is None or self._latent.run_name is None:
            self._panel.show_sentence("", "unknown")
        elif table.second is None:
            self._show_missing(against)
        else:
            texts = {
                metric: conclusion(metric, table.paired[metric], table.run, table.against or "")
                for metric in LABELS
            }
            others = [texts[metric] for metric in LABELS if metric != self._state.metric]
            shown = table.paired[self._state.metric].shows_difference
            self._panel.show_sentence(
                texts[self._state.metric],
                "shown" if shown else "not shown",
                tooltip=" ".join([ONE_TRAINING, *others]),
            )

    def _show_missing(self, against: str) -> None:
        if self._state.measuring is not None:
            self._panel.show_sentence("", "unknown")  # the progress says it
            return
        self._panel.show_sentence(
            f"{against} has not been evaluated on the {SPLIT_WORDS[self._state.split]}; the stage "
            "shows both runs already.",
            "unknown",
            button=f"Evaluate {against}",
            reason=self._evaluations.reason_not(),
        )

    def _show_selected(self) -> None:
        self._panel.table.show_selected(self._project.selected)
        table = self._state.table
        if table is not None:
            self._panel.histogram.show_chosen(
                chosen_values(
                    table, self._state.metric, self._project.current, differences=self._differs()
                )
            )

    def _differs(self) -> bool:
        table = self._state.table
        return self._state.shows_differences and table is not None and table.second is not None

    def _side(self) -> Side:
        return "difference" if self._differs() else "first"

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self._state.text = text

    @Slot(str)
    def _on_chair_chosen(self, chair_id: str) -> None:
        self._probe.go_to_chair(chair_id)

    @Slot(list)
    def _on_selection_edited(self, chair_ids: list[str]) -> None:
        self._project.selected = tuple(chair_ids)

    @Slot(str)
    def _on_metric_chosen(self, metric: str) -> None:
        if metric in LABELS:
            self._state.metric = metric

    @Slot(bool)
    def _on_differences_toggled(self, differences: bool) -> None:
        self._state.shows_differences = differences

    @Slot(str)
    def _on_example_requested(self, example: Example) -> None:
        table = self._state.table
        if table is not None:
            self._show_chair(table.example(example, self._side(), self._state.metric).id)

    @Slot(float)
    def _on_value_clicked(self, value: float) -> None:
        table = self._state.table
        if table is not None:
            values = table.values(self._side(), self._state.metric)
            self._show_chair(table.chairs[int(np.abs(values - value).argmin())].id)

    def _show_chair(self, chair_id: str) -> None:
        """Show a chair that was looked for; where the words hide it, they go."""
        listed = rows_with(self._rows, self._state.text)
        if all(row.chair_id != chair_id for row in listed):
            self._panel.search.clear()
        self._probe.go_to_chair(chair_id)


def _counted(count: int, words: str) -> str:
    return f"1 {words.removesuffix('s')}" if count == 1 else f"{count:,} {words}"
