"""The Evaluation dock: how good a run is, chair by chair, alone or beside another run."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QSizePolicy,
    QStackedLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mogvae_gui.views.actions import BUTTON_ICON, make_action, make_button, wrapped
from mogvae_gui.views.empty_state import EmptyState, EmptyStateAction
from mogvae_gui.views.evaluation_table import EvaluationTable
from mogvae_gui.views.fields import ChoiceBox
from mogvae_gui.views.icons import IconLabel, icon
from mogvae_gui.views.late_widget import LateWidget
from mogvae_gui.views.model_figures_panel import ModelFiguresPanel
from mogvae_gui.views.stacking_panel import StackingPanel
from mogvae_gui.views.theme import GRID, small_font

if TYPE_CHECKING:  # brings pyqtgraph, which the start of the window does without
    from mogvae_gui.views.histogram import Histogram

SPLITS = (
    ("test", "Test chairs", "Chairs that no model has seen: what a model is judged on"),
    ("train", "Training chairs", "Chairs that models learn from: how well they are remembered"),
    ("all", "All chairs", "Both"),
)
EXAMPLES = ("worst", "median", "best")
Verdict = Literal["shown", "not shown", "unknown"]

_HEADER_HEIGHT = 26
_NO_RUN = "No other run"
_STEPS = 1000
_WIDE = 900  # narrower than this the parts stand one under the other
_VERDICT_ICONS: dict[Verdict, tuple[str, str]] = {
    "shown": ("circle-check", "success"),
    "not shown": ("scale", "muted"),
    "unknown": ("info", "accent"),
}


class EvaluationPanel(StackingPanel):
    """Shows an evaluation and says what is asked for. Wide and low by nature."""

    evaluate_requested = Signal()
    cancel_requested = Signal()
    split_chosen = Signal(str)
    against_chosen = Signal(str)  # a run's name; empty for none
    text_edited = Signal(str)
    chair_chosen = Signal(str)
    selection_edited = Signal(list)  # chair ids where more or fewer than one are chosen
    metric_chosen = Signal(str)
    differences_toggled = Signal(bool)
    example_requested = Signal(str)  # one of EXAMPLES
    value_clicked = Signal(float)
    csv_requested = Signal()
    page_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        # Two runs have three times the columns.
        super().__init__(_WIDE, {False: [720, 550], True: [956, 310]}, [300, 180], parent)
        self._make_actions()
        self.table = EvaluationTable()
        self.table.chair_chosen.connect(self.chair_chosen)
        self.table.selection_edited.connect(self.selection_edited)
        self._histogram = LateWidget(self._make_histogram)
        self._drawn = self._make_drawn()
        self.model_figures = ModelFiguresPanel()
        self._side = QStackedWidget()
        self._side.addWidget(self._drawn)
        self._side.addWidget(self.model_figures)
        self._body.addWidget(self.table)
        self._body.addWidget(self._side)
        self._body.setStretchFactor(0, 1)
        self._body.setSizes(self._sizes[False])
        self.empty = EmptyState(
            "compare",
            "",
            "",
            [EmptyStateAction("evaluate", "Evaluate", "compare", primary=True)],
        )
        self.empty.action_chosen.connect(self._on_empty_action)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._body)
        self._column.addWidget(self._make_bar())
        self._column.addWidget(self._make_sentence())
        self._column.addWidget(self._make_progress())
        self._column.addLayout(self._stack, 1)
        self.show_nothing("No model to judge yet", "")
        self.show_sentence("", "unknown")
        self.show_progress(None)

    @property
    def histogram(self) -> "Histogram":
        """How a metric spreads over the chairs."""
        return self._histogram.made

    @property
    def menu_actions(self) -> list[QAction]:
        """What belongs into a menu."""
        return [self.evaluate_action, self.csv_action, self.page_action]

    # -- what the presenter shows ------------------------------------------------------------

    def show_choices(self, split: str, runs: Sequence[str], against: str | None) -> None:
        """Show the split in use and the runs that the one in view can be compared with."""
        with QSignalBlocker(self.split):
            self.split.setCurrentIndex(self.split.findData(split))
        with QSignalBlocker(self.against):
            self.against.clear()
            self.against.addItem(_NO_RUN, "")
            for name in runs:
                self.against.addItem(name, name)
            self.against.setCurrentIndex(max(0, self.against.findData(against or "")))
        self.against.setEnabled(bool(runs))

    def show_nothing(self, title: str, text: str, button: str = "", reason: str = "") -> None:
        """Show that nothing is evaluated; `button` offers to, unless a `reason` forbids it."""
        self.empty.show_words(title, text)
        offer = self.empty.button("evaluate")
        offer.setText(button)
        offer.setVisible(bool(button))
        offer.setEnabled(not reason)
        offer.setToolTip(wrapped(reason or "Reconstruct every chair and measure how near it comes"))
        self._stack.setCurrentIndex(0)
        self._show_there(there=False)

    def show_table(self) -> None:
        """Show the table and the histogram, which are filled on their own."""
        self._stack.setCurrentIndex(1)
        self._show_there(there=True)

    def show_sentence(
        self,
        text: str,
        verdict: Verdict,
        button: str = "",
        tooltip: str = "",
        reason: str = "",
    ) -> None:
        """Show what the figures of two runs say.

        `button` offers to evaluate what is missing, unless a `reason` forbids it.
        """
        self._sentence.setText(text)
        self._sentence.setToolTip(wrapped(tooltip) if tooltip else "")
        self._verdict.show_icon(*_VERDICT_ICONS[verdict])
        self.missing_button.setText(button)
        self.missing_button.setEnabled(not reason)
        self.missing_button.setToolTip(
            wrapped(reason or "Measure the second run on the same chairs")
        )
        self.missing_button.setVisible(bool(button))
        self._sentence_row.setVisible(bool(text))

    def show_progress(self, text: str | None, done: int = 0, total: int = 0) -> None:
        """Show an evaluation under way; None that there is none."""
        self._progress_row.setVisible(text is not None)
        # A busy bar animates by a timer of the style; a bar with a range does not.
        self._progress.setRange(0, 0 if text is not None and total == 0 else _STEPS)
        if text is None:
            return
        self._progress_text.setText(text)
        self._progress_count.setText(f"{done:,} of {total:,}" if total else "")
        if total:
            self._progress.setValue(round(_STEPS * done / total))
        self.cancel_button.setEnabled(True)

    def show_examples(self, metric: str, *, differences: bool, can_differ: bool) -> None:
        """Show which metric is drawn, and whether as differences of two runs."""
        with QSignalBlocker(self.metric_box):
            self.metric_box.setCurrentIndex(self.metric_box.findData(metric))
        with QSignalBlocker(self.differences):
            self.differences.setChecked(differences)
        self.differences.setVisible(can_differ)
        self._divide(other_way=can_differ)
        for example, button in self.examples.items():
            words = f"Show the chair of the {example} value"
            if differences:
                words = {
                    "worst": "Show the chair where A does worst beside B",
                    "median": "Show the chair of the middle difference",
                    "best": "Show the chair where A does best beside B",
                }[example]
            button.setToolTip(wrapped(words))

    def show_metrics(self, metrics: Sequence[tuple[str, str, str]]) -> None:
        """Offer metrics to draw: key, label, meaning."""
        with QSignalBlocker(self.metric_box):
            self.metric_box.clear()
            for key, label, meaning in metrics:
                self.metric_box.addItem(label, key)
                place = self.metric_box.count() - 1
                self.metric_box.setItemData(place, wrapped(meaning), Qt.ItemDataRole.ToolTipRole)

    def show_can_evaluate(self, can: bool) -> None:
        """Show whether there is something to evaluate."""
        self.evaluate_action.setEnabled(can)

    def ask_against(self) -> None:
        """Ask for the run to compare with."""
        self.against.setFocus(Qt.FocusReason.OtherFocusReason)
        self.against.showPopup()

    # -- inside --------------------------------------------------------------------------------

    def _show_there(self, *, there: bool) -> None:
        for widget in (self.search, self.export_button, self.model_button):
            widget.setVisible(there)
        for action in (self.csv_action, self.page_action):
            action.setEnabled(there)

    def _make_actions(self) -> None:
        self.evaluate_action = make_action(
            self,
            "Evaluate",
            "report",
            "F8",
            "Measure the run in view on the chosen chairs",
            self.evaluate_requested,
        )
        self.csv_action = make_action(
            self,
            "Save evaluation as CSV…",
            "file-text",
            None,
            "A row for each chair, figures in full, for spreadsheets and scripts",
            self.csv_requested,
        )
        self.page_action = make_action(
            self,
            "Save evaluation as HTML…",
            "file-output",
            None,
            "One page with table, pictures and conclusions, for people; needs no network",
            self.page_requested,
        )

    def _make_bar(self) -> QWidget:
        self.split = ChoiceBox()
        for value, words, tip in SPLITS:
            self.split.addItem(words, value)
            place = self.split.count() - 1
            self.split.setItemData(place, wrapped(tip), Qt.ItemDataRole.ToolTipRole)
        self.split.setToolTip("Which chairs the run is judged on")
        self.split.setAccessibleName("Which chairs the run is judged on")
        self.split.setFixedWidth(140)
        self.split.currentIndexChanged.connect(self._on_split_changed)
        label = QLabel("Compare with")
        label.setProperty("role", "muted")
        self.against = ChoiceBox()
        self.against.setToolTip(
            wrapped("Another run: both on the same chairs, side by side, with their statistics")
        )
        self.against.setAccessibleName("Run to compare with")
        self.against.setFixedWidth(170)
        self.against.currentIndexChanged.connect(self._on_against_changed)
        label.setBuddy(self.against)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find by name")
        self.search.setToolTip("List only chairs whose names have these words")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setMaximumWidth(220)
        self.search.textChanged.connect(self.text_edited)
        self.export_button = QToolButton()
        self.export_button.setText("Save as")
        self.export_button.setIcon(icon("export"))
        self.export_button.setIconSize(BUTTON_ICON)
        self.export_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export_button.setToolTip("Save the table for a spreadsheet, or as a page to read")
        menu = QMenu(self.export_button)
        menu.setToolTipsVisible(True)
        menu.addActions([self.csv_action, self.page_action])
        self.export_button.setMenu(menu)
        self.model_button = make_button(
            "Model",
            "gauge",
            "New shapes, likelihood and latent space of the run, in place of the histogram",
        )
        self.model_button.setCheckable(True)
        self.model_button.toggled.connect(self._on_model_toggled)
        self._bar.addWidget(_row(self.split, label, self.against))
        self._bar.addWidget(
            _row(self.search, self.model_button, self.export_button, push_right=True), 1
        )
        bar = QWidget()
        bar.setLayout(self._bar)
        bar.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        return bar

    def _make_sentence(self) -> QWidget:
        self._verdict = IconLabel("info", 16, "accent")
        self._sentence = QLabel()
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.missing_button = make_button("", "report", primary=True)
        self.missing_button.clicked.connect(self.evaluate_requested)
        self._sentence_row = _row(self._verdict, self._sentence, self.missing_button)
        return self._sentence_row

    def _make_progress(self) -> QWidget:
        self._progress_text = QLabel()
        self._progress_text.setTextFormat(Qt.TextFormat.PlainText)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setMinimumWidth(60)
        self._progress.setAccessibleName("Progress of the evaluation")
        self._progress_count = QLabel()
        self._progress_count.setProperty("role", "muted")
        self.cancel_button = QToolButton()
        self.cancel_button.setText("Cancel")
        self.cancel_button.setIcon(icon("close"))
        self.cancel_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.cancel_button.setToolTip("Stop; nothing is kept of this one")
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        self._progress_row = _row(
            self._progress_text, self._progress, self._progress_count, self.cancel_button
        )
        layout = self._progress_row.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretch(1, 1)
        return self._progress_row

    def _make_histogram(self) -> "Histogram":
        from mogvae_gui.views.histogram import Histogram

        histogram = Histogram()
        histogram.value_clicked.connect(self.value_clicked)
        if (header := histogram.header.parentWidget()) is not None:
            header.hide()  # ours is there already
        return histogram

    def _make_drawn(self) -> QWidget:
        """The histogram below the choice of what it draws."""
        self.metric_box = ChoiceBox()
        self.metric_box.setProperty("flat", True)
        self.metric_box.setFixedWidth(84)
        self.metric_box.setToolTip("Which metric is drawn, and by which chairs are found")
        self.metric_box.setAccessibleName("Metric that is drawn")
        self.metric_box.currentIndexChanged.connect(self._on_metric_changed)
        self.differences = _switch(
            "Δ", "Draw the differences of the two runs, A minus B, chair by chair"
        )
        self.differences.setCheckable(True)
        self.differences.toggled.connect(self.differences_toggled)
        header = _row(self.metric_box, self.differences, push_left=True)
        header.setFixedHeight(_HEADER_HEIGHT)
        row = header.layout()
        assert row is not None
        row.setContentsMargins(GRID // 2, 0, GRID // 2, 0)
        row.setSpacing(3)
        self.examples = {}
        for example in EXAMPLES:
            button = _switch(example.capitalize(), "")
            button.clicked.connect(lambda _=False, name=example: self.example_requested.emit(name))
            self.examples[example] = button
            row.addWidget(button)
        drawn = QWidget()
        layout = QVBoxLayout(drawn)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(header)
        layout.addWidget(self._histogram, 1)
        return drawn

    @Slot(bool)
    def _on_model_toggled(self, shown: bool) -> None:
        self._side.setCurrentWidget(self.model_figures if shown else self._drawn)

    @Slot(str)
    def _on_empty_action(self, _name: str) -> None:
        self.evaluate_requested.emit()

    @Slot(int)
    def _on_split_changed(self, index: int) -> None:
        self.split_chosen.emit(str(self.split.itemData(index)))

    @Slot(int)
    def _on_against_changed(self, index: int) -> None:
        self.against_chosen.emit(str(self.against.itemData(index) or ""))

    @Slot(int)
    def _on_metric_changed(self, index: int) -> None:
        self.metric_chosen.emit(str(self.metric_box.itemData(index)))

    @Slot()
    def _on_cancel_clicked(self) -> None:
        self.cancel_button.setEnabled(False)
        self._progress_text.setText("Stopping …")
        self.cancel_requested.emit()


def _switch(text: str, tooltip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setProperty("switch", True)
    button.setFont(small_font(button.font()))
    button.setToolTip(wrapped(tooltip))
    return button


def _row(*widgets: QWidget, push_right: bool = False, push_left: bool = False) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(GRID)
    if push_right:
        layout.addStretch(1)
    for widget in widgets:
        layout.addWidget(widget)
    if push_left:
        layout.addStretch(1)
    return row
