"""What a study compares: models, losses and seeds, frozen before it begins.

A cell is one training and what is measured on it: one model with one loss and one seed.
"""

import dataclasses
import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from core.errors import SettingsError, StudyError
from core.networks import DECODERS
from core.training.presets import recommended
from core.training.settings import PRIORS, TrainingSettings

LOSSES: Final = ("mse", "chamfer", "chamfer+sliced")
"""The article's loss, what it asks for next, and what we recommend."""

LOSS_LABELS: Final[Mapping[str, str]] = {
    "mse": "squared error in correspondence (the article's loss)",
    "chamfer": "squared Chamfer distance",
    "chamfer+sliced": "Chamfer and sliced Wasserstein distance",
    "emd": "exact earth mover's distance",
}

PLAIN: Final = "vae"
CONTROL: Final = "gaussian"
_ARTICLE_COMPONENTS: Final = 2
_RECOMMENDED_EPOCHS: Final = 150


@dataclass(frozen=True)
class StudyModel:
    """One of the models that are compared."""

    key: str
    """For files: "vae", "gaussian", "mog-2", "vamp-8"."""
    label: str
    """For people."""
    prior: str
    components: int

    @property
    def is_mixture(self) -> bool:
        return self.prior in ("mog", "vamp")


@dataclass(frozen=True)
class Cell:
    """One training and what is measured on it."""

    model: StudyModel
    loss: str
    seed: int

    @property
    def name(self) -> str:
        """Of its run's folder."""
        return f"{self.model.key}-{self.loss.replace('+', '-')}-seed-{self.seed}"

    @property
    def words(self) -> str:
        return f"{self.model.label}, {self.loss}, seed {self.seed}"


