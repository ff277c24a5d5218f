"""Asks a trained model: where chairs lie, what a code decodes to."""

import logging
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float32, UInt8

from core.code_groups import Arrows, arrows_of
from core.components import Components
from core.density_meter import DensityMeter
from core.errors import RunError, StudioError
from core.first_look import FirstLook, read_first_look, write_first_look
from core.library import Chair, Library
from core.normals import estimate_normals
from core.pair_metrics import PairMetrics
from core.places import Showing
from core.thumbnails import thumbnail
from core.training.run import Run
from core.training.settings import TrainingSettings
from mogvae_gui.workers.newest_first import NewestFirstWorker, NobodyAsksError
from mogvae_gui.workers.priority import A_LITTLE, step_back

logger = logging.getLogger(__name__)

if TYPE_CHECKING:  # brings torch: the thread of the worker loads it, behind the window
    from core.shape_model import ShapeModel

Points = Float32[np.ndarray, "points 3"]
Codes = Float32[np.ndarray, "chairs latent"]
Picture = UInt8[np.ndarray, "height width 4"]

ENCODED_AT_ONCE = 16  # chairs; who drags the probe waits no longer than these take
POINTS_OF_PICTURE = 2_000  # enough for a picture of a hundred pixels, in half the time


@dataclass(frozen=True)
class LoadRun:
    """Put the run's newest weights in view."""

    folder: Path
    library: Library
    chairs: tuple[Chair, ...]
    keeps_look: bool = False  # whether a look at it may be written beside it (core/first_look.py)


@dataclass(frozen=True)
class LoadEpoch:
    """Put the run as it was after a kept epoch in view; answered with `Loaded`."""

    folder: Path
    epoch: int
    library: Library
    chairs: tuple[Chair, ...]


@dataclass(frozen=True)
class FindDevice:
    """Say where a training with this setting would compute."""

    wanted: str  # "auto", "cpu", "cuda" or "mps"


@dataclass(frozen=True, eq=False)
class FollowTraining:
    """Put the weights of a running training in view."""

    run_name: str
    settings: TrainingSettings
    state: Mapping[str, Any]
    points: int
    codes: Float32[np.ndarray, "chairs latent"]
    epoch: int | None = None  # after which the weights were so; None: not known


@dataclass(frozen=True, eq=False)
class Loaded:
    """A model came in view."""

    run_name: str
    settings: TrainingSettings
    chair_ids: tuple[str, ...]
    codes: Float32[np.ndarray, "chairs latent"]
    responsibilities: Float32[np.ndarray, "chairs components"]
    components: Components | None
    exact: bool = True
    """False: a training that was stopped kept codes as chairs came by in its last epoch."""


@dataclass(frozen=True, eq=False)
class EncodeChairs:
    """Say where the chairs of a library lie that has changed since the run came in view.

    Or that came in view with codes that were not exact: then all are encoded.

    Answered with `Loaded`; not at all where another model has come in view meanwhile.
    """

    since: LoadRun  # which brought the model in view
    chairs: tuple[Chair, ...]


@dataclass(frozen=True, eq=False)
class Reconstruct:
    """Encode and decode a cloud."""

    cloud: Points
    chair_id: str


@dataclass(frozen=True)
class Decode:
    """Decode one code."""

    code: tuple[float, ...]
    chair_id: str | None = None
    component: int | None = None  # whose mean it is
    showing: Showing | None = None  # what it is, where that is known


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded code, ready to be shown."""

    code: tuple[float, ...]
    points: Points
    normals: Points
    error: Float32[np.ndarray, " points"] | None  # distance to the cloud it reconstructs
    back_error: Float32[np.ndarray, " points"] | None  # distance of that cloud's points to it
    metrics: PairMetrics | None  # without EMD; of a reconstruction
    decode_ms: float
    denser_than: float | None  # share of the chairs' codes that lie where the prior is thinner
    nats_below: float = 0.0  # how much thinner the place is than that of the least usual chair


@dataclass(frozen=True)
class DrawMeans:
    """Draw the decoded mean of every component, `size` pixels wide."""

    size: int


@dataclass(frozen=True)
class DecodeDifference:
    """Decode two codes and say how each point of the first moves to become the second."""

    first: tuple[float, ...]
    second: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Difference:
    """The first shape, and the way of its points to the second: both come from one decoder, which
    puts the same place of the shape at the same row."""

    points: Points
    normals: Points
    displacement: Points
    arrows: Arrows
    decode_ms: float
    denser_than: float | None  # of the first
    nats_below: float = 0.0


@dataclass(frozen=True)
class DrawCodes:
    """Draw what these codes decode to, `size` pixels wide. `what` tells whose they are."""

    what: str
    codes: tuple[tuple[float, ...], ...]
    size: int


@dataclass(frozen=True)
class DrawSamples:
    """Draw samples of a component, one from each seed."""

    component: int
    seeds: tuple[int, ...]
    size: int


@dataclass(frozen=True, eq=False)
class Sampled:
    """A code drawn with a seed, and its picture."""

    seed: int
    code: tuple[float, ...]
    picture: UInt8[np.ndarray, "height width 4"]


@dataclass(frozen=True)
class SampleCodes:
    """Draw a code from the prior or from one component of it."""

    seed: int
    component: int | None = None


@dataclass(frozen=True, eq=False)
class DrawPlaces:
    """Draw what codes decode to, `size` pixels wide, of fewer points than there are.

    Whoever asks has a subclass, so that no question overtakes somebody else's.
    """

    codes: Float32[np.ndarray, "codes latent"]
    size: int
    key: object = None  # what tells the asker which answer it is


class DrawStops(DrawPlaces):
    """Of the Walk dock."""


class DrawCells(DrawPlaces):
    """Of the Sheet dock."""


@dataclass(frozen=True, eq=False)
class FindShape:
    """Encode and decode a cloud that is no chair's, and find the chairs nearest to its code."""

    cloud: Points
    codes: Float32[np.ndarray, "chairs latent"]
    chair_ids: tuple[str, ...]
    clouds: Float32[np.ndarray, "rows points 3"]  # of the library
    rows: tuple[int, ...]  # of the chairs in it
    count: int
    picture_px: int


