"""Fixtures that tests of every part share."""

from tests.small_project import own_project, small_project, small_project_folder

__all__ = ["own_project", "small_project", "small_project_folder"]
