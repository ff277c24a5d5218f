"""Made chairs into a library, and their meshes out of it again."""

from collections.abc import Generator

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
    already (the same seed again) is refused. The meshes are not kept, for `mesh_of` makes them
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

    clouds = made_clouds(chairs, library.points, seed, processes)
    try:
        yield ImportProgress(0, count, "")
        for done, cloud in enumerate(clouds, start=1):
            twin = library.same_shape(cloud.content_hash)
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
    return mesh if mesh.content_hash == chair.content_hash else None


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
