"""A dialog waits out of sight for its job, and comes back where that did not succeed."""

from typing import Any
from unittest.mock import Mock, create_autospec

import pytest

from mogvae_gui.presenters.dialog_job import start_from_dialog
from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.views.form_dialog import FormDialog


class Asked:
    """A dialog whose job is on its way, and how the job is told to end."""

    def __init__(self) -> None:
        self.dialog: Any = create_autospec(FormDialog, instance=True)
        self.notices: Any = create_autospec(NoticePresenter, instance=True)
        self.on_success = Mock()
        jobs: Any = create_autospec(Jobs, instance=True)
        request = JobRequest("Forking chairs", Mock(), on_success=self.on_success)
        start_from_dialog(self.dialog, request, "Forking", jobs, self.notices)
        self.job: JobRequest = jobs.start.call_args.args[0]


@pytest.fixture
def asked() -> Asked:
    return Asked()


def test_that_a_success_deletes_the_hidden_dialog_and_is_told(asked: Asked) -> None:
    asked.dialog.hide.assert_called_once_with()
    asked.dialog.deleteLater.assert_not_called()
    asked.job.on_success("made")
    asked.dialog.deleteLater.assert_called_once_with()
    asked.dialog.open.assert_not_called()
    asked.on_success.assert_called_once_with("made")


def test_that_a_cancelled_job_brings_the_dialog_back_as_it_was(asked: Asked) -> None:
    asked.job.on_cancel()
    asked.dialog.open.assert_called_once_with()
    asked.dialog.show_problem.assert_not_called()


def test_that_a_failure_without_a_sentence_is_told_in_a_banner(asked: Asked) -> None:
    error = ZeroDivisionError()
    assert asked.job.on_failure is not None
    asked.job.on_failure(error)
    asked.notices.say_error.assert_called_once_with(error, "Forking")
    asked.dialog.show_problem.assert_not_called()
    asked.dialog.open.assert_called_once_with()
