"""The report in order: what was found first, how it was found last."""

from typing import Any, Final

from core.study.plan import LOSS_LABELS
from core.study.report import tables
from core.study.report.blocks import Block, Bullets, Drawn, Folded, Heading, Picture, Words
from core.study.report.likelihood_words import likelihood_cautions, likelihood_words
from core.study.report.literal_words import literal_sentences
from core.study.report.settings_table import settings_table
from core.study.report.tables import Result, Table

TITLE: Final = "Does a mixture prior help?"

_CORRECTED: Final = (
    "Differences are of the first minus the second model, over test chairs, each averaged over the "
    "seeds. Intervals come from a bootstrap over chairs and seeds at once. p of the t-test and of "
    "Wilcoxon's test are corrected by Holm's method over all comparisons of the study; “seeds p” "
    "is a paired t-test over the seeds' means, not corrected. “Shown” asks all three p to be below "
    "0.05 and the interval to leave out zero."
)


def story(result: Result, drawn: Drawn) -> tuple[Block, ...]:
    """All blocks of the report, below its title."""
    blocks: list[Block] = [Words(_scope(result), "muted")]
    blocks += _answer(result, drawn)
    blocks += _nine(result, drawn)
    blocks += _means(result, drawn)
    blocks += _comparisons(result)
    blocks += _figures(result, drawn)
    if result["literal"]:
        blocks += _literal(result, drawn)
    blocks += _how(result, drawn)
    return tuple(blocks)


def _scope(result: Result) -> str:
    library, plan = result["library"], result["plan"]
    return (
        f"{len(result['models'])} models, {len(plan['losses'])} losses, {plan['seeds']} "
        f"{'seed' if plan['seeds'] == 1 else 'seeds'}: {len(result['cells'])} trainings on "
        f"{library['train']:,} chairs, judged on {library['test']:,} test chairs that none of them "
        f"saw, as clouds of {library['points']:,} points. Distances are in units of a chair's "
        "radius; compare them with figures of the same number of points only."
    )


def _answer(result: Result, drawn: Drawn) -> list[Block]:
    said = result["conclusions"]
    blocks: list[Block] = [Words(said["verdict"], "verdict")]
    for question in said["questions"]:
        blocks.append(
            Words(
                f"The article's MoG-VAE against the plain VAE, trained with "
                f"{LOSS_LABELS[question['loss']]}:"
            )
        )
        blocks.append(Bullets(tuple(question["sentences"])))
    blocks.append(Bullets(tuple(said["limits"])))
    blocks.append(
        Picture(
            "effects",
            drawn.figures["effects"],
            "Differences with 95 % intervals, in per cent of the second model's mean; left of zero "
            "the first is better. Circles: CD₁; squares: EMD; filled where a difference is shown.",
        )
    )
    return blocks


def _nine(result: Result, drawn: Drawn) -> list[Block]:
    blocks: list[Block] = [
        Heading("Nine designs, as in the article"),
        Words(
            "Nine test chairs, evenly spread over all of them and chosen before anything was "
            "measured. Values are means over the seeds; the better of each pair is bold, which "
            "says nothing yet of chance. The article's own means are of other chairs and of 5,000 "
            "points, and fall with the number of points.",
            "muted",
        ),
    ]
    for loss in result["means"]:
        table = tables.nine_designs(result, loss)
        if table is not None:
            blocks.append(table)
    return blocks + [drawn.sheets[loss] for loss in result["means"] if loss in drawn.sheets]


def _means(result: Result, drawn: Drawn) -> list[Block]:
    return [
        Heading("All test chairs"),
        Words(
            "Means over chairs and seeds; “seeds” is the standard deviation of the seeds' means. "
            "The floor is what a perfect reconstruction would get: another sample of the same "
            "surface.",
            "muted",
        ),
        *(tables.means(result, loss) for loss in result["means"]),
        Picture(
            "seeds",
            drawn.figures["seeds"],
            "The mean over the test chairs of each training, a dot a seed; bars are their means.",
        ),
        Picture(
            "curves",
            drawn.figures["curves"],
            "Epoch by epoch, mean of the seeds: the training's own loss on test chairs, the KL by "
            "the training's own estimator, and the latent axes along which codes vary.",
        ),
    ]


def _comparisons(result: Result) -> list[Block]:
    return [
        Heading("Paired differences"),
        Words(_CORRECTED, "muted"),
        *(tables.comparisons(result, loss, ("cd_1", "emd")) for loss in result["means"]),
        Folded(
            "The same for CD² and the F-score",
            tuple(
                tables.comparisons(result, loss, ("cd_sq", "f_score")) for loss in result["means"]
            ),
        ),
    ]


