"""Components as things: names, solo, a gallery of samples, steering towards one."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from core.component_names import checked_name, read_component_names, write_component_names
from core.components import Components
from core.errors import RunError, StudioError
from core.places import Showing
from core.steering import Gaussians, way_to_component
from mogvae_gui.presenters.export_presenter import ExportPresenter, Samples, sample_title
from mogvae_gui.presenters.model_in_view import ModelInView, ModelSource
from mogvae_gui.presenters.model_link import ModelLink
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.presenters.probe_presenter import ProbePresenter
from mogvae_gui.state.latent_state import LatentState
from mogvae_gui.state.project_state import ProjectState
from mogvae_gui.views.component_gallery import PICTURE, ComponentGallery
from mogvae_gui.views.latent_panel import LatentPanel
from mogvae_gui.workers.model_worker import (
    DrawSamples,
    FollowTraining,
    LoadEpoch,
    LoadRun,
    Sampled,
)

AT_ONCE = 24  # samples
LIVE_INTERVAL_MS = 5_000  # while a training goes on; drawing takes time from it


class ComponentsPresenter(QObject):
    """What a person does with one component."""

    def __init__(
        self,
        project: ProjectState,
        latent: LatentState,
        panel: LatentPanel,
        model: ModelLink,
        in_view: ModelInView,
        probe: ProbePresenter,
        exports: ExportPresenter,
        notices: NoticePresenter,
    ) -> None:
        super().__init__(panel)
        self._project = project
        self._latent = latent
        self._panel = panel
        self._model = model
        self._in_view = in_view
        self._probe = probe
        self._exports = exports
        self._notices = notices
        self._gallery: ComponentGallery | None = None
        self._gallery_of = 0
        self._samples: dict[int, Sampled] = {}
        self._drawn_by: ModelSource | None = None
        self._outdated = False  # the samples are of weights that are no more in view
        self._wanted: int | None = None  # seed to go to as soon as it is drawn again
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._draw_again)
        components = panel.components
        components.renamed.connect(self._on_renamed)
        components.solo_requested.connect(self._on_solo)
        components.all_requested.connect(self._on_all)
        components.gallery_requested.connect(self.open_gallery)
        panel.view.component_opened.connect(self.open_gallery)
        latent.events.run_name.connect(self._on_run_name)
        model.answered.connect(self._on_answered)
        self._on_run_name()

    @Slot(int)
    def open_gallery(self, component: int) -> None:
        """Show samples of a component in a window of their own."""
        if self._gallery is None:
            self._gallery = ComponentGallery(self._latent.name_of(component), self._panel.window())
            self._gallery.sample_chosen.connect(self._on_sample_chosen)
            self._gallery.more_requested.connect(self._draw_more)
            self._gallery.export_requested.connect(self._on_export)
            self._gallery.finished.connect(self._on_gallery_closed)
        self._gallery.clear()
        self._gallery.setWindowTitle(f"Samples of {self._latent.name_of(component)}")
        self._gallery_of, self._samples = component, {}
        self._outdated, self._wanted = False, None
        self._gallery.show()
        self._gallery.raise_()
        self._draw_more()

    def _on_run_name(self) -> None:
        names: dict[int, str] = {}
        if (folder := self._run_folder()) is not None:
            try:
                names = read_component_names(folder)
            except RunError as error:
                self._notices.say_error(error, "Reading the names of the components")
        self._latent.component_names = names
        if self._gallery is not None:
            self._gallery.close()

    def _run_folder(self) -> Path | None:
        project, run = self._project.project, self._latent.run_name
        return None if project is None or run is None else project.runs_folder / run

    @Slot(int, str)
    def _on_renamed(self, component: int, typed: str) -> None:
        folder, name = self._run_folder(), checked_name(typed)
        names = {k: known for k, known in self._latent.component_names.items() if k != component}
        if name and name not in (str(component + 1), f"Component {component + 1}"):
            names[component] = name
        if folder is None or names == self._latent.component_names:
            return
        if self._project.read_only:
            self._notices.say("info", self._project.read_only)
            return
        try:
            write_component_names(folder, names)
        except RunError as error:
            self._notices.say_error(error, "Naming a component")
        else:
            self._latent.component_names = names

    @Slot(int)
    def _on_solo(self, component: int) -> None:
        latent_map = self._latent.map
        if latent_map is not None and latent_map.components is not None:
            everything = frozenset(range(len(latent_map.components.weights)))
            self._latent.hidden_components = everything - {component}

    @Slot()
    def _on_all(self) -> None:
        self._latent.hidden_components = frozenset()

    @Slot()
    def _draw_more(self) -> None:
        there = len(self._samples)
        first = 0 if self._outdated else there  # never of two models side by side
        seeds = tuple(range(first, there + AT_ONCE))
        self._model.ask(DrawSamples(self._gallery_of, seeds, PICTURE))

    @Slot()
    def _draw_again(self) -> None:
        """The same seeds, from the model that is in view now."""
        self._again.stop()
        if self._gallery is not None:
            seeds = tuple(range(max(len(self._samples), AT_ONCE)))
            self._model.ask(DrawSamples(self._gallery_of, seeds, PICTURE))

    @Slot(object, object)
    def _on_answered(self, question: object, answer: object) -> None:
        if self._gallery is None:
            return
        if isinstance(question, LoadRun | LoadEpoch):
            self._outdated = True
            self._draw_again()
        elif isinstance(question, FollowTraining):
            self._outdated = True
            if not self._again.isActive():
                self._again.start(LIVE_INTERVAL_MS)
        elif isinstance(question, DrawSamples) and isinstance(answer, list):
            self._on_drawn(self._gallery, question, answer)

    def _on_drawn(
        self, gallery: ComponentGallery, question: DrawSamples, samples: list[Sampled]
    ) -> None:
        """Of the model in view, for it draws one answer before another model is loaded."""
        if question.component != self._gallery_of or (self._outdated and question.seeds[0] != 0):
            return
        if question.seeds[0] == 0:
            if len(samples) < len(self._samples):  # more came in while these were being drawn
                self._draw_again()
                return
            self._samples, self._outdated = {}, False
            try:
                self._drawn_by = self._in_view.source()
            except StudioError:
                self._drawn_by = None  # another one is on its way
        for sample in samples:
            self._samples[sample.seed] = sample
            gallery.show_sample(sample.seed, sample.picture)
        if self._wanted in self._samples:
            self._on_sample_chosen(self._wanted)

    @Slot(int)
    def _on_sample_chosen(self, seed: int) -> None:
        self._wanted = None
        if self._outdated:
            self._wanted = seed
            self._draw_again()
            return
        self._probe.go_to(
            self._samples[seed].code,
            showing=Showing(
                sample_title(self._latent.name_of(self._gallery_of), seed), self._gallery_of, seed
            ),
        )

    @Slot(list)
    def _on_export(self, seeds: list[int]) -> None:
        source = self._drawn_by
        if source is None or (self._outdated and source.is_last_checkpoint):
            # What drew them is on no disk any more.
            self._notices.say("info", "The samples are just being drawn again. Export them then.")
            return
        name = self._latent.name_of(self._gallery_of)
        drawn = tuple((seed, self._samples[seed].code) for seed in seeds)
        self._exports.export_samples(Samples(name, self._gallery_of, drawn, source))

    @Slot()
    def _on_gallery_closed(self) -> None:
        self._gallery = None
        self._again.stop()


class SteeringPresenter(QObject):
    """Moves the probe along the way to a component, which begins where the probe was put."""

    def __init__(self, latent: LatentState, panel: LatentPanel, probe: ProbePresenter) -> None:
        super().__init__(panel)
        self._latent = latent
        self._row = panel.steering
        self._probe = probe
        self._component = 0
        self._way: list[tuple[float, ...]] | None = None
        self._is_outdated = False  # the way is of components that have moved since
        self._row.component_chosen.connect(self._on_component_chosen)
        self._row.moved.connect(self._on_moved)
        self._row.slider.sliderReleased.connect(self._on_released)
        latent.events.run_name.connect(self._start_anew)
        latent.events.map.connect(self._on_map)
        latent.events.component_names.connect(self._show)
        latent.events.probe.connect(self._on_probe)
        latent.events.peek.connect(self._on_probe)
        self._show()

    def _on_map(self) -> None:
        """A training brings a map with every epoch; none takes the way from under a hand."""
        if self._way is not None and self._row.slider.isSliderDown():
            self._is_outdated = True
            self._show()
        else:
            self._start_anew()

    def _start_anew(self) -> None:
        self._way, self._is_outdated = None, False
        self._show()

    @Slot()
    def _on_released(self) -> None:
        if self._is_outdated:
            self._start_anew()

    def _on_probe(self) -> None:
        probe = self._latent.home
        if self._way is not None and (probe is None or probe.code not in self._way):
            self._way = None  # put elsewhere: the next way begins there
        self._show()

    def _components(self) -> Components | None:
        return None if self._latent.map is None else self._latent.map.components

    def _show(self) -> None:
        components, probe = self._components(), self._latent.probe
        count = 0 if components is None else len(components.weights)
        self._component = min(self._component, max(count - 1, 0))
        self._row.show_components([self._latent.name_of(k) for k in range(count)], self._component)
        if components is None or probe is None or len(probe.code) != components.means.shape[1]:
            self._row.show_place(0, None)
            return
        is_on_way = self._way is not None and probe.code in self._way
        place = self._way.index(probe.code) if self._way is not None and is_on_way else 0
        if self._way is not None and self._way[self._row.slider.value()] == probe.code:
            place = self._row.slider.value()  # a way may stand still
        shares = Gaussians.of(components).responsibility(np.array([probe.code]), self._component)
        self._row.show_place(place, float(shares[0]))

    @Slot(int)
    def _on_component_chosen(self, component: int) -> None:
        self._component, self._way = component, None
        self._show()

    @Slot(int)
    def _on_moved(self, value: int) -> None:
        components, probe = self._components(), self._latent.probe
        if components is None or probe is None:
            return
        if self._way is None:
            way = way_to_component(probe.code, components, self._component)
            self._way = [tuple(float(number) for number in code) for code in way]
        self._probe.go_to(self._way[value])
