"""The application's palette, base font and style sheet, made from the tokens.

- The sheet sets colours, edges and paddings; fonts are set in code, so that high contrast keeps them without a sheet.
- No rule styles `::item`: cells are painted, and a sheet would win over what they say.
- High contrast has no sheet at all and the system's palette.
- In the program the sheet lies on each window (`dress`), not on the application: what is built has no window yet, and
  Qt lets every part of it look at an application's sheet again each time that it is put into something larger.
"""

from __future__ import annotations

from weakref import WeakSet

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from ui.kit import fonts
from ui.kit.palette import px, theme

_ROLES = (
    (QPalette.ColorRole.Window, "bg"),
    (QPalette.ColorRole.WindowText, "text"),
    (QPalette.ColorRole.Base, "surface"),
    (QPalette.ColorRole.AlternateBase, "surface2"),
    (QPalette.ColorRole.Text, "text"),
    (QPalette.ColorRole.Button, "surface"),
    (QPalette.ColorRole.ButtonText, "text"),
    (QPalette.ColorRole.Highlight, "accent"),
    (QPalette.ColorRole.HighlightedText, "on_accent"),
    (QPalette.ColorRole.PlaceholderText, "text3"),
    (QPalette.ColorRole.Link, "accent"),
    (QPalette.ColorRole.ToolTipBase, "text"),
    (QPalette.ColorRole.ToolTipText, "surface"),
    (QPalette.ColorRole.Accent, "accent"),
)
_dressed: WeakSet[QWidget] = WeakSet()
_on_windows = [False]


def wear(*, on_windows: bool) -> None:
    """Whether the sheet lies on the windows that are dressed, or on the application, for widgets without such a window."""
    if _on_windows[0] != on_windows:
        _on_windows[0] = on_windows
        restyle()


def dress(window: QWidget) -> None:
    """Put the sheet on a window, now and whenever the theme changes; its dialogs and menus have it from there."""
    _dressed.add(window)
    if _on_windows[0]:
        window.setStyleSheet(sheet())


def restyle() -> None:
    """Put palette, base font and sheet of the theme in use on the application, if there is one yet, or on its windows."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return
    fonts.load()
    if application.property("fusion") is None:
        application.setStyle("Fusion")
        application.setProperty("fusion", "1")
    application.setFont(fonts.font("body"))
    if theme().name == "contrast":
        _lay(application, "")
        application.setPalette(QPalette())
        return
    application.setPalette(_palette())
    _lay(application, sheet())


def _lay(application: QApplication, text: str) -> None:
    whole = "" if _on_windows[0] else text
    if application.styleSheet() != whole:
        application.setStyleSheet(whole)
    for window in list(_dressed):
        if isValid(window):
            window.setStyleSheet(text if _on_windows[0] else "")


def _palette() -> QPalette:
    made = QPalette()
    for role, token in _ROLES:
        made.setColor(role, theme().colour(token))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, theme().colour("text3"))
    return made


def sheet() -> str:
    """The style sheet of the theme in use; empty in high contrast."""
    if theme().name == "contrast":
        return ""
    return "\n".join((_words(), _frames(), _buttons(), _kinds(), _views(), _fields(), _menus()))


def _words() -> str:
    h = theme().hex
    tones = "".join(
        f'QLabel[c="{token}"] {{ color: {h(token)}; }}\n'
        for token in (
            "text2",
            "text3",
            "accent",
            "sign",
            "ok",
            "warn",
            "bad",
            "idle",
            "on_accent",
            "on_sign",
            "surface",
        )
    )
    grounds = "".join(
        f'QWidget[bg="{token}"] {{ background: {h(token)}; }}\n'
        for token in ("bg", "surface", "surface2", "surface3", "sidebar", "accent_bg", "sign_bg", "bad_bg")
    )
    return f"QWidget {{ color: {h('text')}; outline: none; }}\nQLabel {{ background: transparent; }}\n{tones}{grounds}"


_FRAMES = (
    ("card", "surface", "line", 10),
    ("inset", "surface2", "line", 8),
    ("dialog", "surface", "line2", 0),
    ("segments", "surface3", "surface3", 7),
    ("sign", "sign_bg", "sign_line", 8),
    ("old", "bad_bg", "bad_bg", 5),
    ("new", "ok_bg", "ok_bg", 5),
    ("ok", "ok_bg", "ok_line", 8),
    ("warn", "warn_bg", "warn_line", 8),
    ("bad", "bad_bg", "bad_line", 8),
    ("info", "accent_bg", "accent_line", 8),
)
"""Kind of frame, ground, edge, radius."""


def _frames() -> str:
    h = theme().hex
    boxes = "".join(
        f'QFrame[k="{kind}"] {{ background: {h(ground)}; border: 1px solid {h(edge)}; border-radius: {px(radius)}px; }}\n'
        for kind, ground, edge, radius in _FRAMES
    )
    lines = "".join(
        f'QFrame[k="{kind}"] {{ background: {h("line")}; border: none; }}\n' for kind in ("hline", "vline")
    )
    return boxes + lines + 'QFrame[k="plain"] { background: transparent; border: none; }'


def _buttons() -> str:
    h, side = theme().hex, px(14)
    return f"""
