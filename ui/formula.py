"""Formulas typeset from LaTeX: drawn once per text, size and colour, and as sharp as the screen."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.typesetting import typesetter
from ui.widgets.text import tooltip

SMALLEST_SCALE = 0.7
_CACHED = 512


@lru_cache(maxsize=_CACHED)
def render_formula(tex: str, size: int, colour: str) -> QSvgRenderer | None:
    """``tex`` typeset at ``size`` pixels in ``colour`` (#RRGGBB); None if it is empty or not LaTeX that can be typeset.

    The first time takes about 20 ms; its viewBoxF() is the size in logical pixels.
    """
    if not tex.strip():
        return None
    drawing = typesetter().drawing((tex, size, colour))
    renderer = QSvgRenderer(QByteArray(drawing.encode())) if drawing is not None else None
    return renderer if renderer is not None and renderer.isValid() else None


class FormulaLabel(QWidget):
    """One typeset formula; it shrinks to 70 % to fit, and what still does not fit is told in plain text on hover."""

    def __init__(
        self,
        tex: str = "",
        plain: str = "",
        size: int = 18,
        token: str = "text",
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tex = self._plain = ""
        self._size, self._token, self._alignment = size, token, alignment
        self._coming = False
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_tex(tex, plain)

    @property
    def tex(self) -> str:
        """The LaTeX shown."""
        return self._tex

    def set_tex(self, tex: str, plain: str = "", token: str | None = None) -> None:
        """Show another formula; ``plain`` is its plain text, ``token`` its colour. The same again costs nothing."""
        wanted = (tex, plain or tex, token or self._token)
        if wanted == (self._tex, self._plain, self._token):
            return
        self._tex, self._plain, self._token = wanted
        self.setAccessibleName(self._plain)
        self.updateGeometry()
        self._explain()
        self.update()

    def fits(self) -> bool:
        """Whether the whole formula is seen at the present width."""
        return self._natural().width() * SMALLEST_SCALE <= self.width()

    def sizeHint(self) -> QSize:
        box = self._natural()
        return QSize(round(box.width() + 0.5), round(box.height() + 0.5))

    def minimumSizeHint(self) -> QSize:
        box = self._natural()
        return QSize(min(48, round(box.width() + 0.5)), round(box.height() * SMALLEST_SCALE + 0.5))

    def heightForWidth(self, width: int) -> int:
        return round(self._natural().height() * self._scale(width) + 0.5)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._explain()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            renderer = self._renderer()
            if renderer is None:
                self._paint_text(painter)
                return
            box = renderer.viewBoxF()
            scale = self._scale(self.width())
            width, height = box.width() * scale, box.height() * scale
            left = 0.0
            if self._alignment & Qt.AlignmentFlag.AlignHCenter:
                left = max(0.0, (self.width() - width) / 2)
            elif self._alignment & Qt.AlignmentFlag.AlignRight:
                left = max(0.0, self.width() - width)
            renderer.render(painter, QRectF(left, (self.height() - height) / 2, width, height))

    def _renderer(self) -> QSvgRenderer | None:
        """The typeset formula; None if there is none, or as long as it is still to come."""
        key = (self._tex, self._size, getattr(theme.current().tokens, self._token))
        setter = typesetter()
        if not self._tex.strip() or setter.has(key):
            return render_formula(*key)
        if not self._coming:
            self._coming = True
            setter.arrived.connect(self._arrived)
        return None

    def _arrived(self) -> None:
        """Formulas have come, this one perhaps among them."""
        key = (self._tex, self._size, getattr(theme.current().tokens, self._token))
        setter = typesetter()
        if setter.has(key):
            self._coming = False
            setter.arrived.disconnect(self._arrived)
            self.updateGeometry()
            self._explain()
            self.update()

    def _natural(self) -> QRectF:
        """The formula at its full size; for a text that cannot be typeset, the text's own."""
        renderer = self._renderer()
        if renderer is not None:
            return renderer.viewBoxF()
        metrics = self.fontMetrics()
        height = max(metrics.height(), 2 * self._size if self._coming else 0)
        return QRectF(0, 0, metrics.horizontalAdvance(self._plain), height if self._plain else 0)

    def _scale(self, width: int) -> float:
        natural = self._natural().width()
        return 1.0 if natural <= width else max(SMALLEST_SCALE, width / natural)

    def _explain(self) -> None:
        # A formula that was never shown is not typeset just to find out whether it fits.
        self.setToolTip(tooltip(self._plain) if self.isVisible() and not self.fits() else "")

    def _paint_text(self, painter: QPainter) -> None:
        painter.setFont(self.font())
        painter.setPen(theme.current().tokens.color(self._token))
        shown = self.fontMetrics().elidedText(self._plain, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | self._alignment, shown)
