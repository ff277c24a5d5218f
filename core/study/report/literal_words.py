"""What the article's formulas as printed came to: a claim only where its figures carry it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from core.metric_words import LABELS
from core.study.report.tables import Result

Record = Mapping[str, Any]

_WITHOUT_END: Final = 10.0
"""A term that has grown so many times since the first epoch, and is the largest at the last."""


def literal_sentences(result: Result) -> list[str]:
    """A sentence for each formula, and the opposite of its claim where the figures say that."""
    return [_sentence(each, result) for each in result["literal"]]


def _sentence(each: Record, result: Result) -> str:
    stopped = f" The training stopped: {each['failed']}" if each["failed"] else ""
    judge = _JUDGES.get(each["key"])
    words = each["claim"] if judge is None else judge(each, result)
    return f"{each['label']}: {words}{stopped}"


def _of_divergence(each: Record, _: Result) -> str:
    sizes = [abs(kl) for kl in each["curves"]["kl"] if kl is not None]
    if each["failed"]:
        return str(each["claim"])
    if len(sizes) < 2:
        return "one epoch does not tell whether its term grows without end."
    grew = sizes[-1] == max(sizes) and sizes[-1] >= _WITHOUT_END * sizes[0]
    course = f"from {_nats(sizes[0])} to {_nats(sizes[-1])} nats in {len(sizes)} epochs"
    if grew:
        return f"{each['claim']} The size of its term grew {course}, without end in sight."
    return f"no divergence is seen in this training: the size of its term went {course}."


def _of_collapse(each: Record, _: Result) -> str:
    active = each.get("active_units")
    if active is None:
        return "the training left nothing to tell whether it collapses."
    axes = f"{active} of {each['latent']} latent axes tell chairs apart"
    if active == 0:
        return f"{each['claim']} Here {axes}."
    return f"no full collapse is seen in this training: {axes}."


def _of_reading_a(each: Record, result: Result) -> str:
    gaps = result.get("literal_gaps")
    if gaps is None:
        return _of_reading_a_by_figures_of_old(each, result)
    names = [LABELS[metric] for metric in gaps]
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    if max(gaps.values()) == 0.0:
        return (
            f"{each['claim']} {listed} of every test chair are the same as with no KL at all, to "
            "the last bit."
        )
    found = ", ".join(f"{gap:.1e} in {LABELS[metric]}" for metric, gap in gaps.items())
    return f"not the same as no KL at all in this training: on a test chair, up to {found}."


def _of_reading_a_by_figures_of_old(each: Record, result: Result) -> str:
    """Records that an earlier program kept have rounded CD₁ alone."""
    other: Record = next((one for one in result["literal"] if one["key"] == "no-kl"), {})
    if not each.get("cd_1") or not other.get("cd_1"):
        return "it could not be compared with no KL at all, for one of the two has no figures."
    gap = max(abs(a - b) for a, b in zip(each["cd_1"], other["cd_1"], strict=True))
    if gap == 0.0:
        return (
            f"{each['claim']} CD₁ of every test chair is the same as with no KL at all, in all "
            "seven decimals that were kept; CD² and EMD were not compared."
        )
    return f"not the same as no KL at all in this training: up to {gap:.1e} in CD₁ on a test chair."


_JUDGES: Final[Mapping[str, Callable[[Record, Result], str]]] = {
    "printed-7": _of_divergence,
    "weight-1": _of_collapse,
    "reading-b": _of_collapse,
    "reading-a": _of_reading_a,
}


def _nats(size: float) -> str:
    return f"{size:.1e}" if size >= 10_000 else f"{size:.3g}"