def _figures(result: Result, drawn: Drawn) -> list[Block]:
    plan = result["plan"]
    blocks: list[Block] = [
        Heading("New shapes, likelihood and latent space"),
        Words(
            f"MMD, coverage and 1-NNA compare {min(plan['generated'], result['library']['test'])} "
            "clouds drawn from the prior with as many test chairs (PointFlow's definitions), of "
            f"{_points(plan['generation_points'], result)} points each for CD² and of "
            f"{_points(plan['generation_emd_points'], result)} for EMD; JSD is of the former. "
            "Coverage is best at 1, 1-NNA at 0.5, the rest at 0. "
            f"{likelihood_words(result)} Used components is exp of the usage's entropy. ARI is the "
            "agreement of components with the families of made chairs, probe how often a linear "
            "classifier names the family from the code (always naming the largest: "
            f"{_guess(result)}). The last row has the plain VAE's networks with a mixture fitted "
            "to its codes afterwards.",
            "muted",
        ),
    ]
    for loss in result["means"]:
        blocks.append(tables.figures(result, loss))
        blocks += [Words(caution) for caution in likelihood_cautions(result, loss)]
        blocks.append(
            Picture(
                f"latent-{loss.replace('+', '-')}",
                drawn.figures[f"latent-{loss.replace('+', '-')}"],
                f"Codes of all chairs, {loss}, first seed, along the two axes on which they vary "
                "most; colour: most responsible component; ellipses: 1 and 2 standard deviations.",
            )
        )
    return blocks


def _literal(result: Result, drawn: Drawn) -> list[Block]:
    return [
        Heading("The article's formulas as printed"),
        Words(
            f"Short trainings ({result['plan']['literal_epochs']} epochs) of the article's "
            "networks with each formula at the weight of 1 that the article gives it. “Spread” is "
            "how far the reconstructions of different chairs lie from each other: where it is near "
            "zero, every chair becomes the same.",
            "muted",
        ),
        tables.literal(result),
        Bullets(tuple(literal_sentences(result))),
        Picture(
            "literal",
            drawn.figures["literal"],
            "The size of the term that stands for the KL, on a logarithmic scale.",
        ),
    ]


def _how(result: Result, drawn: Drawn) -> list[Block]:
    plan = result["plan"]
    settings = Table(
        "What was asked for",
        ("setting", "value"),
        tuple((name.replace("_", " "), _plan_text(value)) for name, value in plan.items()),
    )
    of_models = settings_table(result)
    library = result["library"]
    facts = Table(
        "Chairs, versions, effort",
        ("", ""),
        (
            ("training chairs", f"{library['train']}, {library['made_train']} of them made"),
            ("test chairs", f"{library['test']}, {library['made_test']} of them made"),
            ("points of a cloud", f"{library['points']}"),
            ("chairs' digest", library["digest"]),
            ("seeds", ", ".join(map(str, result.get("seeds", range(plan["seeds"]))))),
            *result.get("versions", {}).items(),
            *drawn.facts.items(),
        ),
    )
    trouble = [
        f"{cell['name']}: {sentence}"
        for cell in result["cells"]
        for sentence in ([cell["failed"]] if cell["failed"] else []) + cell["alarms"]
    ]
    blocks: list[Block] = [
        Heading("How it was done"),
        Words(
            "All models share networks, loss, KL weight and seeds. They differ in the prior, and "
            "in how its KL is computed: in closed form (analytic) for one Gaussian, by samples "
            "(monte_carlo) for mixtures, which have no closed form. Beyond the article: the right "
            "KL at a weight that leaves the codes something to say, batch normalisation, a "
            "one-cycle learning rate. The learned Gaussian is the control: in theory it is the "
            "plain VAE in other coordinates, so what a mixture gains has to be gained over it as "
            "well. The same command on the same chairs gives the same figures.",
        ),
        settings,
        *([] if of_models is None else [of_models]),
        facts,
    ]
    if trouble:
        blocks.append(
            Folded(f"Alarms of the trainings ({len(trouble)})", (Bullets(tuple(trouble)),))
        )
    return blocks


def _plan_text(value: Any) -> str:
    if value is None:
        return "each run's own"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _points(asked: int, result: Result) -> str:
    return f"{min(asked, result['library']['points']):,}"


def _guess(result: Result) -> str:
    for of_loss in result["figures"].values():
        for each in of_loss.values():
            if each and each["guess_accuracy"] is not None:
                return f"{each['guess_accuracy']:.2f}"
    return tables.DASH
