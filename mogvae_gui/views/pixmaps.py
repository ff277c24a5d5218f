"""Pictures from `core` as Qt draws them."""

import numpy as np
from jaxtyping import UInt8
from PySide6.QtGui import QImage, QPixmap


def pixmap_of(image: UInt8[np.ndarray, "height width 4"]) -> QPixmap:
    """RGBA levels as a picture of Qt's own."""
    content = np.ascontiguousarray(image)
    height, width = content.shape[:2]
    picture = QImage(content.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return QPixmap.fromImage(picture.copy())
