"""Under which likelihoods a study's log p(x) stands, and how far it carries."""

from typing import Any, Final

from core.metric_words import few_samples_words
from core.study.report.tables import Result, labels_of

_AROUND: Final = {
    "by index": "points in correspondence, where it is a density",
    "nearest": "nearest points, where only its differences mean something",
}


def likelihood_words(result: Result) -> str:
    """What log p(x) is an estimate of, loss by loss where losses differ."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for loss in result["means"]:
        for residual, sigmas in _sigmas(result, loss).items():
            texts = list(dict.fromkeys(f"{sigma:.3g}" for sigma in sorted(sigmas)))
            span = texts[0] if len(texts) == 1 else f"{texts[0]} to {texts[-1]}"
            kinds.setdefault((span, residual), []).append(loss)
    if not kinds:
        return "log p(x) was not estimated."
    parts = [
        f"a Gaussian of deviation {span} around {_AROUND[residual]} ({', '.join(losses)})"
        for (span, residual), losses in kinds.items()
    ]
    return (
        f"log p(x) is importance-sampled, under {' and '.join(parts)}. {_why(result)} “Eff. "
        f"samples” is how many of the {result['plan']['likelihood_samples']} samples carry it, by "
        "Kish's formula."
    )


def _why(result: Result) -> str:
    if result["plan"]["sigma"] is not None:
        return "The deviation was chosen and is not that of the trainings."
    text = "The deviation is what the weight of the KL stands for, √(beta · N / 2) at N points"
    if "emd" in result["means"]:
        text += "; with emd, the one under which each run's training chairs are most likely"
    return f"{text}."


def likelihood_cautions(result: Result, loss: str) -> list[str]:
    """That hardly more than one sample carries log p(x), with the models of which it is so."""
    samples = result["plan"]["likelihood_samples"]
    labels = labels_of(result)
    few = {
        key: each["effective_samples"]
        for key, each in result["figures"][loss].items()
        if each
        and each["effective_samples"] is not None
        and few_samples_words(each["effective_samples"], samples) is not None
    }
    if not few:
        return []
    words = few_samples_words(max(few.values()), samples)
    named = "every model" if len(few) == sum(map(bool, result["figures"][loss].values())) else None
    return [f"{words} This is so of {named or ', '.join(labels[key] for key in few)}."]


def _sigmas(result: Result, loss: str) -> dict[str, set[float]]:
    """Sigmas of the estimates of a loss, by residual."""
    found: dict[str, set[float]] = {}
    for cell in result["cells"]:
        likelihood: Any = cell.get("likelihood")
        if cell["loss"] == loss and likelihood:
            found.setdefault(likelihood["residual"], set()).add(likelihood["sigma"])
    return found
