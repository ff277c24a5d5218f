"""What a study's figures say, in sentences that they carry."""

from collections.abc import Sequence
from typing import Any, Final

from core.metric_words import LABELS
from core.plain_conclusion import conclusion
from core.study.plan import CONTROL, PLAIN, StudyModel, StudyPlan
from core.study.statistics import LEVEL, ModelComparison

ARTICLE_METRICS: Final = ("cd_1", "emd")
"""Those by which the article judges."""

ARTICLE_POINTS: Final = 5000

_DECODERS: Final = {"blendshape": "one of blend shapes", "pointwise": "a point-wise network"}


def conclusions(
    plan: StudyPlan, comparisons: Sequence[ModelComparison], points: int
) -> dict[str, Any]:
    """The verdict, the answers to the article's questions, and what they leave open."""
    return {
        "verdict": verdict(plan, comparisons),
        "questions": questions(plan, comparisons),
        "limits": limits(plan, comparisons, points),
    }


def verdict(plan: StudyPlan, comparisons: Sequence[ModelComparison]) -> str:
    """Whether mixtures reconstruct better: against the plain VAE and against the control."""
    labels = {model.key: model.label for model in plan.models}
    mixtures = [model.key for model in plan.models if model.is_mixture]
    judged = [
        each for each in comparisons if each.first in mixtures and each.metric in ARTICLE_METRICS
    ]
    against_plain = [each for each in judged if each.second == PLAIN]
    if not mixtures:
        return "No mixture was trained, so nothing can be said of mixtures."
    if not against_plain:
        return (
            "Nothing can be said of mixtures: with no loss and seed did both the plain VAE and a "
            "mixture come to the end of their training. The record says what ended them."
        )
    better = [each for each in against_plain if each.shows_difference and each.first_is_better]
    worse = [each for each in against_plain if each.shows_difference and not each.first_is_better]
    count = len(against_plain)
    counted = f"{count} comparisons" if count > 1 else "the one comparison"
    scope = f"In {counted} of a mixture prior with the plain VAE (CD₁ and EMD, {_losses(plan)})"
    if plan.seeds == 1:
        return _of_one_seed(scope, against_plain)
    control = _against_control(judged)
    if not better and not worse:
        return f"No difference shown. {scope}, none shows one.{control}"
    parts = [_counted(better, "a better reconstruction"), _counted(worse, "a worse one")]
    text = f"{scope}, {' and '.join(part for part in parts if part)}"
    rest = count - len(better) - len(worse)
    text += f"; no difference is shown in the other {rest}." if rest else "."
    beating = _beating_both(judged, better)
    if not better:
        return f"No mixture is shown to be better. {text}{control}"
    if not any(each.second == CONTROL for each in judged):
        return f"{text} There was no learned Gaussian as a control."
    if beating:
        named = "; ".join(
            f"{labels[each.first]} with {each.loss} in {LABELS[each.metric]}" for each in beating
        )
        return f"{text} Better than the control, the learned Gaussian, as well: {named}."
    return (
        f"No gain from mixing shown. {text} None of these is shown to be better than the learned "
        "Gaussian, the control, so the mixture is not shown to be what helps."
    )


def _of_one_seed(scope: str, against_plain: Sequence[ModelComparison]) -> str:
    """What single trainings allow to be said: nothing of the models."""
    differ = [each for each in against_plain if each.paired.trainings_differ]
    parts = [
        _counted([each for each in differ if each.first_is_better], "the mixture ahead"),
        _counted([each for each in differ if not each.first_is_better], "the mixture behind"),
    ]
    found = " and ".join(part for part in parts if part) or "none shows a difference"
    return (
        f"No claim about the models: with one seed, this is of these trainings only. {scope}, "
        f"{found}; another seed may turn it round. Train at least two seeds, better five."
    )


