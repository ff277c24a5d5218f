"""Clouds in correspondence: each in an order in which index i is the same place of the shape.

Axes: N points of a cloud. An order is (N,) int32: `cloud[order[i]]` is the partner of
`template[i]`. A library's clouds are random samples, so without such an order the pointwise
squared error has its minimum where all points sit at the centroid.
"""

from core.correspondence.build import CorrespondenceProgress, bring_into_correspondence
from core.correspondence.matching import match_points, transport_cost
from core.correspondence.store import OrderTable
from core.correspondence.template import choose_template, keep_template

__all__ = [
    "CorrespondenceProgress",
    "OrderTable",
    "bring_into_correspondence",
    "choose_template",
    "keep_template",
    "match_points",
    "transport_cost",
]
