"""A monkey at the window: seeded random actions, and a note of whatever goes wrong.

It does what people do (choose, click, drag, turn, train, stop, import, remove, undo, switch
projects, float docks) in an order that nobody would think of, without waiting for anything to end.
"""

import random
import sys
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QFileDialog,
    QMenu,
    QSlider,
    QTabBar,
    QWidget,
)

from core.training.settings import TrainingSettings
from mogvae_gui.presenters.studio import Studio
from mogvae_gui.views.scene_view import SceneView

UNEXPECTED = "unexpectedly"  # what a banner says of an error that no sentence was written for
KEPT_STEPS = 30
_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
_KEYS = (
    *(Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Delete, Qt.Key.Key_Space),
    *(Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_F2),
    *(Qt.Key.Key_A, Qt.Key.Key_Q, Qt.Key.Key_1, Qt.Key.Key_Backspace, Qt.Key.Key_F5),
)


class Monkey:
    """Acts on a studio; `problems` has what must never happen, in words."""

    def __init__(
        self,
        studio: Studio,
        seed: int,
        projects: Sequence[Path],
        files: Sequence[Path],
        settings: TrainingSettings,
    ) -> None:
        self._studio = studio
        self._window = studio.window
        self._random = random.Random(seed)
        self._projects = list(projects)
        self._files = list(files)
        self._settings = settings  # so small that epochs take a moment
        self.problems: list[str] = []
        self.done: Counter[str] = Counter()
        self.last: deque[str] = deque(maxlen=KEPT_STEPS)
        self._acts: list[tuple[int, Callable[[], str]]] = [
            (14, self._trigger_action),
            (14, self._click_widget),
            (10, self._use_view),
            (4, self._press_key),
            (8, self._choose_chairs),
            (5, self._train),
            (5, self._pause_or_stop),
            (3, self._drop_files),
            (4, self._edit_library),
            (6, self._undo_or_redo),
            (5, self._move_docks),
            (3, self._choose_in_box),
            (2, self._switch_project),
            (2, self._filter),
            (2, self._change_theme_or_size),
            (3, self._choose_run),
            (6, self._answer_dialog),
        ]

    def act(self, count: int) -> Iterator[int]:
        """So many actions; yields after each."""
        weights = [weight for weight, _ in self._acts]
        with self._watched():
            for number in range(count):
                (_, act) = self._random.choices(self._acts, weights)[0]
                name = act.__name__.strip("_")
                self.last.append(name)
                words = act()
                self.done[name] += 1
                self.last[-1] = f"{number}: {name} {words}".strip()
                self._let_it_happen()
                yield number

    def note(self, problem: str) -> None:
        """Remember a problem with the steps that led to it."""
        self.problems.append(f"{problem}\nafter: {' | '.join(self.last)}")

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Errors of slots, Qt's own warnings, and dialogs that would wait for ever."""
        hook = sys.excepthook

        def on_error(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            self.note("".join(traceback.format_exception(kind, error, trace)))

        def on_message(kind: QtMsgType, _context: object, message: str) -> None:
            if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
                self.note(f"Qt: {message}")

        rescue = QTimer()
        rescue.timeout.connect(_close_what_waits)
        rescue.start(500)
        sys.excepthook = on_error
        before = qInstallMessageHandler(on_message)
        try:
            yield
        finally:
            qInstallMessageHandler(before)
            sys.excepthook = hook
            rescue.stop()

    def _let_it_happen(self) -> None:
        for _ in range(self._random.randint(1, 4)):
            QApplication.processEvents()
        for banner in self._window.banners.banners:
            if UNEXPECTED in banner.sentence:
                self.note(banner.sentence)
                banner.dismiss()

    # What it does. Each returns a word or two for the notes.

    def _trigger_action(self) -> str:
        window = self._window
        # These leave the window, or bring in so much that nothing else is tried.
        left_out = {window.quit_action, window.guide_action, window.log_action}
        left_out |= {window.open_demo_action}
        actions = [
            action
            for action in window.findChildren(QAction)
            if action.isEnabled()
            and action.text()
            and action not in left_out
            and action.menu() is None
            and not type(action.parent()).__module__.startswith("pyqtgraph")  # in no menu of ours
        ]
        if not actions:
            return ""
        action = self._random.choice(actions)
        words = action.text()
        action.trigger()
        return words

    def _click_widget(self) -> str:
        kinds = (QAbstractButton, QSlider, QTabBar)
        kind = self._random.choice(kinds)
        widgets = [w for w in self._window.findChildren(kind) if w.isVisible() and w.isEnabled()]
        if not widgets:
            return ""
        widget: QWidget = self._random.choice(widgets)
        words = f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()}"
        QTest.mouseClick(widget, _BUTTONS[0], Qt.KeyboardModifier.NoModifier, self._place(widget))
        return words

    def _use_view(self) -> str:
        views = [v for v in self._window.findChildren(SceneView) if v.isVisible()]
        if not views or any(view.is_closed for view in views):
            return ""
        plotter = self._random.choice(views).plotter
        what = self._random.choice(("click", "drag", "wheel", "hover"))
        key = self._random.choice(
            (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        )
        if what == "wheel":
            turn = QPoint(0, self._random.choice((-120, 120)))
            place = QPointF(self._place(plotter))
            event = QWheelEvent(
                *(place, plotter.mapToGlobal(place), QPoint(), turn, Qt.MouseButton.NoButton, key),
                *(Qt.ScrollPhase.NoScrollPhase, False),
            )
            QApplication.sendEvent(plotter, event)
        elif what == "hover":
            QTest.mouseMove(plotter, self._place(plotter))
        else:
            button = self._random.choice(_BUTTONS)
            QTest.mousePress(plotter, button, key, self._place(plotter))
            if what == "drag":
                for _ in range(3):
                    QTest.mouseMove(plotter, self._place(plotter))
            QTest.mouseRelease(plotter, button, key, self._place(plotter))
        return what

    def _press_key(self) -> str:
        widget = QApplication.focusWidget() or self._window
        key = self._random.choice(_KEYS)
        QTest.keyClick(widget, key)
        return key.name

    def _choose_chairs(self) -> str:
        chairs = self._studio.project.chairs
        count = min(len(chairs), self._random.choice((0, 1, 1, 1, 2, 5)))
        chosen = self._random.sample(range(len(chairs)), count)
        self._studio.project.selected = tuple(chairs[place].id for place in chosen)
        return str(count)

    def _train(self) -> str:
        studio = self._studio
        if not studio.training.is_busy:
            epochs = self._random.choice((1, 2, 40))
            prior = self._random.choice(("mog", "standard"))
            components = self._random.choice((1, 2, 5))
            studio.training.settings = self._settings.with_changes(
                epochs=epochs,
                prior=prior,
                kl="analytic" if prior == "standard" else "variational",
                components=components,
            )
        how = self._random.choice(("start", "start", "more", "go on"))
        if how == "start":
            studio.trainings.start()
        elif how == "more":
            studio.trainings.train_more(2)
        else:
            studio.trainings.go_on()
        return how

    def _pause_or_stop(self) -> str:
        how = self._random.choice(("pause", "resume", "stop"))
        {
            "pause": self._studio.trainings.pause_or_resume,
            "resume": self._studio.trainings.pause_or_resume,
            "stop": self._studio.trainings.stop,
        }[how]()
        return how

    def _drop_files(self) -> str:
        if len(self._studio.project.chairs) > 60:  # an import is work, and it was tried by now
            return "enough"
        paths = self._random.sample(self._files, min(len(self._files), self._random.randint(1, 2)))
        self._window.paths_dropped.emit(paths)
        return ", ".join(path.name for path in paths)

    def _edit_library(self) -> str:
        panel, chairs = self._window.library, self._studio.project.chairs
        if len(chairs) < 5:
            return ""
        chair = self._random.choice(chairs).id
        what = self._random.choice(("rename", "remove", "split", "turn", "stand"))
        if what == "rename":
            panel.rename_requested.emit(chair, self._random.choice(("Throne", "", "<b>\n" * 99)))
        elif what == "remove":
            panel.remove_requested.emit([chair])
        elif what == "split":
            panel.split_requested.emit([chair], self._random.choice(("train", "test")))
        elif what == "turn":
            panel.turn_requested.emit([chair], 1)
        else:
            panel.stand_up_requested.emit([chair], self._random.choice("xyz"))
        return what

    def _undo_or_redo(self) -> str:
        action = self._random.choice((self._window.undo_action, self._window.redo_action))
        action.trigger()
        return action.iconText()

    def _move_docks(self) -> str:
        dock = self._random.choice(self._window.findChildren(QDockWidget))
        what = self._random.choice(("hide", "show", "raise", "float", "unfloat", "reset"))
        {
            "hide": dock.hide,
            "show": dock.show,
            "raise": dock.raise_,
            "float": lambda: dock.setFloating(True),
            "unfloat": lambda: dock.setFloating(False),
            "reset": self._window.reset_layout,
        }[what]()
        return f"{what} {dock.objectName()}"

    def _choose_in_box(self) -> str:
        boxes = [
            box
            for box in self._window.findChildren(QComboBox)
            if box.isVisible() and box.isEnabled() and box.count() > 1
        ]
        if not boxes:
            return ""
        box = self._random.choice(boxes)
        index = self._random.randrange(box.count())
        box.setCurrentIndex(index)
        box.activated.emit(index)
        return box.currentText()

    def _switch_project(self) -> str:
        folder = self._random.choice(self._projects)
        if self._random.random() < 0.5:  # a busy window says so and stays
            self._studio.trainings.stop()
        self._studio.projects.open_folder(folder)
        return folder.name

    def _filter(self) -> str:
        search = self._window.library.search
        words = self._random.choice(("", "", "a", "zz", "swivel"))
        search.setText(words)
        search.textEdited.emit(words)
        return words

    def _change_theme_or_size(self) -> str:
        if self._random.random() < 0.5:
            choice = self._random.choice(("dark", "light"))
            self._window.theme_chosen.emit(choice)
            return choice
        self._window.resize(self._random.randint(960, 1300), self._random.randint(600, 860))
        return "size"

    def _choose_run(self) -> str:
        project = self._studio.project.project
        names = project.run_names() if project is not None else ()
        if not names:
            return ""
        name = self._random.choice(names)
        if self._random.random() < 0.3:
            self._studio.evaluations.compare_with(self._random.choice((None, name)))
            return f"compare {name}"
        self._studio.runs.show_run(name)
        return name

    def _answer_dialog(self) -> str:
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu):
            popup.close()
            return "menu"
        dialogs = [d for d in self._window.findChildren(QDialog) if d.isVisible()]
        if not dialogs:
            return ""
        dialog = self._random.choice(dialogs)
        words = type(dialog).__name__
        if isinstance(dialog, QFileDialog) or self._random.random() < 0.6:
            dialog.reject()
        else:
            dialog.accept()
        return words

    def _place(self, widget: QWidget) -> QPoint:
        return QPoint(
            self._random.randint(0, max(0, widget.width() - 1)),
            self._random.randint(0, max(0, widget.height() - 1)),
        )


def _close_what_waits() -> None:
    """Close what would wait for a hand: menus and dialogs that run a loop of their own."""
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    modal = QApplication.activeModalWidget()
    if isinstance(modal, QDialog):
        modal.reject()
