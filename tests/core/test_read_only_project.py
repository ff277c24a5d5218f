"""A project that is open for reading: whatever would change it answers with the reason."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import ProjectError
from core.fitted_runs import fit_run
from core.project import Project
from core.run_edits import delete_run, deleted_runs, fork_run, link_run, rename_run, restore_run
from tests.small_project import RUN, quick_settings

CHANGES: dict[str, Callable[[Project], object]] = {
    "rename": lambda project: rename_run(project, RUN, "better"),
    "delete": lambda project: delete_run(project, RUN),
    "restore": lambda project: restore_run(project, deleted_runs(project)[0]),
    "link": lambda project: link_run(project, project.folder.parent / "elsewhere"),
    "fork": lambda project: fork_run(project, RUN, None, quick_settings(epochs=3)),
    "fit": lambda project: fit_run(project, RUN, 2),
    "document": lambda project: project.write_document("bookmarks", {}),
    "chair": lambda project: project.library.rename(project.library.chairs[0].id, "throne"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_that_a_project_open_for_reading_is_not_changed(
    own_project: Project, change: str, tmp_path: Path
) -> None:
    for place in (tmp_path / "elsewhere", own_project.run_folder("gone")):
        shutil.copytree(own_project.run_folder(RUN), place)
    delete_run(own_project, "gone")
    before = sorted(own_project.folder.rglob("*"))
    own_project.refuse_changes("This project is open in another window.")
    with pytest.raises(Exception, match="open in another window") as caught:
        CHANGES[change](own_project)
    assert isinstance(caught.value, ProjectError) or change == "chair"
    assert sorted(own_project.folder.rglob("*")) == before
