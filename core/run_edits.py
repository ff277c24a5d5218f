"""Changes of a project's runs: another name, away and back again, a fork."""

import os
import tempfile
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.child_runs import child_folder, copy_curves, refusals_told
from core.errors import RunError, SettingsError
from core.project import Project
from core.steps import without_pauses
from core.training.about import Parent, identified, new_about, write_about
from core.training.checkpoint import Checkpoint, Position, read_weights, write_checkpoint
from core.training.claim import is_trained_now
from core.training.run import Run
from core.training.settings import TrainingSettings, info
from core.training.snapshots import read_snapshot

if TYPE_CHECKING:  # loading torch takes a second, and most changes of runs need none
    from torch import Tensor

TRASH_FOLDER: Final = ".trash"
"""Among the runs; its dot keeps it out of their list."""

GIVEN_UP: Final = ".given-up-"
"""How folders begin that hold what was in the trash and is to be removed."""

FIXED_BY_WEIGHTS: Final = ("latent", "decoder", "batch_norm")
"""Settings that a fork has from its parent, for its weights are made for them."""


def rename_run(project: Project, name: str, wanted: str) -> str:
    """Give a run another name; the name that it has now, which may differ by a number.

    Raises RunError for a run that is being trained.
    """
    project.check_may_change()
    _check_at_rest(project, name, "renamed")
    if project.new_run_name(wanted).casefold() == name.casefold() or wanted == name:
        return name
    # A change of case only is no clash with itself.
    unique = wanted if wanted.casefold() == name.casefold() else project.new_run_name(wanted)
    with refusals_told(project.runs_folder / name, "renamed"):
        (project.runs_folder / name).rename(project.runs_folder / unique)
    return unique


def delete_run(project: Project, name: str) -> Path:
    """Put a run into the trash, and say where it lies there. Raises RunError."""
    project.check_may_change()
    _check_at_rest(project, name, "deleted")
    trash = project.runs_folder / TRASH_FOLDER
    with refusals_told(project.runs_folder / name, "deleted"):
        trash.mkdir(exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix="", dir=trash)) / name
        (project.runs_folder / name).rename(place)
    return place


def restore_run(project: Project, place: Path) -> str:
    """Take a run out of the trash; the name that it has now. Raises RunError."""
    project.check_may_change()
    name = place.name
    if (project.runs_folder / name).exists():
        name = project.new_run_name(name)
    with refusals_told(place, "brought back"):
        place.rename(project.runs_folder / name)
    with suppress(OSError):  # the run is back, whatever becomes of the empty folder
        place.parent.rmdir()
    return name


def link_run(project: Project, folder: Path) -> str:
    """Put a run that lies elsewhere among the project's runs, as a link; its name there.

    Deleting it takes the link away and leaves the folder. Raises RunError.
    """
    folder = folder.resolve()
    run = Run.open(folder)
    for name in project.run_names():
        if (project.runs_folder / name).resolve() == folder:
            return name
    project.check_may_change()
    name = project.new_run_name(run.name)
    with refusals_told(project.runs_folder / name, "put among the project's runs"):
        (project.runs_folder / name).symlink_to(folder, target_is_directory=True)
    return name


def deleted_runs(project: Project) -> tuple[Path, ...]:
    """What lies in the trash, the last deleted first."""
    trash = project.runs_folder / TRASH_FOLDER
    try:
        places = [place for folder in trash.iterdir() for place in folder.iterdir()]
        return tuple(sorted(places, key=lambda p: p.parent.stat().st_mtime, reverse=True))
    except OSError:
        return ()


def give_up_trash(project: Project) -> None:
    """Deleted runs cannot come back any more. At once: `clear_given_up` makes the room free."""
    trash = project.runs_folder / TRASH_FOLDER
    if trash.exists():
        with suppress(OSError):  # what cannot be moved stays and does no harm
            folder = tempfile.mkdtemp(prefix=GIVEN_UP, dir=project.runs_folder)
            trash.rename(Path(folder) / TRASH_FOLDER)


def clear_given_up(project: Project) -> Generator[None, None, None]:
    """Remove what was given up, a file at a time: gigabytes take a while.

    Closing it leaves the rest for the next time. What cannot be removed stays and does no harm.
    """
    for given_up in sorted(project.runs_folder.glob(f"{GIVEN_UP}*")):
        for place, folders, files in os.walk(given_up, topdown=False):
            for name in files:
                with suppress(OSError):
                    (Path(place) / name).unlink()
                yield
            for folder in (Path(place) / name for name in folders):
                with suppress(OSError):  # of a run that lies elsewhere the link goes
                    folder.unlink() if folder.is_symlink() else folder.rmdir()
        with suppress(OSError):
            given_up.rmdir()


