"""What the program remembers of a person between two starts: theme, layout, recent projects."""

import json
import logging
from dataclasses import asdict, dataclass, field
from pathlib import Path

from platformdirs import user_config_path, user_data_path, user_log_path

from core.atomic import write_json

logger = logging.getLogger(__name__)

APP_NAME = "MoG-VAE Studio"
FORMAT = 1
MOST_RECENT = 8


@dataclass
class Preferences:
    """Saved as JSON; what cannot be read is as if it had never been saved."""

    theme: str = "system"
    geometry: str = ""  # base64 of Qt's own form
    layout: str = ""
    recent: list[str] = field(default_factory=list)  # project folders, newest first
    knows_latent_space: bool = False  # has clicked in it once, or dragged the probe

    def remember_project(self, folder: Path) -> None:
        """Put a project first among the recent ones."""
        name = str(folder.resolve())
        self.recent = [name, *(other for other in self.recent if other != name)][:MOST_RECENT]

    def save(self, path: Path | None = None) -> None:
        """Write to `path`, by default the user's own place. A disk that refuses is only logged.

        Those of a newer program are left as they are: this session's last as long as it does.
        """
        path = path or preferences_path()
        if _is_newer(path):
            logger.info("%s is of a newer program and stays as it is", path)
            return
        try:
            write_json(path, {"format": FORMAT, **asdict(self)})
        except OSError:
            logger.warning("preferences could not be saved", exc_info=True)


def preferences_path() -> Path:
    """Where preferences are kept."""
    return user_config_path(APP_NAME, appauthor=False) / "preferences.json"


def log_path() -> Path:
    """The log file."""
    return user_log_path(APP_NAME, appauthor=False) / "studio.log"


def data_folder() -> Path:
    """Where projects are made when a person names no place."""
    return user_data_path(APP_NAME, appauthor=False)


def load_preferences(path: Path | None = None) -> Preferences:
    """Read what was remembered; the defaults where there is nothing or nothing readable."""
    path = path or preferences_path()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Preferences(
            theme=str(content.get("theme", "system")),
            geometry=str(content.get("geometry", "")),
            layout=str(content.get("layout", "")),
            recent=[str(folder) for folder in content.get("recent", [])],
            knows_latent_space=content.get("knows_latent_space") is True,
        )
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        logger.warning("preferences at %s are not readable; starting afresh", path, exc_info=True)
        return Preferences()


def _is_newer(path: Path) -> bool:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    number = content.get("format") if isinstance(content, dict) else None
    return type(number) is int and number > FORMAT
