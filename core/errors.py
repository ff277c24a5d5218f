"""The errors a person may meet. Each message says what was wrong, where, and what to do."""


class StudioError(Exception):
    """Base of every error whose message is a sentence for the person using the program."""


class ShapeFileError(StudioError):
    """A mesh or cloud file could not be read or written."""


class LibraryError(StudioError):
    """The library on disk is missing a piece, damaged, or of a newer format."""


class ProjectError(StudioError):
    """A project folder could not be opened, made or saved."""


class NewerFormatError(ProjectError, LibraryError):
    """A file of a project was written by a newer program; it is left untouched."""


class RunError(StudioError):
    """A run folder could not be opened, made or continued."""


class SettingsError(StudioError, ValueError):
    """A setting is outside its range or does not go with another."""


class TrainingError(StudioError):
    """A training had to stop; the last good weights are kept."""


class StudyError(StudioError):
    """A study could not be begun, gone on with or written."""
