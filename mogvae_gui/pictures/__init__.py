"""Pictures without a screen: no Qt, drawn off screen with the same look as the window."""

from mogvae_gui.pictures.run_picture import picture_of_run

__all__ = ["picture_of_run"]
