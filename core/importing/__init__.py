"""Files and folders into a library, with a report: what came in, what did not, what is odd."""

from core.importing.import_files import FileImport, import_paths
from core.importing.reading_processes import ReadingProcesses
from core.importing.report import (
    ImportProgress,
    ImportReport,
    ImportWarning,
    Refusal,
    WarningKind,
)

__all__ = [
    "FileImport",
    "ImportProgress",
    "ImportReport",
    "ImportWarning",
    "ReadingProcesses",
    "Refusal",
    "WarningKind",
    "import_paths",
]
