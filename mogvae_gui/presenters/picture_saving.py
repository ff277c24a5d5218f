"""Writes pictures of the views, off the GUI thread and over nothing that is there."""

from collections.abc import Generator, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from core.errors import StudioError
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.views.scene_view import save_image
from mogvae_gui.workers.job import Job


class PictureSaving(QObject):
    """Takes drawn pictures and gives them free names."""

    saved = Signal(object)  # tuple[Path, ...]

    def __init__(self, parent: QObject, notices: NoticePresenter) -> None:
        super().__init__(parent)
        self._notices = notices
        self._jobs: list[Job] = []  # in the order of their beginning; the first ends first or not

    def save(self, pictures: Mapping[str, QImage], path: Path) -> None:
        """Write each beside `path`, under its stem and the picture's own name."""
        stem = path.with_suffix("")
        job = Job(lambda: _written(pictures, stem), "saving pictures", self)
        job.succeeded.connect(self._on_saved)
        job.failed.connect(self._on_failed)
        job.ended.connect(self._on_ended)
        self._jobs.append(job)
        if len(self._jobs) == 1:
            job.start()

    def stop(self) -> None:
        """Return when what was asked for is written, and no thread is left."""
        jobs, self._jobs = self._jobs, []
        for job in jobs:
            job.start()  # does nothing for the one that runs
            job.finish()

    @Slot(object)
    def _on_saved(self, paths: tuple[Path, ...]) -> None:
        names = ", ".join(path.name for path in paths)
        self._notices.say("success", f"Saved {names} in {paths[0].parent}.")
        self.saved.emit(paths)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self._notices.say_error(error, "Saving the pictures")

    @Slot()
    def _on_ended(self) -> None:
        if self._jobs:
            self._jobs.pop(0).deleteLater()
        if self._jobs:
            self._jobs[0].start()


def free_names(stem: Path, names: tuple[str, ...]) -> dict[str, Path]:
    """`stem-name.png` for each; all with the same number where one of them is there already."""
    number = 1
    while True:
        numbered = stem.name if number == 1 else f"{stem.name}-{number}"
        paths = {name: stem.with_name(f"{numbered}-{name}.png") for name in names}
        if not any(path.exists() for path in paths.values()):
            return paths
        number += 1


def _written(pictures: Mapping[str, QImage], stem: Path) -> Generator[None, None, tuple[Path, ...]]:
    try:
        stem.parent.mkdir(parents=True, exist_ok=True)
        paths = free_names(stem, tuple(pictures))
        for name, picture in pictures.items():
            yield
            save_image(picture, paths[name])
    except OSError as error:
        raise StudioError(
            f"{stem.parent} could not be written ({error.strerror or error}). "
            "Choose another folder."
        ) from error
    return tuple(paths.values())
