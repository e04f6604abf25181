"""The diagram panel: the network with its numbers, as units, as layers, or as arrays; and the example below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsScene,
    QGraphicsView,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from explorer.equations import Quantity
from explorer.stepping.paths import Path
from ui import theme
from ui.stepper.columns import Columns
from ui.stepper.diagram_items import GIVEN, QUANTITY, BlockItem, UnitItem
from ui.stepper.highlight import Highlight
from ui.stepper.layers_scene import draw_layers
from ui.stepper.sample import SamplePanel
from ui.stepper.session import StepSession
from ui.stepper.tensors import TensorsView
from ui.stepper.units_scene import UnitsPicture
from ui.stepper.waiting import WaitingStack
from ui.widgets.buttons import IconButton
from ui.widgets.segmented import SegmentedControl

SMALLEST_FIT, LARGEST_FIT = 0.7, 1.4
ZOOM_STEP = 1.2
CLICK_REACH = 4


class DiagramView(QGraphicsView):
    """The scene, zoomed by the wheel, moved by dragging; a click on a number leads to its step."""

    quantity_clicked = Signal(object)
    asked = Signal(object, QPoint)
    """A given number that was double-clicked, to try another for, and where on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own_scene = QGraphicsScene(self)
        self.setScene(self._own_scene)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Network diagram")
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self._fitted = True
        self._focus = QPointF()
        self._pressed: QPointF | None = None
        self._given: Quantity | None = None

    def fit(self, least: float = 0.0) -> None:
        """Show all of it, at most a little enlarged; from now on also when the panel changes its size.

        Rather than smaller than ``least``, only the part round the current step is shown.
        """
        self._fitted = True
        box = self._own_scene.sceneRect()
        if box.isEmpty() or not self.viewport().width():
            return
        whole = min(self.viewport().width() / box.width(), self.viewport().height() / box.height(), LARGEST_FIT)
        scale = max(whole, least)
        self.resetTransform()
        self.scale(scale, scale)
        self.centerOn(box.center() if scale == whole else self._focus)

    def refit(self) -> None:
        """Fit again unless a person has zoomed or moved, so that texts can be read."""
        if self._fitted:
            self.fit(SMALLEST_FIT)

    def look_at(self, place: QPointF | None) -> None:
        """Where the current step is: a diagram too large to be seen whole moves there."""
        moved = place is not None and place != self._focus
        self._focus = place if place is not None else self._focus
        if moved:
            self.refit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned:
            self._fitted = False
            factor = ZOOM_STEP if turned > 0 else 1 / ZOOM_STEP
            if 0.1 < self.transform().m11() * factor < 8:
                self.scale(factor, factor)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position()
        shown = (item.data(GIVEN) or item.data(QUANTITY) for item in self.items(event.position().toPoint()))
        self._given = next((quantity for quantity in shown if isinstance(quantity, Quantity)), None)
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask about what the first press was on: its step may have moved everything since."""
        self._pressed = None
        if self._given is not None:
            self.asked.emit(self._given, event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return
        if (event.position() - pressed).manhattanLength() > CLICK_REACH:
            self._fitted = False
            return
        for item in self.items(event.position().toPoint()):
            quantity = item.data(QUANTITY)
            if isinstance(quantity, Quantity):
                self.quantity_clicked.emit(quantity)
                return


class DiagramPanel(QWidget):
    """The switch, the diagram and the example."""

    def __init__(self, session: StepSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._columns: Columns | None = None
        self._picture: UnitsPicture | None = None
        self._path: Path | None = None
        self._clicked_at = 0
        self.setProperty("role", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.kind = SegmentedControl(
            [("units", "Units"), ("layers", "Layers"), ("tensors", "Tensors")], name="What the diagram shows"
        )
        self.kind.set_segment_tip("units", "Every unit with its number, every edge with its weight")
        self.kind.set_segment_tip("layers", "One box per layer, with the range of its numbers")
        self.kind.set_segment_tip("tensors", "The arrays of the current layer, as heat maps")
        self.fit_button = IconButton("fit-to-screen-outline", "Show the whole diagram", side=28)
        self.view = DiagramView()
        self.view.setProperty("role", "canvas")
        self.tensors = TensorsView(session)
        self.sample = SamplePanel(session)
        self._pages = QStackedWidget()
        self._lay_out()
        self.kind.picked.connect(lambda _kind: self.refresh())
        self.fit_button.clicked.connect(lambda: self.view.fit())
        self.view.quantity_clicked.connect(self._go)
        self.view.asked.connect(self._stay)
        session.trace_changed.connect(self._restart)
        session.step_changed.connect(self.refresh)
        session.shown_changed.connect(self._restart)
        theme.current().changed.connect(self.refresh)

    @property
    def highlight(self) -> Highlight:
        """What is highlighted in the diagram of units."""
        return self._picture.highlight if self._picture is not None else Highlight()

    def refresh(self) -> None:
        """Draw the current step."""
        trace = self._session.trace
        if trace is None or not self.isVisible():
            return
        kind = self.kind.current()
        self._pages.setCurrentIndex(1 if kind == "tensors" else 0)
        self.fit_button.setEnabled(kind != "tensors")
        if kind == "tensors":
            self.tensors.refresh()
            return
        scene = self.view.scene()
        before = scene.sceneRect()
        scene.clear()
        if kind == "units":
            if self._columns is None:
                self._columns = Columns(trace.rules, self._session.notation)
            self._picture = UnitsPicture(scene, self._session, self._columns, self._path)
            self._picture.draw()
        else:
            draw_layers(scene, self._session, self._path)
        if scene.sceneRect() != before:
            self.view.refit()
        self.view.look_at(_middle_of_step(scene))

    def _go(self, q: Quantity) -> None:
        """The step of a number that was clicked."""
        self._clicked_at = self._session.number
        self._session.go_to(q)

    def _stay(self, q: Quantity) -> None:
        """Back to where a person was before the first of two clicks, to see what another number does there."""
        if q.role == "weight":
            self._session.go(self._clicked_at)

    def show_path(self, path: Path | None) -> None:
        """Mark one path to the cost instead of the step; None marks the step again."""
        if path != self._path:
            self._path = path
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._session.set_visible(self, True)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._session.set_visible(self, False)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.refresh()

    def _restart(self) -> None:
        self._columns = None
        self.refresh()
        self.view.refit()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(16, 12, 16, 0)
        top.addWidget(self.kind)
        top.addStretch(1)
        top.addWidget(self.fit_button)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setProperty("role", "canvas")
        self.tensors.setProperty("role", "canvas")
        self.tensors.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        scroll.setWidget(self.tensors)
        self._pages.addWidget(self.view)
        self._pages.addWidget(scroll)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._pages, 1)
        column.addWidget(self.sample)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.waiting = WaitingStack(self._session, body)
        whole.addWidget(self.waiting)


def _middle_of_step(scene: QGraphicsScene) -> QPointF | None:
    """The middle of the units and blocks that the current step is about."""
    boxes = [
        item.sceneBoundingRect()
        for item in scene.items()
        if isinstance(item, (UnitItem, BlockItem)) and item.state == "step"
    ]
    if not boxes:
        return None
    union = boxes[0]
    for box in boxes[1:]:
        union = union.united(box)
    return union.center()