QPushButton {{ background: {h("surface")}; color: {h("text")}; border: 1px solid {h("ctl")};
  border-radius: {px(6)}px; padding: 0 {side}px; }}
QPushButton:hover {{ background: {h("surface3")}; }}
QPushButton:focus {{ border: 2px solid {h("accent")}; padding: 0 {side - 1}px; }}
QPushButton:pressed {{ background: {h("line")}; }}
QPushButton[sz="s"] {{ padding: 0 {px(10)}px; }}
QPushButton[sz="s"]:focus {{ padding: 0 {px(10) - 1}px; }}
QPushButton[sz="l"] {{ padding: 0 {px(18)}px; }}
QPushButton[sz="l"]:focus {{ padding: 0 {px(18) - 1}px; }}
QToolButton {{ background: transparent; color: {h("text2")}; border: 1px solid transparent;
  border-radius: {px(6)}px; padding: 0; }}
QToolButton:hover {{ background: {h("surface3")}; }}
QToolButton:focus {{ border: 2px solid {h("accent")}; }}
QToolButton:checked {{ background: {h("accent_bg")}; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton::menu-indicator {{ image: none; width: 0; }}
"""


def _kinds() -> str:
    h = theme().hex
    outlined = ("danger", "ghost", "link", "chip", "segment", "nav")
    ringed = ", ".join(f'QPushButton[kind="{kind}"]:focus' for kind in outlined)
    filled = "".join(
        f"""
QPushButton[kind="{kind}"] {{ background: {h(token)}; color: {h("on_" + token)}; border: 1px solid {h(token)}; }}
QPushButton[kind="{kind}"]:hover, QPushButton[kind="{kind}"]:pressed {{ background: {h(token + "_h")}; }}
QPushButton[kind="{kind}"]:focus {{ border: 2px solid {h(token)}; }}"""
        for kind, token in (("primary", "accent"), ("sign", "sign"))
    )
    return f"""{filled}
QPushButton[kind="danger"] {{ color: {h("bad")}; border-color: {h("bad")}; }}
QPushButton[kind="danger"]:hover {{ background: {h("bad_bg")}; }}
QPushButton[kind="ghost"] {{ background: transparent; border-color: transparent; color: {h("text2")}; }}
QPushButton[kind="ghost"]:hover {{ background: {h("surface3")}; }}
QPushButton[kind="link"] {{ background: transparent; border: 2px solid transparent; color: {h("accent")};
  padding: 0; text-align: left; }}
QPushButton[kind="link"]:focus {{ padding: 0; }}
QPushButton[kind="link"]:disabled, QPushButton[kind="ghost"]:disabled {{ background: transparent;
  border-color: transparent; color: {h("text3")}; }}
QPushButton[kind="link"]:hover {{ background: {h("accent_bg")}; }}
QPushButton[kind="chip"] {{ border-color: {h("ctl")}; color: {h("text2")}; padding: 0 {px(10)}px;
  text-align: left; }}
QPushButton[kind="chip"]:focus {{ padding: 0 {px(10) - 1}px; }}
QPushButton[kind="chip"]:checked, QPushButton[kind="chip"][on="1"] {{ background: {h("accent_bg")};
  border-color: {h("accent")}; color: {h("accent")}; }}
QPushButton[kind="segment"] {{ background: transparent; border: 1px solid transparent; color: {h("text2")};
  border-radius: {px(5)}px; padding: 0 {px(10)}px; }}
QPushButton[kind="segment"]:checked {{ background: {h("surface")}; border-color: {h("line2")}; color: {h("text")}; }}
QPushButton[kind="tab"] {{ background: transparent; border: none; border-bottom: 2px solid transparent;
  border-radius: 0; color: {h("text2")}; padding: 0 {px(2)}px; }}
QPushButton[kind="tab"]:checked {{ color: {h("text")}; border-bottom: 2px solid {h("accent")}; }}
QPushButton[kind="nav"] {{ background: transparent; border: 1px solid transparent; color: {h("text2")};
  text-align: left; padding: 0 {px(10)}px; }}
QPushButton[kind="nav"]:hover {{ background: {h("surface3")}; }}
QPushButton[kind="nav"][on="1"] {{ background: {h("surface" if theme().name == "light" else "surface3")};
  color: {h("text")}; }}
QPushButton[kind="segment"]:focus, QPushButton[kind="nav"]:focus {{ padding: 0 {px(10) - 1}px; }}
{ringed} {{ border: 2px solid {h("accent")}; }}
QPushButton:disabled {{ background: {h("surface3")}; color: {h("text3")}; border: 1px solid {h("line2")}; }}
"""


def _fields() -> str:
    h, side = theme().hex, px(10)
    kinds = ("QLineEdit", "QComboBox", "QAbstractSpinBox", "QPlainTextEdit")
    each = ", ".join(kinds)
    focused = ", ".join(f"{kind}:focus" for kind in kinds)
    wrong = ", ".join(f'{kind}[state="error"]' for kind in kinds)
    off = ", ".join(f"{kind}:disabled" for kind in kinds)
    return f"""
{each} {{ background: {h("surface")}; border: 1px solid {h("ctl")}; border-radius: {px(6)}px; padding: 0 {side}px;
  selection-background-color: {h("accent")}; selection-color: {h("on_accent")};
  placeholder-text-color: {h("text3")}; }}
QPlainTextEdit {{ padding: {px(6)}px {px(6)}px; }}
QComboBox[on="1"] {{ background: {h("accent_bg")}; border-color: {h("accent")}; color: {h("accent")}; }}
{focused} {{ border: 2px solid {h("accent")}; padding: 0 {side - 1}px; }}
{wrong} {{ border: 2px solid {h("bad")}; padding: 0 {side - 1}px; }}
QPlainTextEdit:focus, QPlainTextEdit[state="error"] {{ padding: {px(6) - 1}px {px(6) - 1}px; }}
{off} {{ background: {h("surface3")}; border: 1px solid {h("line2")}; color: {h("text3")}; }}
QLineEdit:read-only {{ background: {h("surface2")}; }}
QComboBox::drop-down, QAbstractSpinBox::drop-down {{ border: none; width: {px(28)}px; }}
QComboBox::down-arrow, QAbstractSpinBox::down-arrow {{ image: none; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
QCheckBox, QRadioButton {{ background: transparent; spacing: {px(8)}px; }}
"""


def _views() -> str:
    h = theme().hex
    bars = "".join(
        f"""
QScrollBar:{way} {{ background: transparent; {size}: {px(12)}px; margin: 0; }}
QScrollBar::handle:{way} {{ background: {h("ctl")}; border: {px(3)}px solid transparent;
  border-radius: {px(6)}px; min-{other}: {px(32)}px; margin: {px(3)}px; border-radius: {px(3)}px; border: none; }}
QScrollBar::handle:{way}:hover {{ background: {h("text3")}; }}"""
        for way, size, other in (("vertical", "width", "height"), ("horizontal", "height", "width"))
    )
    return f"""{bars}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none;
  border: none; width: 0; height: 0; }}
QAbstractScrollArea {{ border: none; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; }}
QAbstractItemView {{ background: {h("surface")}; alternate-background-color: {h("surface2")}; border: none;
  selection-background-color: {h("sel")}; selection-color: {h("text")}; }}
QHeaderView {{ background: {h("surface2")}; border: none; }}
QProgressBar {{ background: {h("track")}; border: none; border-radius: {px(3)}px; }}
QProgressBar::chunk {{ background: {h("accent")}; border-radius: {px(3)}px; }}
"""


def _menus() -> str:
    h = theme().hex
    return f"""
QMenu {{ background: {h("surface")}; border: 1px solid {h("line2")}; padding: {px(4)}px; }}
QMenu::item {{ padding: {px(6)}px {px(36)}px {px(6)}px {px(10)}px; border-radius: {px(4)}px; background: transparent; }}
QMenu::item:selected {{ background: {h("accent_bg")}; color: {h("text")}; }}
QMenu::item:disabled {{ color: {h("text3")}; }}
QMenu::separator {{ height: 1px; background: {h("line")}; margin: {px(4)}px {px(8)}px; }}
QMenu::icon {{ padding-left: {px(8)}px; }}
QCalendarWidget QWidget#qt_calendar_navigationbar {{ background: {h("surface")}; }}
QCalendarWidget QToolButton {{ color: {h("text")}; padding: {px(4)}px {px(8)}px; }}
QCalendarWidget QAbstractItemView {{ background: {h("surface")}; alternate-background-color: {h("surface")};
  selection-background-color: {h("accent")}; selection-color: {h("on_accent")}; }}
QCalendarWidget QAbstractItemView:disabled {{ color: {h("text3")}; }}
QMenuBar {{ background: {h("surface")}; color: {h("text")}; }}
QMenuBar::item {{ padding: {px(5)}px {px(10)}px; background: transparent; }}
QMenuBar::item:selected {{ background: {h("accent_bg")}; }}
QToolTip {{ background: {h("text")}; color: {h("surface")}; border: none; padding: {px(5)}px {px(8)}px; }}
QComboBox QAbstractItemView, QListView[k="popup"] {{ border: 1px solid {h("line2")}; padding: {px(4)}px; }}
"""
