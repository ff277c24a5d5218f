"""What several chairs are called together: by what they have in common, where that is something."""

from collections.abc import Sequence

from core.library import Chair
from mogvae_gui.state.latent_state import LatentState

KINDS = ("family", "category")  # columns of the library, the first that all agree in


def group_name(chairs: Sequence[Chair], latent: LatentState) -> str:
    """As "10 × dining", or "10 of Component 3", or "10 chairs"; of one chair its name."""
    if len(chairs) == 1:
        return chairs[0].name
    count = f"{len(chairs):,}"
    for kind in KINDS:
        values = {str(chair.metadata.get(kind, "")) for chair in chairs}
        if len(values) == 1 and "" not in values:
            return f"{count} × {values.pop()}"
    latent_map = latent.map
    if chairs and latent_map is not None and latent_map.components is not None:
        wanted, members = {chair.id for chair in chairs}, latent_map.members
        rows = [row for row, one in enumerate(latent_map.chair_ids) if one in wanted]
        components = {int(members[row]) for row in rows}
        if len(rows) == len(wanted) and len(components) == 1:
            return f"{count} of {latent.name_of(components.pop())}"
    return f"{count} chairs"