def _against_control(judged: Sequence[ModelComparison]) -> str:
    """What the same comparisons with the learned Gaussian show, where it was trained."""
    pairs = [each for each in judged if each.second == CONTROL]
    if not pairs:
        return ""
    shown = [each for each in pairs if each.shows_difference]
    text = " Of as many comparisons with the learned Gaussian, the control, "
    if not shown:
        return f"{text}none does either."
    better = [each for each in shown if each.first_is_better]
    worse = [each for each in shown if not each.first_is_better]
    parts = [
        _counted(better, "the mixture to be better"),
        _counted(worse, "the mixture to be worse"),
    ]
    return f"{text}{' and '.join(part for part in parts if part)}."


def questions(plan: StudyPlan, comparisons: Sequence[ModelComparison]) -> list[dict[str, Any]]:
    """The article's comparison with each loss: its MoG-VAE against the plain VAE."""
    mixture = plan.article_mixture
    if mixture is None:
        return []
    labels = {model.key: model.label for model in plan.models}
    return [
        {
            "loss": loss,
            "sentences": [
                conclusion(each.metric, each.paired, labels[each.first], labels[each.second])
                + _only_these_seeds(each)
                for each in comparisons
                if _is_articles(each, loss, mixture)
            ],
        }
        for loss in plan.losses
    ]


def limits(plan: StudyPlan, comparisons: Sequence[ModelComparison], points: int) -> list[str]:
    """What the figures do not say; clouds had so many points."""
    sentences = [
        f"p values are corrected by Holm's method over all {len(comparisons)} comparisons of this "
        "study. A difference is shown only where both corrected tests over chairs are below 0.05, "
        "the interval leaves out zero, and the t-test over seeds is below 0.05 as well."
    ]
    if plan.seeds == 1:
        sentences.append("With one seed nothing is known of how trainings differ by chance.")
    else:
        sentences.append(
            f"Intervals are over other chairs and other seeds ({plan.seeds} were trained)."
        )
    sentences.append(
        f"Each model was trained for {plan.epochs} epochs with {plan.points_per_step} points a "
        f"step at latent size {plan.latent}; longer trainings, more chairs or other networks may "
        "come out otherwise."
    )
    sentences += network_limits(plan.decoder, points)
    return sentences


def network_limits(decoder: str, points: int) -> list[str]:
    """In what the trainings are not the article's, apart from the formulas."""
    other = []
    if decoder != "article":
        other.append(f"the decoder is {_DECODERS[decoder]}, not the article's network")
    if points != ARTICLE_POINTS:
        other.append(f"clouds have {points:,} points, the article's {ARTICLE_POINTS:,}")
    return [f"These are not the article's own trainings: {'; '.join(other)}."] if other else []


def _only_these_seeds(each: ModelComparison) -> str:
    """Why low p values alone show nothing: they are over chairs, of trainings that vary too."""
    p_values = (each.p_t_corrected, each.p_wilcoxon_corrected)
    if each.shows_difference or any(p is None or p >= 1 - LEVEL for p in p_values):
        return ""
    over_seeds = "" if each.p_seeds is None else f" (t-test over seeds p = {each.p_seeds:.2g})"
    return (
        " The tests see a difference between these trainings, which other seeds may not show"
        f"{over_seeds}."
    )


def _is_articles(each: ModelComparison, loss: str, mixture: StudyModel) -> bool:
    return (
        each.loss == loss
        and each.metric in ARTICLE_METRICS
        and (each.first, each.second) == (mixture.key, PLAIN)
    )


def _beating_both(
    judged: Sequence[ModelComparison], better: Sequence[ModelComparison]
) -> list[ModelComparison]:
    """Those of `better` whose mixture is shown to beat the control in the same place too."""
    beaten = {
        (each.loss, each.metric, each.first)
        for each in judged
        if each.second == CONTROL and each.shows_difference and each.first_is_better
    }
    return [each for each in better if (each.loss, each.metric, each.first) in beaten]


def _counted(comparisons: Sequence[ModelComparison], what: str) -> str:
    if not comparisons:
        return ""
    return f"{len(comparisons)} {'shows' if len(comparisons) == 1 else 'show'} {what}"


def _losses(plan: StudyPlan) -> str:
    return "one loss" if len(plan.losses) == 1 else f"{len(plan.losses)} losses"
