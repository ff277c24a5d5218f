"""The families of made chairs, one file each."""

from core.made_chairs.design import ChairDesign
from core.made_chairs.families.armchair import Armchair
from core.made_chairs.families.bar_stool import BarStool
from core.made_chairs.families.cantilever import CantileverChair
from core.made_chairs.families.club import ClubChair
from core.made_chairs.families.dining import DiningChair
from core.made_chairs.families.folding import FoldingChair
from core.made_chairs.families.ladder_back import LadderBackChair
from core.made_chairs.families.rocking import RockingChair
from core.made_chairs.families.spindle_back import SpindleBackChair
from core.made_chairs.families.swivel import SwivelChair
from core.made_chairs.families.tulip import TulipChair
from core.made_chairs.families.wingback import WingbackChair

_ALL: tuple[type[ChairDesign], ...] = (
    DiningChair,
    Armchair,
    SwivelChair,
    CantileverChair,
    ClubChair,
    BarStool,
    SpindleBackChair,
    FoldingChair,
    RockingChair,
    LadderBackChair,
    TulipChair,
    WingbackChair,
)

DESIGNS: dict[str, type[ChairDesign]] = {design.family: design for design in _ALL}
