"""Where exports go as long as a person does not say otherwise."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths


def exports_folder() -> Path:
    """Return a folder in the documents; it is made by the first that writes there."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "MoG-VAE Studio exports"
