"""Making actions: each has its words, its icon, its key and a tooltip that names the key."""

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QSize, SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

from mogvae_gui.views.icons import icon

# Wider than high: icons are drawn in the middle, and Qt leaves them too close to the words.
BUTTON_ICON = QSize(20, 16)
TOOLBAR_ICON = QSize(22, 18)

Shortcut = str | QKeySequence | QKeySequence.StandardKey | None


def make_action(
    parent: QWidget,
    text: str,
    icon_name: str | None = None,
    shortcut: Shortcut = None,
    tooltip: str = "",
    slot: Callable[..., object] | SignalInstance | None = None,
    *,
    checkable: bool = False,
    checked: bool = False,
    role: str = "text",
) -> QAction:
    """Return an action of `parent`, added to it so that its shortcut is heard there.

    `tooltip` is a plain sentence; where empty, the text without its "&" and dots stands in.
    """
    action = QAction(text, parent)
    if icon_name is not None:
        action.setIcon(icon(icon_name, role))
    if shortcut is not None:
        action.setShortcut(QKeySequence(shortcut))
    action.setCheckable(checkable)
    if checkable:
        action.setChecked(checked)
    sentence = tooltip or plain_text(text)
    action.setToolTip(tooltip_with_shortcut(sentence, action.shortcut()))
    action.setStatusTip(sentence)
    if slot is not None:
        action.triggered.connect(slot)
    parent.addAction(action)
    return action


def make_button(
    text: str, icon_name: str = "", tooltip: str = "", *, primary: bool = False
) -> QPushButton:
    """Return a button; the one thing a person most likely wants next is `primary`."""
    button = QPushButton(text)
    button.setProperty("primary", primary)
    if icon_name:
        button.setIcon(icon(icon_name, "on_accent" if primary else "text"))
        button.setIconSize(BUTTON_ICON)
    if tooltip:
        button.setToolTip(wrapped(tooltip))
    return button


def tooltip_with_shortcut(sentence: str, shortcut: QKeySequence | str = "") -> str:
    """Return the tooltip of something with a key: the sentence, then the key, set apart."""
    keys = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    if not keys:
        return wrapped(sentence)
    return f"<p style='margin:0'>{escape(sentence)}&nbsp; <b>{escape(keys)}</b></p>"


def wrapped(sentence: str) -> str:
    """Return a tooltip that Qt breaks into lines; plain text would make one long line.

    Tags in it are shown as they are: every tooltip that holds a name goes through here.
    """
    words = escape(sentence).replace("\n", "<br>")
    return f"<p style='margin:0'>{words}</p>" if words else ""


def lines_tooltip(lines: str) -> str:
    """Return a tooltip of several lines, each of which Qt breaks where it is long."""
    return "".join(wrapped(line) for line in lines.splitlines())


def plain_text(text: str) -> str:
    """Return a menu text as read aloud: no mnemonic mark, no dots."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip(".…")
