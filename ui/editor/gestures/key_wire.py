"""KeyWire: draws a wire by keys: walk to the layer that shall read the source, and press Enter."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from explorer.network import NetworkError
from explorer.rewire import free_port
from ui.editor.aligning import numbers
from ui.editor.gestures.gesture import Canvas, Pointer
from ui.editor.gestures.wire_gesture import WireGesture
from ui.editor.walking import Direction, step

_ARROWS: dict[int, Direction] = {
    Qt.Key.Key_Left: "left", Qt.Key.Key_Right: "right", Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down",
}  # fmt: skip
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_DIGITS = range(Qt.Key.Key_1, Qt.Key.Key_9 + 1)


class KeyWire(WireGesture):
    """Arrow keys choose the node, digits its port, Enter draws the wire; Escape or a click leaves."""

    def __init__(self, canvas: Canvas, source: str) -> None:
        super().__init__(canvas, (source, -1), canvas.document.network)
        self._at, self._before, self._port = source, "", 0

    def start(self, pointer: Pointer) -> None:
        self.offer(True)
        self._tell(f"Walk with the arrow keys to the layer that shall read {self._at}, and press Enter.")

    def move(self, pointer: Pointer) -> None:
        """The mouse does nothing here."""

    def end(self, pointer: Pointer) -> None:
        self.cancel()

    def cancel(self) -> None:
        self.take_away()
        self.canvas.mark_focus(None)

    def takes_key(self, event: QKeyEvent) -> bool:
        return event.key() in _ARROWS or event.key() in _ENTER or event.key() in _DIGITS

    def key(self, event: QKeyEvent) -> bool:
        if event.key() in _ENTER:
            return self._connect()
        if event.key() in _ARROWS:
            self._walk(_ARROWS[event.key()])
        elif self._at != self.fixed[0]:
            ports = self.scene.nodes[self._at].look.ports
            self._port = min(event.key() - Qt.Key.Key_1, max(0, ports - 1))
            self._aim()
        return False

    def _walk(self, direction: Direction) -> None:
        boxes = {name: numbers(item.box()) for name, item in self.scene.nodes.items()}
        there = step(self.network, boxes, self._at, direction, self._before)
        if there is None:
            return
        self._at, self._before = there, self._at
        self._port = free_port(self.network, there)
        self.canvas.mark_focus(there)
        self.canvas.reveal(self.scene.nodes[there].box())
        self._aim()

    def _aim(self) -> None:
        """Show the wire as it would be."""
        if self._at == self.fixed[0]:
            self.show(None, self.place(self.fixed), None)
            return
        link = (self._at, self._port)
        why = self.why_not(link)
        self.show(link, self.place(link), why)
        self._tell(why or self._offer_sentence(), problem=bool(why))

    def _offer_sentence(self) -> str:
        ports = self.scene.nodes[self._at].look.ports
        wired = next((e.source for e in self.network.incoming[self._at] if e.port == self._port), "")
        instead = f" in place of {wired}" if wired else ""
        digits = f", a digit picks one of its {ports} ports" if ports > 1 else ""
        return f"Enter wires {self.fixed[0]} to {self._at}{instead}{digits}, Esc leaves."

    def _tell(self, sentence: str, problem: bool = False) -> None:
        box = self.scene.nodes[self._at].box()
        self.canvas.show_note(sentence, QPointF(box.left(), box.bottom()), problem)

    def _connect(self) -> bool:
        if self._at == self.fixed[0] or self.why_not((self._at, self._port)):
            return False
        target, port = self._at, self._port
        self.cancel()
        try:
            self.canvas.commands.wire(self.fixed[0], target, port)
        except NetworkError as error:
            self.canvas.show_note(str(error), self.place((target, port)))
            return True
        self.canvas.document.select((target,))
        return True
