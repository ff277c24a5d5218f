"""Shows the stage's state: clouds in their colours, captions, measurements."""

from collections.abc import Generator
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Slot

from core.normals import estimate_normals
from core.pair_metrics import PairMetrics
from mogvae_gui.presenters.colouring import (
    ERROR_RANGE,
    Colours,
    cloud_colours,
    displacement_range,
    overlay_colours,
)
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.state.stage_state import Colouring, Normals, Points, ShownCloud, StageState
from mogvae_gui.state.training_state import TrainingState
from mogvae_gui.views.main_window import MainWindow
from mogvae_gui.views.stage_view import PaneContent
from mogvae_gui.workers.job import NewestJob
from mogvae_gui.workers.measure_worker import Measure, MeasureWorker
from mogvae_gui.workers.threads import WorkerThread

SETTLED_MS = 600  # exact EMD begins when the shown pair has not changed for so long


class StagePresenter(QObject):
    """Draws when a cloud or the colouring changes; measures when things have settled."""

    def __init__(
        self,
        state: StageState,
        training: TrainingState,
        window: MainWindow,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(window)
        self._state = state
        self._training = training
        self._window = window
        self._view = window.stage
        self._notices = notices
        self._worker = MeasureWorker()
        self._thread = WorkerThread(self._worker, "measuring", self)
        self._worker.answered.connect(self._on_measured)
        self._worker.failed.connect(self._on_not_measured)
        self._thread.start()
        self._normals = NewestJob("finding normals", self)
        self._normals.succeeded.connect(self._on_normals)
        self._normals.failed.connect(self._on_no_normals)
        self._wanting: Points | None = None  # the cloud whose normals are being found
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._on_settled)
        self._view.colouring_chosen.connect(self._on_colouring_chosen)
        state.events.original.connect(self._on_original)
        state.events.reconstruction.connect(self._on_reconstruction)
        state.events.metrics.connect(self._show_captions)
        state.events.colouring.connect(self._show_all)
        state.events.overlay.connect(self._show_all)
        state.events.decode_ms.connect(self._show_decode_time)
        training.events.status.connect(self._on_training_status)
        self._show_all()

    def stop(self) -> None:
        """End the threads that measure and that find normals."""
        self._settled.stop()
        self._normals.stop()
        self._worker.forget()
        self._worker.close()
        self._thread.end()

    def _on_original(self) -> None:
        shown = self._state.original
        if shown is not None and shown.normals is None:
            if self._wanting is not shown.points:
                self._wanting = shown.points
                self._normals.start(lambda: _finding_normals(shown.points))
        else:
            self._wanting = None
            self._normals.forget()
        self._show_original()

    def _show_original(self) -> None:
        """Show it, or what was there before until it has a body; flat, it would flicker."""
        shown = self._state.original
        if shown is None or shown.normals is not None:
            self._view.show_original(self._content(shown))

    @Slot(object)
    def _on_normals(self, normals: Normals) -> None:
        shown, wanting = self._state.original, self._wanting
        self._wanting = None
        if shown is not None and shown.points is wanting:
            self._state.original = replace(shown, normals=normals)

    @Slot(object)
    def _on_no_normals(self, error: Exception) -> None:
        """It is shown flat then, rather than not at all."""
        self._wanting = None
        if self._state.original is not None:
            self._view.show_original(self._content(self._state.original))
        self._notices.say_error(error, "Finding which way the surface faces")

    def _on_reconstruction(self) -> None:
        self._view.show_reconstruction(self._content(self._state.reconstruction))
        if self._state.colouring == "error":
            self._show_original()
        self._show_scale()
        self._show_captions()
        if self._pair() is not None:
            self._settled.start()

    def _show_all(self) -> None:
        self._view.show_colouring(self._state.colouring)
        self._show_original()
        self._view.show_reconstruction(self._content(self._state.reconstruction))
        self._show_scale()
        self._show_captions()

    def _show_scale(self) -> None:
        shown = self._state.reconstruction
        if shown is not None and shown.displacement is not None:
            longest = displacement_range(shown)
            # Short: at the usual width longer words push the last buttons out of the bar.
            self._view.show_scale("error", "stays", f"{longest:.2g} of the radius")
        elif self._state.colouring == "height" and self._state.overlay == "off":
            self._view.show_scale("height", "low", "high")
        elif self._state.colouring == "error":
            self._view.show_scale("error", "0", f"{ERROR_RANGE:g} of the radius")
        else:
            self._view.show_scale("height", "", "")

    def _show_captions(self) -> None:
        if self._state.original is not None:
            alone = self._state.overlay == "off" or self._state.reconstruction is None
            words = _points(self._state.original)
            if not alone and self._state.reconstruction is not None:
                words = describe(self._state.reconstruction, self._state.metrics)
            self._view.original.show_caption(words)
        if self._state.reconstruction is not None:
            self._view.reconstruction.show_caption(
                describe(self._state.reconstruction, self._state.metrics)
            )

    def _show_decode_time(self) -> None:
        self._window.show_decode_time(self._state.decode_ms)

    def _content(self, shown: ShownCloud | None) -> PaneContent | None:
        if shown is None:
            return None
        return PaneContent(
            title=shown.title,
            caption=_points(shown),
            points=shown.points,
            colours=self._colours(shown),
            normals=shown.normals,
            arrows=shown.arrows,
        )

    def _colours(self, shown: ShownCloud) -> Colours:
        if self._state.overlay == "off" or shown.displacement is not None:
            return cloud_colours(shown, self._state.colouring)
        return overlay_colours(shown, self._state.colouring)

    def _pair(self) -> tuple[ShownCloud, ShownCloud] | None:
        """The two clouds, where one is the reconstruction of the other."""
        original, reconstruction = self._state.original, self._state.reconstruction
        if original is None or reconstruction is None or reconstruction.chair_id is None:
            return None
        return (original, reconstruction) if reconstruction.chair_id == original.chair_id else None

    def _on_training_status(self) -> None:
        if self._pair() is not None:
            self._settled.start()

    @Slot()
    def _on_settled(self) -> None:
        pair = self._pair()
        # A core that trains has no seconds to spare for a figure that changes every epoch.
        if pair is not None and self._training.status not in ("starting", "running"):
            self._worker.ask(Measure(pair[0].points, pair[1].points))

    @Slot(object, object)
    def _on_measured(self, question: Measure, metrics: PairMetrics) -> None:
        pair = self._pair()
        if pair is not None and pair[1].points is question.reconstruction:
            self._state.metrics = metrics

    @Slot(object, object)
    def _on_not_measured(self, _question: object, error: Exception) -> None:
        self._notices.say_error(error, "Measuring the shown pair")

    @Slot(str)
    def _on_colouring_chosen(self, colouring: Colouring) -> None:
        self._state.colouring = colouring


def _finding_normals(points: Points) -> Generator[None, None, Normals]:
    """A twenty-fifth of a second for 5,000 points, four times that beside a training."""
    yield
    return estimate_normals(points)


def _points(shown: ShownCloud) -> str:
    return f"{len(shown.points):,} points"


def describe(shown: ShownCloud, metrics: PairMetrics | None) -> str:
    """The line under a cloud that was decoded: its figures, or its code."""
    if metrics is not None:
        emd = "" if metrics.emd is None else f" · EMD {metrics.emd:.4f}"
        return f"CD {metrics.cd_1:.4f}{emd} · F-score {metrics.f_score:.0%}"
    if shown.code is None:
        return _points(shown)
    numbers = ", ".join(f"{value:.2f}" for value in shown.code[:4])
    return f"code ({numbers}{', …' if len(shown.code) > 4 else ''})"
