"""Runs in words: what the Runs dock writes of each."""

from datetime import datetime

from core.run_list import RunEntry, generations
from core.training.settings import TrainingSettings
from mogvae_gui.views.run_tree import RunRow
from mogvae_gui.views.runs_panel import RunDetails
from mogvae_gui.views.words import short_number

PRIOR_WORDS = {"standard": "VAE", "gaussian": "Gaussian", "mog": "MoG", "vamp": "Vamp"}


def run_rows(
    entries: tuple[RunEntry, ...], in_view: str | None, watched: str | None = None
) -> tuple[RunRow, ...]:
    """Rows of all runs, each parent before its forks."""
    family = generations(entries)
    rows: list[RunRow] = []

    def add(parent: str | None) -> None:
        for entry in family.get(parent, ()):
            rows.append(_row(entry, parent, in_view, entry.name == watched))
            add(entry.name)

    add(None)
    return tuple(rows)


def run_details(entry: RunEntry, can_edit: bool) -> RunDetails:
    """What stands below the tree."""
    return RunDetails(entry.name, _lines(entry), entry.notes, can_edit)


def _lines(entry: RunEntry) -> tuple[str, ...]:
    """What is known of a run, the most wanted first."""
    lines = [_standing_words(entry)]
    if entry.cd_1 is not None:
        lines.append(f"CD₁ {short_number(entry.cd_1)} on the test chairs")
    if entry.settings is not None:
        lines.append(_long_model_words(entry.settings))
    if entry.parent_name:
        lines.append(_origin_words(entry))
    if entry.lies_in:
        lines.append(f"Lies in {entry.lies_in}")
    last = []
    if entry.started_at is not None:
        last.append(f"Made {when(entry.started_at)}")
    if entry.kept_epochs:
        last.append(f"{_epochs(len(entry.kept_epochs))} kept")
    return (*lines, *(part for part in (" · ".join(last),) if part))


def _origin_words(entry: RunEntry) -> str:
    name = entry.parent or f"{entry.parent_name}, which is gone"
    fitted = entry.fitted
    if fitted is None:
        return f"Forked at epoch {entry.parent_epoch} of {name}"
    chairs = "1 training chair" if fitted.chairs == 1 else f"{fitted.chairs:,} training chairs"
    since = "" if entry.is_only_fitted else "; trained on since"
    return (
        f"Its mixture was fitted afterwards, to the codes that {name} gave {chairs} at epoch "
        f"{entry.parent_epoch} (seed {fitted.seed}){since}"
    )


def when(moment: datetime) -> str:
    """A moment of the past as people say it: "today 14:02", "21 Nov 14:02", "3 May 2025"."""
    local, now = moment.astimezone(), datetime.now().astimezone()
    if local.date() == now.date():
        return f"today {local:%H:%M}"
    if local.year == now.year:
        return f"{local.day} {local:%b %H:%M}"
    return f"{local.day} {local:%b %Y}"


def _row(entry: RunEntry, parent: str | None, in_view: str | None, is_watched: bool) -> RunRow:
    settings = entry.settings
    standing = {
        "training": f"training, epoch {entry.epochs_done} of {entry.epochs_planned}",
        "new": "not trained",
        "damaged": "damaged",
        "failed": f"failed: {entry.message}",
        "stopped": f"stopped at {entry.epochs_done} of {entry.epochs_planned}",
        "killed": f"ended unasked at {entry.epochs_done} of {entry.epochs_planned}",
        "done": _epochs(entry.epochs_done),
    }[entry.standing]
    started = "" if entry.started_at is None else when(entry.started_at)
    broken = entry.standing in ("failed", "damaged")
    return RunRow(
        name=entry.name,
        parent=parent,
        standing="watched" if is_watched else entry.standing,
        model="" if settings is None or broken else _model_words(entry, settings),
        course=standing if broken or not started else f"{standing} · {started}",
        figure="" if entry.cd_1 is None else f"CD₁ {short_number(entry.cd_1)}",
        tooltip="\n".join(_lines(entry)),
        in_view=entry.name == in_view,
        can_rename=entry.standing != "training" or bool(entry.lies_in),
    )


def _model_words(entry: RunEntry, settings: TrainingSettings) -> str:
    prior, *rest = model_words(settings).split(" · ")
    return " · ".join([f"{prior} fitted" if entry.is_only_fitted else prior, *rest])


def model_words(settings: TrainingSettings) -> str:
    """A model in a few letters: "MoG 8 · d 3"."""
    prior = PRIOR_WORDS.get(settings.prior, settings.prior)
    count = f" {settings.components}" if settings.has_components else ""
    return f"{prior}{count} · d {settings.latent}"


def _long_model_words(settings: TrainingSettings) -> str:
    prior = {
        "standard": "Standard normal prior",
        "gaussian": "Learned Gaussian prior",
        "mog": f"Mixture of {settings.components} Gaussians",
        "vamp": f"VampPrior of {settings.components}",
    }.get(settings.prior, settings.prior)
    return f"{prior}, latent size {settings.latent}, loss {settings.loss}, seed {settings.seed}"


def _standing_words(entry: RunEntry) -> str:
    done, planned = entry.epochs_done, entry.epochs_planned
    return {
        "new": "Not trained yet",
        "training": f"Training: epoch {done} of {planned}",
        "stopped": f"Stopped after epoch {done} of {planned}; it can be resumed",
        "killed": f"Its program ended unasked after epoch {done} of {planned}; it can be resumed",
        "failed": entry.message or "Stopped by an error",
        "damaged": entry.message,
        "done": f"Trained for {_epochs(done)}"
        + (", all before it had a mixture" if entry.is_only_fitted else ""),
    }[entry.standing]


def _epochs(count: int) -> str:
    return "1 epoch" if count == 1 else f"{count:,} epochs"
