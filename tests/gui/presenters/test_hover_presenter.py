"""The card beside the pointer: whose code it is, with its picture."""

from pytestqt.qtbot import QtBot

from mogvae_gui.presenters.studio import Studio
from tests.gui.conftest import A_WHILE


def test_that_hovering_shows_name_kind_figures_and_picture(
    open_studio: Studio, qtbot: QtBot
) -> None:
    studio, view = open_studio, open_studio.window.latent.view
    chair = studio.project.chairs[-1]
    studio.latent.errors = {chair.id: 0.1234}
    studio.window.library.model.forget_thumbnail(chair.id)
    row = len(studio.project.chairs) - 1

    view.code_hovered.emit(row)

    card = view.hover_card
    assert card.isVisible()
    assert card.title.text() == chair.name
    for words in (chair.split, str(chair.metadata["family"]), "Component ", "CD₁ 0.1234"):
        assert words in card.words.text()
    qtbot.waitUntil(lambda: not card._picture.pixmap().isNull(), timeout=A_WHILE)

    for nobody in (-1, 500):
        view.code_hovered.emit(row)
        view.code_hovered.emit(nobody)
        assert not card.isVisible()


def test_that_a_figure_at_a_kept_epoch_says_that_it_is_of_now(open_studio: Studio) -> None:
    studio, view = open_studio, open_studio.window.latent.view
    studio.latent.errors = {studio.project.chairs[0].id: 0.1234}
    for epoch, is_said in ((None, False), (1, True)):
        studio.latent.epoch = epoch
        view.code_hovered.emit(0)
        words = view.hover_card.words.text()
        assert ("CD₁ 0.1234 of the run as it is now" in words) == is_said
        assert "CD₁ 0.1234" in words


def test_that_hovering_a_component_shows_name_weight_and_members(open_studio: Studio) -> None:
    studio, view = open_studio, open_studio.window.latent.view
    studio.latent.component_names = {1: "Stools"}
    latent_map = studio.latent.map
    assert latent_map is not None
    assert latent_map.components is not None

    view.component_hovered.emit(1)

    card = view.hover_card
    assert card.isVisible()
    assert card.title.text() == "Stools"
    assert f"weight {latent_map.components.weights[1]:.0%}" in card.words.text()
    assert f"{int((latent_map.members == 1).sum())} chair" in card.words.text()
    assert not card._picture.isVisible()
    view.component_hovered.emit(-1)
    assert not card.isVisible()
    view.code_hovered.emit(0)
    assert card._picture.isVisible()
    view.component_hovered.emit(99)
    assert not card.isVisible()
