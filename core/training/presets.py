"""Settings to start from: what we recommend, and what the study did."""

from core.training.settings import TrainingSettings, kl_choices


def recommended(prior: str = "mog") -> TrainingSettings:
    """What gives good chairs and a latent space in which every axis is used.

    The defaults of `TrainingSettings` with the best KL estimator for the prior; raises
    SettingsError for a prior that there is not.
    """
    return TrainingSettings(prior=prior, kl=_best_kl(prior), preset="recommended")


def article(prior: str = "mog") -> TrainingSettings:
    """What the study did: its networks, learning rate and loss, K = 2.

    Three things differ, or there would be nothing to look at. The KL is the right one (as printed
    it diverges). Its weight is 1e-3 (at weight 1 the posterior collapses). The squared error is
    taken between points in correspondence (in random order it only draws all points together).
    The study does not name batch and epochs; its learning rate of 1e-5 is a slow one.
    """
    return TrainingSettings(
        prior=prior,
        components=2,
        decoder="article",
        batch_norm=False,
        loss="mse",
        kl=_best_kl(prior),
        beta=1e-3,
        warm_up_epochs=0,
        learning_rate=1e-5,
        schedule="constant",
        prior_learning_rate=1e-5,
        gradient_clip=0.0,
        points_per_step=0,
        initialise_components=False,
        pretraining_epochs=0,
        preset="article",
    )


PRESETS = {"recommended": recommended, "article": article}
"""Presets by the name they have in settings and on the command line."""


def _best_kl(prior: str) -> str:
    try:
        return kl_choices(prior)[0]
    except KeyError:
        return "monte_carlo"  # the settings will say which priors there are
