"""Trains the demo project again, from a fixed seed, and packs it into resources/demo.

    python tools/make_demo.py [--epochs N] [--pack-only | --look-only]

The model learns from made chairs and from half of the sample chairs. The project that ships holds
all sample chairs and a part of the made ones. Settings and figures are kept beside it in
demo.json.
"""

import argparse
import csv
import json
import shutil
import sys
from pathlib import Path

import numpy as np

from core.atomic import write_json
from core.demo import pack_demo
from core.importing import import_paths
from core.library import Library
from core.made_chairs import add_made_chairs
from core.metrics import compare_clouds
from core.project import Project
from core.training.checkpoint import delete_optimiser
from core.training.presets import recommended
from core.training.reports import EpochReport, TrainingRequest
from core.training.run import LibraryCodes, Run
from core.training.train import train
from tools.demo_first_look import keep_first_look

ROOT = Path(__file__).resolve().parent.parent
CHAIRS = ROOT / "resources" / "chairs"
DEMO = ROOT / "resources" / "demo"
WORK = ROOT / "build" / "demo"

SEED = 0
TRAINED_MADE_CHAIRS = 600
SHIPPED_MADE_CHAIRS = 120
RUN = "MoG-VAE"
FIRST_CHAIR = "plaid-chair"  # real, and near enough to show what the stage is for
EPOCHS = 150
LARGEST_RUN_MB = 15


def main() -> None:
    """Build the library, train, choose what ships, pack, and say how good it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument(
        "--pack-only", action="store_true", help="pack the run that build/demo holds already"
    )
    parser.add_argument(
        "--look-only", action="store_true", help="only choose anew what the demo shows first"
    )
    options = parser.parse_args()
    if options.look_only:
        keep_first_look(DEMO, RUN, FIRST_CHAIR)
        return
    if not options.pack_only:
        shutil.rmtree(WORK, ignore_errors=True)
    if (WORK / "trained" / "library").exists():
        shutil.rmtree(WORK / "trained" / "library")
        shutil.rmtree(WORK / "shipped", ignore_errors=True)
        library = Library.create(WORK / "trained" / "library")
    else:
        library = Project.create(WORK / "trained").library
    fill(library, TRAINED_MADE_CHAIRS)
    folder = WORK / "trained" / "runs" / RUN
    run = Run.open(folder) if options.pack_only else train_run(folder, library, options.epochs)
    figures = measure(library, run)

    shipped = Project.create(WORK / "shipped")
    fill(shipped.library, SHIPPED_MADE_CHAIRS)
    shutil.copytree(run.folder, shipped.runs_folder / RUN, ignore=without_events)
    delete_optimiser(shipped.runs_folder / RUN)
    keep_codes(shipped.library, Run.open(shipped.runs_folder / RUN))
    write_json(
        shipped.folder / "demo.json",
        {
            "made_by": "tools/make_demo.py",
            "seed": SEED,
            "epochs": run.state.epochs_done,
            "training_chairs": len(library.indices("train")),
            "test_chairs": len(library.indices("test")),
            "training_seconds": round(run.state.elapsed_s),
            "test": figures,
        },
    )
    pack_demo(shipped.folder, DEMO)
    keep_first_look(DEMO, RUN, FIRST_CHAIR)
    size = sum(path.stat().st_size for path in (DEMO / "runs").rglob("*") if path.is_file())
    print(json.dumps(figures, indent=1), f"run {size / 1e6:.1f} MB")
    if size > LARGEST_RUN_MB * 1e6:
        sys.exit(f"The run has {size / 1e6:.1f} MB; at most {LARGEST_RUN_MB} MB may ship.")


def train_run(folder: Path, library: Library, epochs: int) -> Run:
    """Train "Recommended" from the fixed seed."""
    run = Run.create(folder, recommended("mog").with_changes(epochs=epochs, seed=SEED))
    for report in train(TrainingRequest(run.folder, library.folder)):
        if isinstance(report, EpochReport):
            show(report)
    return run


def without_events(_folder: str, names: list[str]) -> list[str]:
    """What need not ship."""
    return [name for name in names if name == "events"]


def fill(library: Library, made: int) -> None:
    """All sample chairs, every second one for testing, and the first `made` made chairs."""
    known = attribution()
    importing = import_paths(
        library, [CHAIRS], seed=SEED, metadata_of=lambda path: known.get(relative(path), {})
    )
    for _ in importing:
        pass
    if importing.report.refused:
        sys.exit(f"A sample chair did not come in: {importing.report.refused[0]}")
    by_content = sorted(library.chairs, key=lambda chair: chair.content_hash)
    library.set_split([chair.id for chair in by_content[::2]], "train")
    library.set_split([chair.id for chair in by_content[1::2]], "test")
    for _ in add_made_chairs(library, made, SEED):
        pass


def relative(path: Path) -> str:
    """A sample chair as the attribution file calls it."""
    return path.resolve().relative_to(CHAIRS.resolve()).as_posix()


def attribution() -> dict[str, dict[str, str | float | int]]:
    """Creator, licence and kind of each sample chair."""
    known: dict[str, dict[str, str | float | int]] = {}
    with (CHAIRS / "ATTRIBUTION.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            notes = dict(
                part.strip().split("=", 1) for part in row["note"].split(";") if "=" in part
            )
            creator = notes.get("creator", row["file"].split("/")[0].capitalize())
            known[row["file"]] = {
                "family": "sample " + row["kind"],
                "creator": creator,
                "licence": row["licence"],
            }
    return known


def show(report: EpochReport) -> None:
    """A line each ten epochs, and every alarm."""
    for alarm in report.alarms:
        print("!", alarm)
    if report.epoch % 10 == 0 or report.epoch == report.epochs:
        print(
            f"epoch {report.epoch} of {report.epochs}: reconstruction {report.reconstruction:.4f}, "
            f"test {report.test_reconstruction or float('nan'):.4f}, KL {report.kl:.2f} nats, "
            f"{report.remaining_s:.0f} s left",
            flush=True,
        )


def measure(library: Library, run: Run) -> dict[str, float]:
    """CD of the reconstructions of test chairs, sample and made apart."""
    model = run.model()
    sums: dict[str, list[float]] = {"sample_cd_1": [], "made_cd_1": []}
    for index in library.indices("test"):
        chair = library.chairs[index]
        cloud = library.cloud(chair)
        metrics = compare_clouds(model.reconstruct(cloud[None])[0], cloud, with_emd=False)
        key = "made_cd_1" if chair.source == "made chair" else "sample_cd_1"
        sums[key].append(metrics.cd_1)
    return {key: round(float(np.mean(values)), 4) for key, values in sums.items() if values}


def keep_codes(library: Library, run: Run) -> None:
    """Encode the chairs that ship, so that the window need not when it opens."""
    model = run.model()
    codes, log_vars = [], []
    for chair in library.chairs:
        mean, log_var = model.encode(library.cloud(chair)[None])
        codes.append(mean[0])
        log_vars.append(log_var[0])
    means = np.stack(codes)
    run.write_codes(
        LibraryCodes(
            ids=tuple(chair.id for chair in library.chairs),
            codes=means,
            log_vars=np.stack(log_vars),
            responsibilities=model.responsibilities(means),
            exact=True,
            posed_hashes=tuple(chair.posed_hash for chair in library.chairs),
        )
    )


if __name__ == "__main__":
    main()
