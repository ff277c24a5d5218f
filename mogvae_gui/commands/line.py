"""The command line: which command, and what becomes of errors."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any, TextIO

from cyclopts import App, CycloptsError, Parameter
from cyclopts.exceptions import MissingArgumentError, UnusedCliTokensError
from rich.console import Console

from core import __version__
from core.errors import StudioError
from core.plain_text import visible_text
from mogvae_gui.commands.decode import decode
from mogvae_gui.commands.evaluate import evaluate
from mogvae_gui.commands.fit_mixture import fit_mixture
from mogvae_gui.commands.import_chairs import import_chairs
from mogvae_gui.commands.made_chairs import chairs
from mogvae_gui.commands.reconstruct import reconstruct
from mogvae_gui.commands.render import render
from mogvae_gui.commands.result import Result, UsageError, print_result
from mogvae_gui.commands.sample import sample
from mogvae_gui.commands.study import study
from mogvae_gui.commands.train import train
from mogvae_gui.log import start_logging
from mogvae_gui.state.preferences import log_path

logger = logging.getLogger(__name__)

DONE, FAILED, WRONG_USAGE = 0, 1, 2

# In the order of help; `mogvae_gui.app` knows the same names.
COMMANDS: tuple[tuple[str, Callable[..., Result]], ...] = (
    ("import", import_chairs),
    ("chairs", chairs),
    ("train", train),
    ("fit-mixture", fit_mixture),
    ("reconstruct", reconstruct),
    ("decode", decode),
    ("sample", sample),
    ("evaluate", evaluate),
    ("study", study),
    ("render", render),
)

_HELP = """Look into generative shape models: train a VAE and a mixture-of-Gaussians VAE on chairs,
walk the latent space, compare honestly, export.

Without a command, `mogvae [PATH…]` opens the window."""

_EPILOGUE = "Exit status: 0 done, 1 failed (a sentence says why), 2 wrong usage."


def run_command_line(arguments: list[str]) -> int:
    """Run one command; the exit status is 0 done, 1 failed, 2 wrong usage."""
    out = sys.stdout
    try:
        command, bound, _ = _make_app(out).parse_args(
            arguments, exit_on_error=False, print_error=False
        )
    except CycloptsError as error:
        return _say_usage(_words(error), arguments)
    if not (command.__module__ or "").startswith(__package__):
        command(*bound.args, **bound.kwargs)  # help or version
        return DONE
    with _logged():
        return _run(lambda: command(*bound.args, **bound.kwargs), out, arguments)


def _run(command: Callable[[], Any], out: TextIO, arguments: list[str]) -> int:
    try:
        # Whatever a library prints must not get between the words of our JSON.
        with redirect_stdout(sys.stderr):
            result: Result = command()
        print_result(result, out)
    except UsageError as error:
        return _say_usage(str(error), arguments)
    except StudioError as error:
        logger.info("%s failed: %s", arguments[0], error)
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("Interrupted.")
    except BrokenPipeError:
        return FAILED  # the reader of our output has enough
    except OSError as error:
        logger.exception("%s failed", arguments[0])
        where = f"{error.filename}: " if error.filename else ""
        return _fail(
            f"{where}{error.strerror or error}. Check the path, free space and permissions."
        )
    except Exception as error:
        logger.exception("%s failed: %s", arguments[0], arguments)
        return _fail(
            f"Something went wrong that should not ({type(error).__name__}: {error}). "
            f"The details are in {log_path()}."
        )
    return _fail(result.problem) if result.problem else DONE


def _make_app(out: TextIO) -> App:
    console = Console(file=out)
    app = App(
        name="mogvae",
        version=f"MoG-VAE Studio {__version__}",
        help=_HELP,
        help_epilogue=_EPILOGUE,
        help_format="markdown",
        help_flags=["--help", "-h"],
        console=console,
        default_parameter=Parameter(negative_iterable=(), show_default=False),
    )
    for number, (name, command) in enumerate(COMMANDS):
        app.command(command, name=name, sort_key=number)
    return app


def _words(error: CycloptsError) -> str:
    """What is wrong, in one line."""
    if isinstance(error, MissingArgumentError) and error.argument is not None:
        name = error.argument.name
        return f"{name} is needed." if not error.argument.tokens else f"{name} lacks its value."
    if isinstance(error, UnusedCliTokensError) and error.unused_tokens:
        return f"“{error.unused_tokens[0]}” is not expected here."
    return " ".join(str(error).split())


def _say_usage(words: str, arguments: list[str]) -> int:
    names = [name for name, _ in COMMANDS]
    command = f" {arguments[0]}" if arguments and arguments[0] in names else ""
    sys.stderr.write(f"mogvae{command}: {visible_text(words)} See mogvae{command} --help.\n")
    return WRONG_USAGE


def _fail(sentence: str) -> int:
    sys.stderr.write(f"mogvae: {visible_text(' '.join(sentence.split()))}\n")
    return FAILED


@contextmanager
def _logged() -> Iterator[None]:
    """Log to the file of the program, warnings of libraries too."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    start_logging(log_path())
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.setLevel(level)
        for handler in [each for each in root.handlers if each not in before]:
            root.removeHandler(handler)
            handler.close()
