"""The palette and the style sheet of Qt's own widgets, made from the tokens.

Widgets are told apart by dynamic properties: ``role`` (panel, canvas, bar, well, card; for labels secondary, caption,
accent, problem, warning), on buttons ``variant`` (plain, accent, ghost, outlined) and ``scale``
(normal, compact, small).
"""

from __future__ import annotations

from dataclasses import asdict
from string import Template

from PySide6.QtGui import QColor, QPalette

from ui.resources import resource
from ui.tokens import Tokens

_ROLES = {
    "Window": "win",
    "WindowText": "text",
    "Base": "surf",
    "AlternateBase": "surf2",
    "Text": "text",
    "PlaceholderText": "text3",
    "Button": "surf",
    "ButtonText": "text",
    "BrightText": "prob",
    "ToolTipBase": "surf",
    "ToolTipText": "text",
    "Highlight": "accfill",
    "HighlightedText": "onacc",
    "Accent": "accfill",
    "Link": "acc",
    "LinkVisited": "acc",
    "Light": "surf",
    "Midlight": "hover",
    "Mid": "line",
    "Dark": "line2",
    "Shadow": "line2",
}
_DISABLED = ("WindowText", "Text", "ButtonText", "PlaceholderText")

_SURFACES = """
QMainWindow, QDialog { background: $win; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accline; }
QToolBar { background: $surf; border: none; padding: 0; margin: 0; spacing: 0; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accline; }
*[role="panel"] { background: $surf; border: none; }
*[role="canvas"] { background: $canvas; border: none; }
*[role="bar"] { background: $surf; border: none; }
*[role="well"] { background: $surf2; border: none; border-radius: 6px; }
*[role="card"] { background: $surf; border: 1px solid $line; border-radius: 6px; }
*[role="card"]:focus { border: 2px solid $acc; }
*[role="card"][current="true"] { background: $accsoft; border-color: $acc; }
QLabel { background: transparent; }
QLabel:disabled { color: $line2; }
QLabel[role="secondary"] { color: $text2; }
QLabel[role="caption"] { color: $text3; }
QLabel[role="accent"] { color: $acc; }
QLabel[role="problem"] { color: $prob; }
QLabel[role="warning"] { color: $warn; }
QToolTip { background: $surf; color: $text; border: 1px solid $line2; padding: 4px 6px; }
QStatusBar { background: $surf; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
"""

_BUTTONS = """
QPushButton { background: $surf; color: $text; border: 1px solid $line; border-radius: 6px; padding: 0 11px;
  min-height: 30px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line2; }
QPushButton:checked { background: $accsoft; border-color: $accline; }
QPushButton:focus { border: 2px solid $acc; padding: 0 10px; min-height: 28px; }
QPushButton:disabled { color: $line2; background: $surf; }
QPushButton[scale="compact"] { min-height: 26px; }
QPushButton[scale="compact"]:focus { min-height: 24px; }
QPushButton[scale="small"] { border-radius: 4px; padding: 0 7px; min-height: 22px; }
QPushButton[scale="small"]:focus { padding: 0 6px; min-height: 20px; }
QPushButton::menu-indicator { image: none; width: 0; }
QPushButton[variant="ghost"] { background: transparent; border-color: transparent; }
QPushButton[variant="ghost"]:hover { background: $hover; }
QPushButton[variant="ghost"]:pressed { background: $line2; }
QPushButton[variant="ghost"]:checked { background: $hover; }
QPushButton[variant="ghost"]:focus { border-color: $acc; }
QPushButton[variant="accent"] { background: $accfill; color: $onacc; border-color: $accfill; }
QPushButton[variant="accent"]:hover { background: $acchover; border-color: $acchover; }
QPushButton[variant="accent"]:pressed { background: $accpress; border-color: $accpress; }
QPushButton[variant="accent"]:focus { border-color: $accring; }
QPushButton[variant="accent"]:disabled { background: $surf2; color: $line2; border-color: $surf2; }
QToolButton { background: transparent; color: $text; border: 1px solid transparent; border-radius: 6px; padding: 0; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $line2; }
QToolButton:checked { background: $accsoft; border-color: $accline; }
QToolButton:focus { border: 2px solid $acc; }
QToolButton:disabled { color: $line2; }
QToolButton[variant="outlined"] { background: $surf; border-color: $line; }
QToolButton[variant="outlined"]:hover { background: $hover; }
QToolButton[variant="outlined"]:checked { background: $accsoft; border-color: $accline; }
QToolButton[variant="outlined"]:focus { border-color: $acc; }
QToolButton[scale="small"] { border-radius: 4px; }
QToolButton::menu-indicator { image: none; }
"""

