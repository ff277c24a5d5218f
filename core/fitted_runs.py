"""Runs with a mixture fitted afterwards: the weights of a plain VAE, and another prior.

Axes: chairs of the library n, latent size d, components K.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from core.child_runs import child_folder, copy_curves, refusals_told
from core.errors import RunError
from core.figure_progress import FigureProgress
from core.fit_checks import check_components, check_enough_chairs, reason_not_fitted
from core.project import Project
from core.steps import without_pauses
from core.training.about import FittedPrior, Parent, identified, new_about, write_about
from core.training.checkpoint import Checkpoint, Position, read_weights, write_checkpoint
from core.training.run import LibraryCodes, Run

if TYPE_CHECKING:  # loading torch takes a second, and whether a run can be fitted is asked without
    from core.fitted_mixture import FittedModel
    from core.library import Chair

_ROOM_FOR_NAME: Final = 40
"""Letters of the parent's name in that of the new run, so that the number stays in sight."""


def fitted_name(project: Project, parent_name: str, components: int) -> str:
    """How a run with a mixture fitted afterwards is called that nobody named."""
    counted = "1 component" if components == 1 else f"{components} components"
    return project.new_run_name(f"{parent_name[:_ROOM_FOR_NAME]} with {counted}")


def check_fit(project: Project, parent_name: str, components: int, name: str = "") -> Run:
    """The run that a mixture is fitted to; looks at small files only.

    Raises SettingsError, LibraryError, ProjectError or RunError for a fit that cannot be.
    """
    project.check_may_change()
    check_components(components)
    names = project.run_names()
    if parent_name not in names:
        raise RunError(f"The project has no run “{parent_name}” any more. Choose another one.")
    if name.casefold() in {each.casefold() for each in names}:
        raise RunError(f"There is a run “{name}” already. Choose another name for the new one.")
    parent = Run.open(project.run_folder(parent_name))
    reason = reason_not_fitted(parent.settings)
    if reason:
        raise RunError(f"{parent_name}: no mixture can be fitted. {reason}")
    if parent.state.epochs_done < 1:
        raise RunError(
            f"{parent_name}: there are no codes to fit a mixture to yet. Train it for at least one "
            "epoch."
        )
    check_enough_chairs(project.library, components)
    return parent


def fit_run(
    project: Project, parent_name: str, components: int, *, seed: int = 0, name: str = ""
) -> Run:
    """`fitting` without pauses."""
    return without_pauses(fitting(project, parent_name, components, seed=seed, name=name))


def fitting(
    project: Project, parent_name: str, components: int, *, seed: int = 0, name: str = ""
) -> Generator[FigureProgress, None, Run]:
    """Make a run of a trained one whose prior is a mixture fitted to its training chairs' codes.

    Encoder and decoder are the parent's, and so are the curves: nothing was trained. Training the
    new run for more epochs goes on with encoder, decoder and the mixture together. Closing it
    leaves nothing. Raises as `check_fit`, and RunError where the disk refuses.
    """
    parent = check_fit(project, parent_name, components, name)
    yield FigureProgress(0, 1, "Reading the weights")
    from core.fitted_mixture import fitted_model
    from core.shape_model import ShapeModel

    weights, position = read_weights(parent.folder)
    model = ShapeModel(parent.settings, position.points, weights)
    library = project.library
    chairs = library.chairs
    fitted = yield from fitted_model(model, library, components, seed)
    yield FigureProgress(0, 1, "Writing the run")
    done = position.epochs_done
    settings = fitted.model.settings.with_changes(epochs=done)
    begun = Position(
        points=position.points,
        epochs_done=done,
        ends=[done],
        elapsed_s=position.elapsed_s,
        components_placed=True,  # more training starts from these, not from k-means
    )
    with refusals_told(parent.folder, "given a mixture"):
        origin = Parent(identified(parent.folder).id, parent_name, done)
        about = new_about(origin, FittedPrior(components, fitted.chairs, seed))
        unique = project.new_run_name(name or fitted_name(project, parent_name, components))
        with child_folder(project, unique) as folder:
            run = Run.create(folder, settings)
            write_about(folder, about)
            copy_curves(parent, folder, done)
            # No moments of Adam: those of the parent are of another objective.
            write_checkpoint(folder, Checkpoint(begun, fitted.model.state(), {}))
            run.write_codes(_codes_of(fitted, chairs))
            run.write_state("end", done)
    return Run.open(project.run_folder(unique))


def _codes_of(fitted: "FittedModel", chairs: "tuple[Chair, ...]") -> LibraryCodes:
    return LibraryCodes(
        ids=tuple(chair.id for chair in chairs),
        codes=fitted.codes,
        log_vars=fitted.log_vars,
        responsibilities=fitted.model.responsibilities(fitted.codes),
        exact=True,
        posed_hashes=tuple(chair.posed_hash for chair in chairs),
    )
