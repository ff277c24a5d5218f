"""The entrance: the window, or the command line when given a command."""

import difflib
import gc
import sys
from pathlib import Path

from core import __version__


def main(arguments: list[str] | None = None) -> int:
    """Run the program; the exit status is 0 done, 1 failed, 2 wrong usage."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and (arguments[0].startswith("-") or arguments[0] in COMMANDS):
        from mogvae_gui.commands.line import run_command_line

        return run_command_line(arguments)
    return run_window([Path(argument) for argument in arguments])


COMMANDS = (
    "import",
    "chairs",
    "train",
    "fit-mixture",
    "reconstruct",
    "decode",
    "sample",
    "evaluate",
    "study",
    "render",
)


def run_window(paths: list[Path]) -> int:
    """Open the window with a project, or with the demo and the files at `paths`."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        likely = difflib.get_close_matches(str(missing[0]), COMMANDS, n=1)
        hint = f" Did you mean {likely[0]}?" if likely else ""
        sys.stderr.write(
            f"mogvae: {missing[0]} is neither a command nor a file or folder.{hint} "
            "Name a project folder or mesh files, or see mogvae --help.\n"
        )
        return 2
    if sys.platform.startswith("linux") and not has_display():
        sys.stderr.write(
            "mogvae: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set). "
            "The command line needs none: see mogvae --help.\n"
        )
        return 1

    start_quickly()
    from mogvae_gui.window_process import open_window

    return open_window(paths, __version__)


def start_quickly() -> None:
    """What has to be settled before the window's libraries are imported."""
    from mogvae_gui.late_imports import import_late

    gc.disable()  # until the window is painted: see garbage_collection.py
    import_late()


def has_display() -> bool:
    """Whether a window can be shown."""
    import os

    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
