"""Clouds in correspondence: each in an order in which index i is the same place of the shape.

Axes: N points of a cloud. An order is (N,) int32: `cloud[order[i]]` is the partner of
`template[i]`. A library's clouds are random samples, so without such an order the pointwise
squared error has its minimum where all points sit at the centroid.
"""

from core.correspondence.build import CorrespondenceProgress, bring_into_correspondence
from core.correspondence.matching import match_points, transport_cost
from core.correspondence.store import OrderStore, OrderTable, cloud_hash
from core.correspondence.template import choose_template, keep_template, kept_template

__all__ = [
    "CorrespondenceProgress",
    "OrderStore",
    "OrderTable",
    "bring_into_correspondence",
    "choose_template",
    "cloud_hash",
    "keep_template",
    "kept_template",
    "match_points",
    "transport_cost",
]
