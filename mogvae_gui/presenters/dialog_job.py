"""A job that a dialog asks for: the dialog waits for it out of sight."""

from dataclasses import replace
from typing import Any

from core.errors import StudioError
from mogvae_gui.presenters.jobs import JobRequest, Jobs
from mogvae_gui.presenters.notices import NoticePresenter
from mogvae_gui.views.form_dialog import FormDialog


def start_from_dialog(
    dialog: FormDialog, request: JobRequest, doing: str, jobs: Jobs, notices: NoticePresenter
) -> None:
    """Hide the dialog; it comes back, as it was filled in, if the job is cancelled or fails.

    A failure that a sentence was written for stands in the dialog. Of another a banner says that
    `doing` failed.
    """

    def done(result: Any) -> None:
        dialog.deleteLater()
        request.on_success(result)

    def failed(error: Exception) -> None:
        if isinstance(error, StudioError):
            dialog.show_problem(str(error))
        else:
            notices.say_error(error, doing)
        dialog.open()

    dialog.hide()  # it would lie before the progress, and before the way to cancel
    jobs.start(replace(request, on_success=done, on_cancel=dialog.open, on_failure=failed))