@dataclass(frozen=True, eq=False)
class NearChair:
    """A chair near a code, with its picture."""

    chair_id: str
    distance: float
    picture: UInt8[np.ndarray, "height width 4"]


@dataclass(frozen=True, eq=False)
class Found:
    """Where a shape lies."""

    decoded: Decoded
    neighbours: tuple[NearChair, ...]  # the nearest first


@dataclass(frozen=True, eq=False)
class DrawPair:
    """Draw a chair and what the model makes of it."""

    cloud: Points
    chair_id: str
    picture_px: int


@dataclass(frozen=True, eq=False)
class DrawnPair:
    """Both pictures, and how far the clouds are apart."""

    original: UInt8[np.ndarray, "height width 4"]
    reconstruction: UInt8[np.ndarray, "height width 4"]
    cd_1: float


class ModelWorker(NewestFirstWorker):
    """Owns the model in view; nobody else touches it, so nothing needs a lock."""

    def __init__(self) -> None:
        super().__init__()
        self._model: ShapeModel | None = None
        self._model_of: tuple[str, TrainingSettings] | None = None
        self._unkept: tuple[LoadRun, Loaded] | None = None  # in view, and no look at it kept yet
        self._loaded_by: LoadRun | None = None  # None: an epoch or a training is in view
        self._encoded: list[tuple[tuple[Chair, ...], Codes]] = []  # by the run in view
        self._meter = DensityMeter.of(np.zeros(0))
        self.answer_with(LoadRun, self._load_run)
        self.answer_with(LoadEpoch, self._load_epoch)
        self.answer_with(FollowTraining, self._follow_training)
        self.answer_with(FindDevice, self._find_device)
        self.answer_with(Reconstruct, self._reconstruct, urgent=True)
        self.answer_with(Decode, self._decode, urgent=True)
        self.answer_with(SampleCodes, self._sample_codes, urgent=True)
        self.answer_with(DecodeDifference, self._decode_difference, urgent=True)
        self.answer_with(FindShape, self._find_shape)
        self.answer_in_parts(EncodeChairs, self._encode_chairs)
        self.answer_in_parts(DrawPair, self._draw_pair)
        self.answer_in_parts(DrawMeans, self._draw_means)
        self.answer_in_parts(DrawCodes, self._draw_codes)
        self.answer_in_parts(DrawSamples, self._draw_samples)
        self.answer_in_parts(DrawStops, self._draw_places)
        self.answer_in_parts(DrawCells, self._draw_places)

    def _load_run(self, question: LoadRun) -> Loaded:
        from core.library_codes import with_later_chairs

        self._leave_cores_to_others()
        run = Run.open(question.folder)
        model = run.model()
        self._model, self._model_of = model, (run.name, run.settings)
        kept_codes = run.codes()
        exact = kept_codes is None or kept_codes.exact or _is_running(run)
        codes = with_later_chairs(kept_codes, model, question.library, question.chairs)
        self._loaded_by, self._encoded = question, [(question.chairs, codes)] if exact else []
        loaded = replace(self._loaded_now(question.chairs, codes), exact=exact)
        self._unkept = None
        if question.keeps_look and question.chairs:
            kept = read_first_look(question.folder, question.library, question.chairs)
            self._unkept = (question, loaded) if kept is None else None
        return loaded

    def _loaded_now(self, chairs: tuple[Chair, ...], codes: Codes) -> Loaded:
        """The model in view, with where these chairs lie in it."""
        model = self._loaded()
        assert self._model_of is not None
        self._meter = DensityMeter.of(model.log_density(codes))
        return Loaded(
            *self._model_of,
            tuple(chair.id for chair in chairs),
            codes,
            model.responsibilities(codes),
            model.components(),
        )

    def _encode_chairs(self, question: EncodeChairs) -> Generator[None, None, Loaded]:
        """Only chairs are encoded that were not before, or whose cloud is another now."""
        if question.since is not self._loaded_by:
            raise NobodyAsksError
        model, chairs, clouds = self._loaded(), question.chairs, question.since.library.clouds
        known = {  # by the row of the cloud: a chair that is turned has another
            chair.row: code
            for some, codes in self._encoded
            for chair, code in zip(some, codes, strict=True)
        }
        late = tuple(chair for chair in chairs if chair.row not in known)
        for start in range(0, len(late), ENCODED_AT_ONCE):
            part = late[start : start + ENCODED_AT_ONCE]
            rows = [chair.row for chair in part]
            codes, _ = model.encode(np.array(clouds[rows], dtype=np.float32))
            self._encoded.append((part, codes))
            known.update(zip(rows, codes, strict=True))
            yield
        codes = np.zeros((len(chairs), model.latent), dtype=np.float32)
        for index, chair in enumerate(chairs):
            codes[index] = known[chair.row]
        return self._loaded_now(chairs, codes)

    def _load_epoch(self, question: LoadEpoch) -> Loaded:
        from core.library_codes import with_later_chairs
        from core.training.snapshots import load_snapshot, read_moment

        self._leave_cores_to_others()
        run = Run.open(question.folder)
        moment = read_moment(run.folder, question.epoch)
        model = load_snapshot(run, question.epoch)
        self._model, self._model_of = model, (run.name, run.settings)
        self._loaded_by, self._encoded = None, []
        codes = with_later_chairs(moment, model, question.library, question.chairs)
        self._meter = DensityMeter.of(model.log_density(codes))
        return Loaded(
            run.name,
            run.settings,
            tuple(chair.id for chair in question.chairs),
            codes,
            model.responsibilities(codes),
            moment.components,
        )

    def _find_device(self, question: FindDevice) -> str:
        from core.training.device import find_device

        return find_device(question.wanted)

    def _leave_cores_to_others(self) -> None:
        """One thread is quick enough for one chair; two fight with the renderer and a training."""
        import torch

        if torch.get_num_threads() != 1:
            step_back(A_LITTLE)
            torch.set_num_threads(1)  # of this thread: OpenMP counts for each by itself

    def _keep_look(self, cloud: Points, decoded: Decoded) -> None:
        """Keep how the run looks with its first chair: the project opens with it the next time."""
        assert self._unkept is not None
        assert decoded.error is not None
        assert decoded.back_error is not None
        assert decoded.metrics is not None  # as of every reconstruction
        (question, loaded), self._unkept = self._unkept, None
        look = FirstLook(
            codes=loaded.codes,
            responsibilities=loaded.responsibilities,
            components=loaded.components,
            chair_id=question.chairs[0].id,
            normals=estimate_normals(cloud),
            back_error=decoded.back_error,
            code=decoded.code,
            points=decoded.points,
            points_normals=decoded.normals,
            error=decoded.error,
            metrics=decoded.metrics,
            denser_than=decoded.denser_than,
        )
        try:
            write_first_look(question.folder, question.library, question.chairs, look)
        except (OSError, StudioError):  # a full disk, a run that was just deleted: no harm done
            logger.info("no first look kept of %s", question.folder, exc_info=True)

    def _follow_training(self, question: FollowTraining) -> None:
        from core.shape_model import ShapeModel

        self._unkept = self._loaded_by = None
        self._encoded = []
        self._leave_cores_to_others()
        if self._model is None or self._model_of != (question.run_name, question.settings):
            self._model = ShapeModel(question.settings, points=question.points)
            self._model_of = (question.run_name, question.settings)
        self._model.load_state(question.state)
        self._meter = DensityMeter.of(self._model.log_density(question.codes))

    def _reconstruct(self, question: Reconstruct) -> Decoded:
        codes, _ = self._loaded().encode(question.cloud[None])
        decoded = self._decoded(codes[0], against=question.cloud)
        if self._unkept is not None and self._unkept[0].chairs[0].id == question.chair_id:
            self._keep_look(question.cloud, decoded)
        return decoded

    def _draw_pair(self, question: DrawPair) -> Generator[None, None, DrawnPair]:
        from core.nearest import nearest

        cloud = question.cloud
        decoded = self._loaded().reconstruct(cloud[None])[0]
        yield
        cd_1 = nearest(decoded, cloud)[1].mean() + nearest(cloud, decoded)[1].mean()
        yield
        original = thumbnail(cloud, question.picture_px)
        yield
        return DrawnPair(original, thumbnail(decoded, question.picture_px), float(cd_1))

    def _find_shape(self, question: FindShape) -> Found:
        codes, _ = self._loaded().encode(question.cloud[None])
        distances = np.linalg.norm(question.codes - codes[0], axis=1)
        nearest_first = np.argsort(distances, kind="stable")[: question.count]
        neighbours = tuple(
            NearChair(
                question.chair_ids[index],
                float(distances[index]),
                thumbnail(question.clouds[question.rows[index]], question.picture_px),
            )
            for index in nearest_first
        )
        return Found(self._decoded(codes[0], against=question.cloud), neighbours)

    def _decode(self, question: Decode) -> Decoded:
        return self._decoded(np.array(question.code, dtype=np.float32), against=None)

    def _draw_means(self, question: DrawMeans) -> Generator[None, None, list[Picture]]:
        components = self._loaded().components()
        if components is None:
            return []
        means = components.means.astype(np.float32)
        return (yield from self._drawn(means, question.size, self._loaded().points))

    def _draw_places(self, question: DrawPlaces) -> Generator[None, None, list[Picture]]:
        points = min(self._loaded().points, POINTS_OF_PICTURE)
        return (yield from self._drawn(question.codes, question.size, points))

    def _draw_codes(self, question: DrawCodes) -> Generator[None, None, list[Picture]]:
        codes = np.array(question.codes, dtype=np.float32)
        return (yield from self._drawn(codes, question.size, self._loaded().points))

    def _drawn(
        self, codes: Float32[np.ndarray, "codes latent"], size: int, points: int
    ) -> Generator[None, None, list[Picture]]:
        """Pictures of what codes decode to, one at a time."""
        model, pictures = self._loaded(), []
        for code in codes:
            pictures.append(thumbnail(model.decode(code[None], points)[0], size))
            yield
        return pictures

    def _sample_codes(self, question: SampleCodes) -> Float32[np.ndarray, "codes latent"]:
        return self._loaded().sample(1, seed=question.seed, component=question.component)

    def _decoded(self, code: np.ndarray, against: Points | None) -> Decoded:
        from core.metrics import diagonal, metrics_of_distances, nearest

        model = self._loaded()
        started = time.perf_counter()
        points = model.decode(code[None])[0]
        decode_ms = (time.perf_counter() - started) * 1000
        error = back_error = metrics = None
        if against is not None:
            error = nearest(points, against)[1].astype(np.float32)
            back_error = nearest(against, points)[1].astype(np.float32)
            metrics = metrics_of_distances(error, back_error, diagonal(against))
        log_density = float(model.log_density(code[None])[0])
        return Decoded(
            code=tuple(float(value) for value in code),
            points=points,
            normals=estimate_normals(points),
            error=error,
            back_error=back_error,
            metrics=metrics,
            decode_ms=decode_ms,
            denser_than=self._meter.denser_than(log_density),
            nats_below=self._meter.nats_below(log_density),
        )

    def _decode_difference(self, question: DecodeDifference) -> Difference:
        model = self._loaded()
        codes = np.array([question.first, question.second], dtype=np.float32)
        started = time.perf_counter()
        first, second = model.decode(codes)
        decode_ms = (time.perf_counter() - started) * 1000
        displacement = second - first
        log_density = float(model.log_density(codes[:1])[0])
        return Difference(
            points=first,
            normals=estimate_normals(first),
            displacement=displacement,
            arrows=arrows_of(first, displacement),
            decode_ms=decode_ms,
            denser_than=self._meter.denser_than(log_density),
            nats_below=self._meter.nats_below(log_density),
        )

    def _draw_samples(self, question: DrawSamples) -> Generator[None, None, list[Sampled]]:
        model = self._loaded()
        samples = []
        for seed in question.seeds:
            code = model.sample(1, seed=seed, component=question.component)
            picture = thumbnail(model.decode(code)[0], question.size)
            samples.append(Sampled(seed, tuple(float(v) for v in code[0]), picture))
            yield
        return samples

    def _loaded(self) -> "ShapeModel":
        if self._model is None:
            raise RunError("No model is in view yet. Train one, or choose a run of this project.")
        return self._model


def _is_running(run: Run) -> bool:
    """Whether a training goes on, whose next codes come anyway; also where nobody can tell."""
    try:
        return run.state.stopped_by == "running"
    except RunError:
        return True
