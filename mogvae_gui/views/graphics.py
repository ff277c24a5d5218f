"""What the machine draws with, asked once."""

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QOffscreenSurface, QOpenGLContext, QSurfaceFormat

GL_RENDERER = 0x1F01
SOFTWARE_RENDERERS = ("llvmpipe", "softpipe", "swiftshader", "swrast", "software")


@dataclass(frozen=True)
class Graphics:
    """The OpenGL renderer and what follows from it."""

    renderer: str

    @property
    def is_software(self) -> bool:
        """Whether the processor draws: then a frame has to be cheap."""
        return any(name in self.renderer.lower() for name in SOFTWARE_RENDERERS)

    @property
    def multi_samples(self) -> int:
        """Samples a pixel; 8 cost a software renderer ten times the frame."""
        return 1 if self.is_software else 8


def prepare_graphics() -> None:
    """Share OpenGL between windows, in the format of the 3-D views. Before the application object.

    A dock that floats re-creates its OpenGL context; without sharing its view stays blank. The
    views set this format too, but after the shared context is made it can no longer be changed.
    """
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    wanted = QSurfaceFormat()
    wanted.setRenderableType(QSurfaceFormat.RenderableType.OpenGL)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    wanted.setVersion(3, 2)
    QSurfaceFormat.setDefaultFormat(wanted)


@cache
def graphics() -> Graphics:
    """Ask OpenGL for its renderer's name; empty where there is no OpenGL."""
    surface = QOffscreenSurface()
    surface.create()
    context = QOpenGLContext()
    if not context.create() or not context.makeCurrent(surface):
        return Graphics("")
    name = str(context.functions().glGetString(GL_RENDERER))
    context.doneCurrent()
    return Graphics(name)