_FIELDS = """
QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextEdit { background: $surf; color: $text;
  border: 1px solid $line2; border-radius: 4px; selection-background-color: $accfill; selection-color: $onacc; }
QLineEdit, QComboBox, QAbstractSpinBox { min-height: 26px; padding: 0 6px; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { border: 2px solid $acc; min-height: 24px; padding: 0 5px; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { color: $line2; border-color: $line; }
QPlainTextEdit, QTextEdit { padding: 3px; }
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $acc; padding: 2px; }
QPlainTextEdit[variant="code"] { border: none; border-top: 1px solid $line; border-radius: 0; padding: 4px 8px; }
QPlainTextEdit[variant="code"]:focus { border: none; border-top: 2px solid $acc; padding: 3px 8px 4px; }
QLineEdit[refused="true"], QComboBox[refused="true"], QPlainTextEdit[refused="true"] { background: $probsoft;
  border-color: $probline; }
QLineEdit[refused="true"]:focus, QComboBox[refused="true"]:focus, QPlainTextEdit[refused="true"]:focus {
  border-color: $prob; }
QLineEdit[variant="search"] { border-radius: 6px; }
QLineEdit[variant="well"] { border-radius: 6px; background: $surf2; border-color: $line; min-height: 30px; }
QLineEdit[variant="well"]:focus { border-color: $acc; min-height: 28px; }
QComboBox { padding-right: 1px; }
QComboBox:focus { padding-right: 0; }
QComboBox QLineEdit { border: none; background: transparent; min-height: 0; padding: 0; }
QComboBox::drop-down { border: none; width: 16px; }
QComboBox::down-arrow { image: url("$chevron_down"); width: 16px; height: 16px; }
QComboBox::down-arrow:disabled { image: url("$chevron_down_disabled"); }
QComboBox QAbstractItemView { background: $surf; color: $text; border: 1px solid $line2; outline: none; padding: 4px;
  selection-background-color: $accsoft; selection-color: $acc; }
QCheckBox, QRadioButton { background: transparent; spacing: 8px; min-height: 20px; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $line2;
  background: $surf; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $text3; }
QCheckBox::indicator:checked { background: $accfill; border-color: $accfill; image: url("$check"); }
QCheckBox::indicator:indeterminate { background: $accfill; border-color: $accfill; image: url("$dash"); }
QRadioButton::indicator:checked { border: 4px solid $accfill; width: 8px; height: 8px; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $acc; width: 12px; height: 12px; }
QCheckBox::indicator:checked:focus { border: 2px solid $accring; }
QCheckBox:disabled, QRadioButton:disabled { color: $line2; }
QCheckBox::indicator:checked:disabled { background: $line2; border-color: $line2; }
QSlider { background: transparent; min-height: 20px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line2; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accfill; }
QSlider::handle:horizontal { width: 10px; height: 10px; margin: -5px 0; border: 2px solid $acc; border-radius: 7px;
  background: $surf; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { background: $accsoft; border-width: 3px;
  width: 8px; height: 8px; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled { background: $line2;
  border-color: $line2; }
QProgressBar { background: $surf2; border: none; border-radius: 3px; max-height: 6px; min-height: 6px;
  color: transparent; }
QProgressBar::chunk { background: $accfill; border-radius: 3px; }
"""

_LISTS = """
QAbstractScrollArea { background: $surf; border: none; }
QAbstractItemView { background: $surf; color: $text; border: none; outline: none; alternate-background-color: $surf2;
  selection-background-color: $accsoft; selection-color: $acc; }
QListView::item, QTreeView::item { min-height: 28px; padding: 0 8px; border: none; }
QAbstractItemView::item:hover { background: $hover; }
QAbstractItemView::item:selected { background: $accsoft; color: $acc; }
QTreeView::branch { background: transparent; }
QTreeView::branch:has-children:closed { image: url("$chevron_right"); }
QTreeView::branch:has-children:open { image: url("$chevron_down"); }
QTableView { gridline-color: $grid; }
QHeaderView { background: $surf; }
QHeaderView::section { background: $surf2; color: $text2; border: none; border-right: 1px solid $line;
  border-bottom: 1px solid $line; padding: 0 8px; min-height: 24px; }
QTableCornerButton::section { background: $surf2; border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $line2; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $text3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }
"""

_CHROME = """
QMenu { background: $surf; color: $text; border: 1px solid $line2; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 4px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: $accsoft; color: $acc; }
QMenu::item:disabled { color: $line2; }
QMenu::separator { height: 1px; background: $line; margin: 4px 6px; }
QMenu::right-arrow { image: url("$chevron_right"); width: 16px; height: 16px; }
QDockWidget { color: $text; titlebar-close-icon: url("$close"); titlebar-normal-icon: url("$float"); }
QDockWidget::title { background: $surf; padding: 6px 12px; }
QDockWidget::close-button, QDockWidget::float-button { border: none; border-radius: 4px; padding: 0; }
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: $hover; }
QTabWidget::pane { border: none; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $text2; border: none; border-bottom: 2px solid transparent;
  padding: 4px 10px; }
QTabBar::tab:hover { color: $text; background: $hover; }
QTabBar::tab:selected { color: $acc; border-bottom-color: $acc; }
QTabBar::tab:focus { border-bottom-color: $acc; }
QGroupBox { border: 1px solid $line; border-radius: 6px; margin-top: 10px; padding-top: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; color: $text2; }
"""

_SHEET = Template(_SURFACES + _BUTTONS + _LISTS + _FIELDS + _CHROME)
_PICTURES = ("chevron-down", "chevron-down-disabled", "chevron-right", "close", "float")


def palette(tokens: Tokens) -> QPalette:
    """The QPalette of a theme: for widgets that paint themselves, and for those the style sheet leaves alone."""
    made = QPalette()
    for role, token in _ROLES.items():
        made.setColor(QPalette.ColorRole[role], tokens.color(token))
    for role in _DISABLED:
        made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole[role], tokens.color("line2"))
    return made


def style_sheet(tokens: Tokens) -> str:
    """The application's style sheet in the colours of ``tokens``."""
    kind = "dark" if tokens.dark else "light"
    pictures = {name.replace("-", "_"): _url(f"{name}-{kind}") for name in _PICTURES}
    fill = tokens.color("accfill")
    return _SHEET.substitute(
        asdict(tokens),
        **pictures,
        check=_url("check"),
        dash=_url("dash"),
        acchover=_hex(fill.lighter(112)),
        accpress=_hex(fill.darker(118)),
        # On the accent itself the ring must differ from the fill: it takes the text's colour.
        accring=tokens.text,
    )


def _url(name: str) -> str:
    return resource(f"style/{name}.svg").as_posix()


def _hex(colour: QColor) -> str:
    return colour.name()