@dataclass(frozen=True)
class StudyPlan:
    """Everything that decides a study, but for the chairs. Raises StudyError.

    The defaults fit a few hundred chairs of some thousand points and a few hours.
    """

    priors: tuple[str, ...] = PRIORS
    components: tuple[int, ...] = (_ARTICLE_COMPONENTS, 8)
    """Of the mixtures; the VampPrior takes the largest."""
    losses: tuple[str, ...] = LOSSES
    seeds: int = 5
    epochs: int = 60
    points_per_step: int = 512
    batch: int = 16
    latent: int = 3
    decoder: str = "article"
    learning_rate: float = 1e-3
    beta: float = 2e-4
    device: str = "cpu"
    threads: int = 1
    generated: int = 64
    """Clouds drawn from each prior for the figures of generation, at most one a test chair."""
    generation_points: int = 512
    generation_emd_points: int = 256
    likelihood_chairs: int = 32
    likelihood_samples: int = 64
    sigma: float | None = None
    """Of the likelihood that log p(x) is estimated under, in normalised units; None: of each
    run's own training (`core.model_likelihood`)."""
    literal_epochs: int = 6
    """Of each run of the article's formulas as printed; 0 leaves them out."""

    def __post_init__(self) -> None:
        for name, allowed in (("priors", PRIORS), ("losses", tuple(LOSS_LABELS))):
            _check_choices(name, getattr(self, name), allowed)
        if len(set(self.components)) != len(self.components) or not self.components:
            raise StudyError("Name each number of components once, at least one.")
        if "standard" not in self.priors or len(self.models) < 2:
            raise StudyError(
                "A study compares the plain VAE with at least one other model. "
                "Name the prior standard and another one."
            )
        if self.decoder not in DECODERS:
            raise StudyError(f"The decoder is one of {', '.join(DECODERS)}, not {self.decoder!r}.")
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if name == "sigma" and value is None:
                continue
            if not (math.isfinite(value) and value >= least):
                raise StudyError(f"{name.replace('_', ' ')} must be at least {least}, not {value}.")
        try:
            for cell in self.cells():
                self.settings_of(cell)
        except SettingsError as error:
            raise StudyError(str(error)) from error

    @property
    def models(self) -> tuple[StudyModel, ...]:
        """The plain VAE first, then its control, then the mixtures."""
        models = []
        if "standard" in self.priors:
            models.append(StudyModel(PLAIN, "VAE", "standard", 1))
        if "gaussian" in self.priors:
            models.append(StudyModel(CONTROL, "Learned Gaussian", "gaussian", 1))
        if "mog" in self.priors:
            models += [StudyModel(f"mog-{k}", f"MoG-VAE K={k}", "mog", k) for k in self.components]
        if "vamp" in self.priors:
            most = max(self.components)
            models.append(StudyModel(f"vamp-{most}", f"VampPrior K={most}", "vamp", most))
        return tuple(models)

    @property
    def article_mixture(self) -> StudyModel | None:
        """The article's MoG-VAE: two components, or as few as there are."""
        mixtures = [model for model in self.models if model.prior == "mog"]
        return min(
            mixtures, key=lambda each: abs(each.components - _ARTICLE_COMPONENTS), default=None
        )

    def cells(self) -> Iterator[Cell]:
        """All cells, a seed at a time: a study that is stopped early has whole seeds."""
        for seed in range(self.seeds):
            for loss in self.losses:
                for model in self.models:
                    yield Cell(model, loss, seed)

    def settings_of(self, cell: Cell) -> TrainingSettings:
        """The settings of a cell's training.

        All models have the same networks, loss, beta and seed. They differ in the prior, and in
        how its KL is computed: in closed form for one Gaussian, by samples for mixtures, which
        have none. Beyond the article: batch normalisation, without which its latent space
        collapses, the right KL at a weight that leaves the codes something to say, and a one-cycle
        learning rate.
        """
        share = self.epochs / _RECOMMENDED_EPOCHS
        base = recommended(cell.model.prior)
        return base.with_changes(
            components=cell.model.components,
            loss=cell.loss,
            seed=cell.seed,
            epochs=self.epochs,
            points_per_step=self.points_per_step,
            batch=self.batch,
            latent=self.latent,
            decoder=self.decoder,
            learning_rate=self.learning_rate,
            beta=self.beta,
            device=self.device,
            threads=self.threads,
            kept_epochs_mb=0,  # of so many runs they would fill a disk
            warm_up_epochs=math.ceil(base.warm_up_epochs * share),
            pretraining_epochs=math.ceil(base.pretraining_epochs * share),
        )

    def settings_by_model(self) -> dict[str, dict[str, Any]]:
        """The settings of each model's trainings by its key, without loss and seed, which vary."""
        found = {}
        for model in self.models:
            settings = self.settings_of(Cell(model, self.losses[0], 0)).as_json()
            del settings["loss"], settings["seed"]
            found[model.key] = settings
        return found

    def as_json(self) -> dict[str, Any]:
        """Fields by name, all plain JSON values."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in dataclasses.asdict(self).items()
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """A plan from `as_json`; raises StudyError for one of another version."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        try:
            return cls(**fields)
        except TypeError as error:
            raise StudyError(
                f"The study's plan is of another version of the program ({error}). "
                "Begin the study again in an empty folder."
            ) from error

    def digest_of_cells(self) -> str:
        """Tells plans apart whose cells differ; more or fewer seeds leave the cells as they are."""
        fields = self.as_json()
        del fields["seeds"]
        return hashlib.blake2b(repr(sorted(fields.items())).encode(), digest_size=12).hexdigest()


_LEAST: Final[Mapping[str, float]] = {
    "seeds": 1,
    "epochs": 1,
    "generated": 2,
    "generation_points": 1,
    "generation_emd_points": 1,
    "likelihood_chairs": 1,
    "likelihood_samples": 1,
    "sigma": 1e-6,
    "literal_epochs": 0,
}


def _check_choices(name: str, given: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    wrong = [each for each in given if each not in allowed]
    if wrong or not given or len(set(given)) != len(given):
        what = repr(wrong[0]) if wrong else "none or one twice"
        raise StudyError(f"{name.capitalize()} are some of {', '.join(allowed)}, not {what}.")
