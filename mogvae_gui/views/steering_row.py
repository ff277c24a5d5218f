"""A slider that moves the probe towards a component, beside those that move it along the axes."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QWidget

from mogvae_gui.views.actions import wrapped

WHY = (
    "Walks from where the probe is to the chosen component, along its density: the probability "
    "that the component made the shape never falls on the way."
)


class SteeringRow(QWidget):
    """Which component, how far towards it, and how much the place belongs to it."""

    component_chosen = Signal(int)
    moved = Signal(int)  # 0 to 100

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.towards = QComboBox()
        self.towards.setToolTip(wrapped("The component that the probe is steered towards"))
        self.towards.setAccessibleName("Towards")
        self.towards.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.towards.setMinimumContentsLength(11)
        self.towards.activated.connect(self._on_activated)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setToolTip(wrapped(WHY))
        self.slider.setAccessibleName("How far towards the component")
        self.slider.valueChanged.connect(self.moved)
        self.share = QLabel("")
        self.share.setMinimumWidth(self.fontMetrics().horizontalAdvance("100 %") + 2)
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.share.setToolTip(
            wrapped("The component's responsibility: how probably it made the shape of this place")
        )
        label = QLabel("towards")
        label.setProperty("role", "muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 2, 12, 6)
        layout.setSpacing(8)
        layout.addWidget(label)
        layout.addWidget(self.towards)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.share)

    def show_components(self, names: list[str], chosen: int) -> None:
        """Offer these components."""
        current = [self.towards.itemText(place) for place in range(self.towards.count())]
        with QSignalBlocker(self.towards):
            if current != names:
                self.towards.clear()
                self.towards.addItems(names)
            self.towards.setCurrentIndex(chosen)
        self.setVisible(len(names) > 1)

    def show_place(self, value: int, share: float | None) -> None:
        """Show how far the probe is on its way, and the component's responsibility there."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(value)
        self.share.setText("" if share is None else f"{share:.0%}")
        self.slider.setEnabled(share is not None)

    @Slot(int)
    def _on_activated(self, component: int) -> None:
        self.component_chosen.emit(component)
