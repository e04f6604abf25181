"""Pictures of the network: what is in them, in both themes, and that the screen is not touched."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from explorer.examples import load_example
from explorer.project.errors import ProjectError
from explorer.project.model import Project
from ui import theme
from ui.document import Document
from ui.editor.picture import SCALE, png, save_picture, svg
from ui.editor.places import Places
from ui.editor.scene import EditorScene
from ui.scope import Scope
from ui.tokens import DARK, LIGHT


@pytest.fixture
def document() -> Document:
    return Document(load_example("digits-conv"))


@pytest.fixture
def scene(qapp: QApplication, document: Document) -> EditorScene:
    scope = Scope.of(document)
    return EditorScene(scope, Places(scope), document)


@pytest.mark.parametrize(("mode", "tokens"), [("light", LIGHT), ("dark", DARK)])
def test_a_png_has_the_whole_network_in_the_theme_asked_for(
    scene: EditorScene, mode: str, tokens: theme.Tokens
) -> None:
    image = QImage.fromData(png(scene, mode), "PNG")  # type: ignore[arg-type, call-overload]
    content = scene.content_rect()
    assert image.width() > content.width() * SCALE
    assert image.height() > content.height() * SCALE
    assert image.pixelColor(1, 1) == tokens.color("canvas")
    colours = {image.pixelColor(x, y).name() for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert {tokens.color("surf").name(), tokens.color("surf2").name()} <= colours


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_an_svg_has_every_name_and_shape_as_text(scene: EditorScene, mode: str) -> None:
    content = svg(scene, mode)  # type: ignore[arg-type]
    words = {
        "".join(text.itertext()).strip()
        for text in ElementTree.fromstring(content).iter("{http://www.w3.org/2000/svg}text")
    }
    assert set(scene.nodes) <= words
    assert "16×4×4" in words
    renderer = QSvgRenderer(content)
    assert renderer.isValid()
    assert abs(renderer.defaultSize().width() / renderer.defaultSize().height() - 770 / 341) < 0.5


def test_what_is_selected_makes_no_difference_and_stays_selected(scene: EditorScene, document: Document) -> None:
    before = png(scene, "light")
    document.select(("conv1", "relu1"))
    scene.select_edges([document.network.edges[0]])
    assert png(scene, "light") == before
    assert scene.nodes["conv1"].selected
    assert scene.selected_edges == {document.network.edges[0]}


def test_the_screen_keeps_its_theme(scene: EditorScene) -> None:
    other = "light" if theme.current().tokens is DARK else "dark"
    tokens, icon = theme.current().tokens, theme.icon("grid")
    svg(scene, other)  # type: ignore[arg-type]
    assert theme.current().tokens is tokens
    assert theme.icon("grid").cacheKey() == icon.cacheKey()


def test_an_empty_network_gives_an_empty_picture(qapp: QApplication, tmp_path: Path) -> None:
    document = Document(Project())
    scope = Scope.of(document)
    scene = EditorScene(scope, Places(scope), document)
    save_picture(scene, tmp_path / "empty.PNG", "dark")
    image = QImage(str(tmp_path / "empty.PNG"))
    assert image.pixelColor(50, 50) == QColor(DARK.canvas)
    with pytest.raises(ProjectError, match="cannot be saved"):
        save_picture(scene, tmp_path / "gone" / "x.svg", "dark")