@dataclass(frozen=True)
class ForkProgress:
    """How far a fork is."""

    done: int
    total: int
    doing: str


def check_fork(
    project: Project, parent_name: str, epoch: int | None, settings: TrainingSettings
) -> None:
    """Raise RunError or SettingsError for a fork that cannot be; looks at small files only."""
    project.check_may_change()
    parent = Run.open(project.run_folder(parent_name))
    _check_fixed(parent, settings)
    _check_epochs(settings, parent.state.epochs_done if epoch is None else epoch)


def fork_run(
    project: Project,
    parent_name: str,
    epoch: int | None,
    settings: TrainingSettings,
    name: str = "",
) -> Run:
    """`forking` without pauses."""
    return without_pauses(forking(project, parent_name, epoch, settings, name))


def forking(
    project: Project,
    parent_name: str,
    epoch: int | None,
    settings: TrainingSettings,
    name: str = "",
) -> Generator[ForkProgress, None, Run]:
    """Make a run that goes on from an epoch of another one, with other settings.

    `epoch` is a kept one, None the parent's last checkpoint. Encoder and decoder are the parent's,
    and so is the prior where it is of the same kind; another prior is placed on the chairs anew.
    The new run's curves begin with those of the parent. Closing it leaves nothing.
    Raises RunError, SettingsError.
    """
    yield ForkProgress(0, 3, "reading the weights")
    project.check_may_change()
    parent = Run.open(project.run_folder(parent_name))
    _check_fixed(parent, settings)
    if epoch is None:
        weights, position = read_weights(parent.folder)
    else:
        weights, position = read_snapshot(parent.folder, epoch)
    done = position.epochs_done
    _check_epochs(settings, done)
    weights, keeps_prior = _for_settings(weights, settings, position.points)
    begun = Position(
        points=position.points,
        epochs_done=done,
        ends=[settings.epochs],
        elapsed_s=position.elapsed_s,
        components_placed=keeps_prior and position.components_placed,
    )
    unique = project.new_run_name(name or f"{parent_name}-fork")
    with refusals_told(parent.folder, "forked"):
        about = new_about(Parent(identified(parent.folder).id, parent_name, done))
        with child_folder(project, unique) as folder:
            yield ForkProgress(1, 3, "copying the curves")
            Run.create(folder, settings)
            write_about(folder, about)
            copy_curves(parent, folder, done)
            yield ForkProgress(2, 3, "writing the weights")
            # Adam begins anew: its moments are of other weights, or of another objective.
            write_checkpoint(folder, Checkpoint(begun, weights, {}))
    return Run.open(project.runs_folder / unique)


def _for_settings(
    weights: "dict[str, Tensor]", settings: TrainingSettings, points: int
) -> "tuple[dict[str, Tensor], bool]":
    """Weights for a model of these settings, and whether the prior's are among them."""
    from core.vae import PRIOR_PARAMETERS, build_vae

    fresh = build_vae(settings, points).state_dict()
    own = {name: tensor for name, tensor in fresh.items() if name.startswith(PRIOR_PARAMETERS)}
    given = {name: t for name, t in weights.items() if name.startswith(PRIOR_PARAMETERS)}
    shapes = {name: tensor.shape for name, tensor in own.items()}
    if shapes == {name: tensor.shape for name, tensor in given.items()}:
        return weights, True
    return {name: t for name, t in weights.items() if name not in given} | own, False


def _check_fixed(parent: Run, settings: TrainingSettings) -> None:
    for name in FIXED_BY_WEIGHTS:
        had, wanted = getattr(parent.settings, name), getattr(settings, name)
        if had != wanted:
            raise SettingsError(
                f"{info(name).label} cannot be {wanted} in a fork of {parent.name}, whose weights "
                f"are made for {had}. Leave it, or train a new run."
            )
    if _parts(parent.settings) != _parts(settings):
        raise SettingsError(
            "A fork cannot change to or from the KL estimator “article-b”, which gives the encoder "
            "other outputs. Choose another estimator, or train a new run."
        )


def _check_epochs(settings: TrainingSettings, done: int) -> None:
    if settings.epochs <= done:
        raise SettingsError(
            f"{info('epochs').label} ({settings.epochs}) must be more than the {done} that the "
            "fork begins with; they are counted from the parent's beginning."
        )


def _parts(settings: TrainingSettings) -> int:
    return settings.components if settings.kl == "article-b" else 1


def _check_at_rest(project: Project, name: str, verb: str) -> None:
    folder = project.run_folder(name)
    if is_trained_now(folder) and not folder.is_symlink():  # a link is no part of the training
        raise RunError(f"{name} is being trained and cannot be {verb} now. Stop it first.")
