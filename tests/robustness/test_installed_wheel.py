"""The wheel is complete: in an environment of its own it finds its files and draws the demo."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import __version__

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `mogvae` command of a new environment that holds nothing of this checkout.

    The libraries it needs are lent by the environment of the tests, for downloading them anew
    would take minutes; the program itself comes from the wheel alone.
    """
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / SCRIPTS / "python"
    places = sysconfig.get_paths(vars={"base": str(folder / "env")})
    # A path file is not read for further path files: this checkout's own stays unseen.
    (Path(places["purelib"]) / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run(
        [*pip, "--no-deps", "--ignore-installed", "--no-index", str(wheel)],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    return folder / "env" / SCRIPTS / "mogvae"


@pytest.fixture
def elsewhere(tmp_path: Path) -> dict[str, str]:
    """The surroundings of a person who never ran the program."""
    places = {name: str(tmp_path / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**kept, **places, "XDG_STATE_HOME": str(tmp_path / "state")}


def test_that_the_installed_command_says_its_version(
    installed: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    said = subprocess.run(
        [installed, "--version"], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert said.stdout.strip().endswith(__version__)


def test_that_the_installed_command_draws_the_demo_from_another_folder(
    installed: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "demo.png"
    subprocess.run(
        [installed, "render", "--project", "demo", "--out", str(out)],
        check=True,
        cwd=tmp_path,
        env=elsewhere,
    )
    picture = np.asarray(Image.open(out).convert("RGB"), dtype=float)
    assert picture.shape[0] >= 400
    assert picture.std() > 5  # something is drawn
