"""A library's clouds in correspondence, for the pointwise squared error.

The orders are found once for a library, kept beside it, and found again by the clouds' content.
The template is one of the training chairs: its shape is in every run that learns from the orders,
and a run may know nothing of the chairs that it is tested on.

Axes: chairs n, points N.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from core.correspondence import (
    CorrespondenceProgress,
    OrderStore,
    OrderTable,
    bring_into_correspondence,
    cloud_hash,
    kept_template,
    match_points,
)
from core.library import Chair, Library
from core.training.reports import PreparationReport

FOLDER = "correspondence"  # in the library's
DOING = "Bringing chairs into correspondence"


def correspond(library: Library) -> Iterator[PreparationReport]:
    """Find the order of every chair's points that is not known yet, a report at a time."""
    if len(library) == 0:
        return
    for progress in _matching(library):
        yield PreparationReport(progress.done, progress.total, DOING)


def orders_of(library: Library) -> OrderTable:
    """The orders of all chairs, by their position in `library.chairs`; quick after `correspond`."""
    table: OrderTable | None = None
    for progress in _matching(library):
        table = progress.orders
    if table is None:
        raise ValueError("a library without chairs has no orders")
    return table


def corresponding_clouds(
    library: Library, chairs: Sequence[Chair]
) -> Float[ndarray, "chairs points 3"] | None:
    """Some chairs' clouds in the order in which the library's runs learnt them.

    Writes nothing; a chair whose order is not kept takes a tenth of a second. None where no run
    of this library has asked for orders, so that there is no template.
    """
    folder = library.folder / FOLDER
    template = kept_template(folder, library.points)
    if template is None:
        return None
    store = OrderStore(folder, template)
    arranged = []
    for chair in chairs:
        cloud = np.array(library.cloud(chair), dtype=np.float32)
        name = cloud_hash(cloud)
        order = store.order(name) if name in store else match_points(template, cloud)
        arranged.append(cloud[order])
    return np.stack(arranged)


def _matching(library: Library) -> Iterator[CorrespondenceProgress]:
    train = library.indices("train")
    return bring_into_correspondence(
        library.folder / FOLDER,
        library.clouds,
        library.rows(),
        # Without training chairs there is nothing to keep the test chairs from.
        template_rows=library.rows(train) if len(train) else None,
    )
