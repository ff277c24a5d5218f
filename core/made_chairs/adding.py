"""Made chairs into a library, and their meshes out of it again."""

from collections.abc import Generator, Mapping

import numpy as np

from core.errors import LibraryError
from core.importing import ImportProgress, ImportReport, Refusal
from core.library import Chair, Library, NewChair
from core.made_chairs.clouds import MadeCloud, made_clouds
from core.made_chairs.drawing import build_mesh, draw_made_chairs, made_chair_from_metadata
from core.mesh import Mesh
from core.split import TEST_SHARE, split_of

SOURCE = "made chair"

# Writing the index takes time in proportion to its length, so chairs come in by groups.
GROUP = 250

# A parameter that changed moves a good part of a chair, so that some of these points leave it.
_LOOKED_AT = 60
_OFF_THE_SURFACE = 1e-4  # metres; the clouds of the demo are rounded to a tenth of it


def add_made_chairs(
    library: Library,
    count: int,
    seed: int = 0,
    *,
    test_share: float = TEST_SHARE,
    processes: int | None = None,
) -> Generator[ImportProgress | ImportReport, None, ImportReport]:
    """Draw `count` chairs from `seed` and put them into the library, step by step.

    Yields an ImportProgress for each chair, then one ImportReport, which is also the value of
    StopIteration. Closing it early keeps what was made so far. A chair that the library has
    already (the same seed again) is refused: by its shape, or by its recipe, for versions and
    processors round a shape differently. The meshes are not kept, for `mesh_of` makes them
    again from the metadata. Raises LibraryError where the library cannot be written, ValueError
    where count or seed is below 0.
    """
    chairs = draw_made_chairs(count, seed)
    added: list[Chair] = []
    refused: list[Refusal] = []
    waiting: list[NewChair] = []

    def put_in() -> None:
        added.extend(library.add(waiting))
        waiting.clear()

    recipes = {_recipe(one.metadata): one for one in library.chairs if one.source == SOURCE}
    clouds = made_clouds(chairs, library.points, seed, processes)
    try:
        yield ImportProgress(0, count, "")
        for done, cloud in enumerate(clouds, start=1):
            recipe = _recipe(cloud.chair.as_metadata())
            twin = library.same_shape(cloud.content_hash) or recipes.get(recipe)
            if twin is None:
                waiting.append(_new_chair(cloud, seed, test_share))
            else:
                refused.append(_refusal(cloud, twin, seed))
            if len(waiting) >= GROUP:
                put_in()
            yield ImportProgress(done, count, cloud.chair.name)
    finally:  # cancelled or not, what was made comes in
        put_in()
    report = ImportReport(tuple(added), tuple(refused))
    yield report
    return report


def mesh_of(library: Library, chair: Chair) -> Mesh | None:
    """The mesh of any chair, own units and pose: kept by the library, or made again.

    None where the chair came as a cloud, or its recipe does not give the same mesh any more.
    """
    kept = library.mesh(chair)
    if kept is not None or chair.source != SOURCE:
        return kept
    try:
        mesh = build_mesh(made_chair_from_metadata(chair.name, chair.metadata))
    except LibraryError:
        return None
    same = mesh.content_hash == chair.content_hash or _lies_on(mesh, library, chair)
    return mesh if same else None


def _lies_on(mesh: Mesh, library: Library, chair: Chair) -> bool:
    """Whether the chair's cloud was sampled from this mesh.

    The hash does not say so of a chair that was made by an earlier version, or on another
    processor, whose sums were rounded otherwise.
    """
    from trimesh.triangles import closest_point

    cloud = chair.frame.to_own(library.cloud(chair))
    points = cloud[:: max(1, len(cloud) // _LOOKED_AT)]
    nearest = [
        closest_point(mesh.triangles, np.broadcast_to(point, (len(mesh.faces), 3)))
        for point in points
    ]
    distances = [
        np.linalg.norm(on_faces - point, axis=1).min()
        for on_faces, point in zip(nearest, points, strict=True)
    ]
    return bool(max(distances) < _OFF_THE_SURFACE)


def _recipe(metadata: Mapping[str, str | float | int]) -> frozenset[tuple[str, str | float | int]]:
    return frozenset(metadata.items())


def _new_chair(cloud: MadeCloud, seed: int, test_share: float) -> NewChair:
    return NewChair(
        name=cloud.chair.name,
        cloud=cloud.points,
        frame=cloud.frame,
        split=split_of(cloud.content_hash, seed, test_share),
        source=SOURCE,
        content_hash=cloud.content_hash,
        metadata=cloud.chair.as_metadata(),
    )


def _refusal(cloud: MadeCloud, twin: Chair, seed: int) -> Refusal:
    return Refusal(
        cloud.chair.name,
        f"{cloud.chair.name}: the same shape as {twin.name}, which is in the library already. "
        f"Choose another seed than {seed} for new chairs.",
        there_already=True,
        twin_id=twin.id,
    )
