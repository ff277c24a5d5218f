"""Meshes and clouds from files and into files, one module a group of formats.

Reading gives a `Shape` or a ShapeFileError whose one sentence says what is wrong, where, and what
to do. Nothing outside the file's own folder is touched, nothing is fetched, and sizes that a
header declares are checked against the file before memory is taken for them.
"""

from core.shape_files.read import CLOUD_SUFFIXES, MESH_SUFFIXES, SUFFIXES, read_shape
from core.shape_files.shape import Shape
from core.shape_files.write import WRITTEN_SUFFIXES, write_cloud

__all__ = [
    "CLOUD_SUFFIXES",
    "MESH_SUFFIXES",
    "SUFFIXES",
    "WRITTEN_SUFFIXES",
    "Shape",
    "read_shape",
    "write_cloud",
]
