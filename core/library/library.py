"""A library on disk and what can be done to it.

    library/index.json       what is there (index.py)
    library/clouds.f32       the clouds (cloud_file.py)
    library/meshes/HASH.npz  the meshes that chairs came from (mesh_store.py)

Every change writes meshes and clouds first, waits until they are on disk, and then replaces the
index: a crash at any instant leaves the old library whole. One thread writes clouds at a time, and
one the index; others may read meanwhile, and see the chairs of before or after a change.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.atomic import write_bytes
from core.errors import LibraryError
from core.frame import Frame
from core.library import cloud_file, mesh_store
from core.library.chair import Chair, NewChair
from core.library.checks import checked_cloud, checked_metadata, checked_new_cloud
from core.library.columns import id_of_number
from core.library.index import (
    INDEX_FILE,
    Index,
    read_index,
    write_index,
)
from core.library.names import UniqueNames
from core.mesh import Mesh
from core.plain_text import clean_text
from core.split import SPLITS, Split

DEFAULT_POINTS = 5000
KEPT_INDEX_FILE = "index-before-chairs-were-lost.json"

Stamp = tuple[int, int, int]  # what tells one state of the index file from the next


class Library:
    """The chairs of a project. Made by `create` or `open`."""

    def __init__(self, folder: Path, index: Index, stamp: Stamp) -> None:
        self._folder = folder
        self._changing = threading.RLock()  # held while the index is replaced
        self._growing = threading.RLock()  # before the other, while clouds are written
        self._damage: tuple[str, ...] = ()
        self._refusal = ""
        self._take(index, stamp)

    @classmethod
    def create(cls, folder: Path | str, points: int = DEFAULT_POINTS) -> "Library":
        """Make an empty library of clouds of `points` points; the folder must not hold one."""
        folder = Path(folder)
        if points < 1:
            raise LibraryError(f"A cloud needs at least 1 point, not {points}. Choose more points.")
        if (folder / INDEX_FILE).exists():
            raise LibraryError(f"{folder}: there is a library already. Open it, or choose another.")
        with _sentences(folder):
            folder.mkdir(parents=True, exist_ok=True)
            write_index(folder, Index(points=points))
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path | str) -> "Library":
        """Open a library. LibraryError names what is missing or damaged."""
        folder = Path(folder)
        stamp = _stamp(folder)
        return cls(folder, read_index(folder), stamp)

    @classmethod
    def unreadable(cls, folder: Path | str, reason: str) -> "Library":
        """Stand in for a library that cannot be read: no chairs, and no change, for `reason`."""
        library = cls(Path(folder), Index(points=DEFAULT_POINTS), (0, 0, 0))
        library._damage = (reason,)
        library.refuse_changes(reason)
        return library

    # What is there

    @property
    def folder(self) -> Path:
        """Where the library lies on disk."""
        return self._folder

    @property
    def points(self) -> int:
        """N, the points of each cloud."""
        return self._index.points

    @property
    def chairs(self) -> tuple[Chair, ...]:
        """All chairs in the order of their coming. A change makes a new tuple."""
        return self._index.chairs

    @property
    def clouds(self) -> NDArray[np.float32]:
        """All rows (rows, N, 3), read-only and memory-mapped; `Chair.row` says which is whose."""
        return self._clouds

    @property
    def damage(self) -> tuple[str, ...]:
        """A sentence for each thing that was found damaged on opening; empty when whole."""
        return self._damage

    def __len__(self) -> int:
        return len(self._index.chairs)

    def __iter__(self) -> Iterator[Chair]:
        return iter(self._index.chairs)

    def __contains__(self, chair_id: object) -> bool:
        return chair_id in self._index.position

    def chair(self, chair_id: str) -> Chair:
        """The chair of that id; LibraryError where there is none."""
        index = self._index
        try:
            return index.chairs[index.position[chair_id]]
        except KeyError:
            raise LibraryError(
                f"The library has no chair {chair_id}; it was removed. Choose another."
            ) from None

    def position(self, chair_id: str) -> int:
        """Where the chair stands in `chairs`; LibraryError where it does not."""
        self.chair(chair_id)
        return self._index.position[chair_id]

    def cloud(self, chair: Chair | SupportsIndex) -> NDArray[np.float32]:
        """The normalised cloud (N, 3) of a chair, or of a position in `chairs`; a copy."""
        found = chair if isinstance(chair, Chair) else self._index.chairs[chair]
        return np.array(self._clouds[found.row], dtype=np.float32)

    def mesh(self, chair: Chair | SupportsIndex) -> Mesh | None:
        """The mesh that the chair came from, own units and pose; None where it came as a cloud."""
        found = chair if isinstance(chair, Chair) else self._index.chairs[chair]
        return mesh_store.load(self._meshes_folder, found.content_hash)

    def indices(self, split: Split) -> NDArray[np.int64]:
        """Positions in `chairs` of one side of the split, (n,)."""
        sides = (chair.split == split for chair in self._index.chairs)
        return np.flatnonzero(np.fromiter(sides, dtype=bool, count=len(self))).astype(np.int64)

    def rows(self, indices: ArrayLike | None = None) -> NDArray[np.int64]:
        """Rows in `clouds` for positions in `chairs` (n,), or for all chairs."""
        chairs = self._index.chairs
        rows = np.fromiter((chair.row for chair in chairs), dtype=np.int64, count=len(chairs))
        return rows if indices is None else rows[np.asarray(indices, dtype=np.int64)]

    def same_shape(self, content_hash: str) -> Chair | None:
        """The chair with this content, if there is one."""
        return self._index.by_hash.get(content_hash)

    # Changes

    def mend_mesh(self, chair: Chair, mesh: Mesh) -> bool:
        """Keep `mesh` for `chair` where the stored one is lost or damaged; whether it was.

        The mesh must be of the chair's content. A chair that came as a cloud gets none.
        Raises LibraryError where the library may not be changed.
        """
        if self._refusal:
            raise LibraryError(self._refusal)
        with _sentences(self._folder):
            return mesh_store.mend(self._meshes_folder, chair.content_hash, mesh)

    def refuse_changes(self, reason: str) -> None:
        """Answer every change with `reason` from now on, for another program has the library."""
        self._refusal = reason

    def add(self, new_chairs: Sequence[NewChair]) -> tuple[Chair, ...]:
        """Put chairs in, all or none. A name that is taken gets a number.

        A chair whose shape is there already joins the side of the split that its twin is on.
        """
        if not new_chairs:
            return ()
        clouds = np.stack([checked_new_cloud(new_chair, self.points) for new_chair in new_chairs])
        meshes = ((new.content_hash, new.mesh) for new in new_chairs if new.mesh is not None)
        with self._grown(clouds, meshes) as index:
            made = _numbered_chairs(index, new_chairs)
            self._commit(
                replace(
                    index,
                    rows=index.rows + len(made),
                    next_number=index.next_number + len(made),
                    chairs=index.chairs + made,
                )
            )
        return made

    def remove(self, chair_ids: Iterable[str]) -> tuple[Chair, ...]:
        """Take chairs out. Their clouds stay, and they can be restored."""
        with self._change() as index:
            gone = tuple(self.chair(chair_id) for chair_id in dict.fromkeys(chair_ids))
            going = {chair.id for chair in gone}
            staying = tuple(chair for chair in index.chairs if chair.id not in going)
            self._commit(replace(index, chairs=staying, removed=index.removed + gone))
        return gone

    def restore(self, chairs: Iterable[Chair]) -> tuple[Chair, ...]:
        """Put removed chairs back where they were, under their ids. Undoes `remove`."""
        with self._change() as index:
            removed = {chair.id: chair for chair in index.removed}
            names = UniqueNames(index.names)
            back: list[Chair] = []
            for wanted in chairs:
                if wanted.id in index.position:
                    continue
                if wanted.id not in removed:
                    raise LibraryError(
                        f"{wanted.name} cannot be put back, for the library does not know it. "
                        "Import its file again."
                    )
                chair = removed.pop(wanted.id)
                twin = index.by_hash.get(chair.content_hash, chair)
                back.append(replace(chair, name=names.take(chair.name), split=twin.split))
            self._commit(replace(index.with_chairs(back), removed=tuple(removed.values())))
        return tuple(back)

    def set_split(self, chair_ids: Iterable[str], split: Split) -> tuple[Chair, ...]:
        """Move chairs to one side, and every chair of the same shape with them."""
        if split not in SPLITS:
            raise LibraryError(f"A chair is on the side train or test, not {split!r}.")
        with self._change() as index:
            moving = {self.chair(chair_id).content_hash for chair_id in chair_ids}
            moved = tuple(
                replace(chair, split=split)
                for chair in index.chairs
                if chair.content_hash in moving and chair.split != split
            )
            self._commit(index.with_chairs(moved))
        return moved

    def rename(self, chair_id: str, name: str) -> Chair:
        """Give a chair another name; one that is taken gets a number."""
        with self._change() as index:
            chair = self.chair(chair_id)
            cleaned = clean_text(name)
            if not cleaned:
                raise LibraryError(f"{chair.name} needs a name with at least one visible letter.")
            names = UniqueNames(index.names - {chair.name})
            renamed = replace(chair, name=names.take(cleaned))
            self._commit(index.with_chairs([renamed]))
        return renamed

    def replace_cloud(self, chair_id: str, cloud: NDArray[np.float32], frame: Frame) -> Chair:
        """Give a chair another cloud and frame. The old row stays, for `put_back`."""
        return self.replace_clouds([(chair_id, cloud, frame)])[0]

    def replace_clouds(
        self, changes: Sequence[tuple[str, NDArray[np.float32], Frame]]
    ) -> tuple[Chair, ...]:
        """`replace_cloud` for several chairs at once, all or none."""
        if not changes:
            return ()
        clouds = np.stack([checked_cloud(cloud, self.points, name) for name, cloud, _ in changes])
        with self._grown(clouds) as index:
            changed = tuple(
                replace(self.chair(chair_id), row=index.rows + offset, frame=frame)
                for offset, (chair_id, _, frame) in enumerate(changes)
            )
            self._commit(replace(index.with_chairs(changed), rows=index.rows + len(changed)))
        return changed

    def put_back(self, chairs: Iterable[Chair]) -> None:
        """Make chairs what they were: name, split, cloud, frame and metadata. Undoes changes."""
        with self._change() as index:
            earlier = tuple(chairs)
            for chair in earlier:
                self.chair(chair.id)
                if not 0 <= chair.row < index.rows:
                    raise LibraryError(
                        f"{chair.name} cannot be put back, for its cloud is gone. "
                        "Import its file again."
                    )
            self._commit(index.with_chairs(earlier))

    def reload(self) -> None:
        """Take what is on disk, where another program has changed it."""
        with self._changing:
            stamp = _stamp(self._folder)
            self._take(read_index(self._folder), stamp)

    # Inside

    @property
    def _meshes_folder(self) -> Path:
        return self._folder / "meshes"

    def _clouds_path(self, index: Index) -> Path:
        return self._folder / index.clouds_file

    def _take(self, index: Index, stamp: Stamp) -> None:
        """Show `index` from now on, without the chairs whose clouds are not on disk."""
        path = self._clouds_path(index)
        whole = cloud_file.whole_rows(path, index.points)
        if whole < index.rows:
            kept = tuple(chair for chair in index.chairs if chair.row < whole)
            lost = len(index.chairs) - len(kept)
            self._damage = (
                f"{path}: the file is cut short, {lost} of {len(index.chairs)} chairs have lost "
                "their clouds and are left out. Put the file back from a copy, or import them "
                "again.",
            )
            removed = tuple(chair for chair in index.removed if chair.row < whole)
            index = replace(index, rows=whole, chairs=kept, removed=removed)
        self._clouds = cloud_file.open_mapped(path, index.rows, index.points)
        self._index = index
        self._stamp = stamp

    def _keep_whole_index(self) -> None:
        """Chairs without clouds are left out from the next index on: keep the one that has them.

        Somebody may put the clouds back.
        """
        kept = self._folder / KEPT_INDEX_FILE
        if not kept.exists():
            write_bytes(kept, (self._folder / INDEX_FILE).read_bytes())

    @contextmanager
    def _change(self) -> Iterator[Index]:
        """Hold the library for one change, from the index that it starts from.

        After an error the library shows what is on disk, which is the state of before.
        """
        if self._refusal:
            raise LibraryError(self._refusal)
        with self._changing, _sentences(self._folder):
            if _stamp(self._folder) != self._stamp:
                raise LibraryError(
                    f"{self._folder}: another program has changed the library meanwhile. "
                    "Open the project again to see its chairs; nothing was changed here."
                )
            try:
                yield self._index
            except OSError:
                self.reload()
                raise

    @contextmanager
    def _grown(
        self, clouds: NDArray[np.float32], meshes: Iterable[tuple[str, Mesh]] = ()
    ) -> Iterator[Index]:
        """`_change`, with clouds on disk behind the rows of the index that it starts from.

        While they are written, which is what takes long, chairs can be renamed, moved and removed:
        such a change replaces the index and waits for nobody.
        """
        with self._growing:
            with self._change() as index:
                path, rows = self._clouds_path(index), index.rows
            with _sentences(self._folder):
                mesh_store.store(self._meshes_folder, meshes)
                cloud_file.append(path, rows, clouds)
            with self._change() as index:
                if (self._clouds_path(index), index.rows) != (path, rows):
                    raise LibraryError(
                        f"{self._folder}: the library was read anew meanwhile, and nothing was "
                        "changed. Try again."
                    )
                yield index

    def _commit(self, index: Index) -> None:
        if self._damage:
            self._keep_whole_index()
        write_index(self._folder, index)
        self._take(index, _stamp(self._folder))


def _numbered_chairs(index: Index, new_chairs: Sequence[NewChair]) -> tuple[Chair, ...]:
    names = UniqueNames(index.names)
    sides = {content_hash: chair.split for content_hash, chair in index.by_hash.items()}
    made = []
    for offset, new in enumerate(new_chairs):
        made.append(
            Chair(
                id=id_of_number(index.next_number + offset),
                name=names.take(clean_text(new.name) or "chair"),
                split=sides.setdefault(new.content_hash, new.split),
                row=index.rows + offset,
                source=clean_text(new.source),
                content_hash=new.content_hash,
                frame=new.frame,
                metadata=checked_metadata(new),
            )
        )
    return tuple(made)


def _stamp(folder: Path) -> Stamp:
    try:
        status = (folder / INDEX_FILE).stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)


@contextmanager
def _sentences(folder: Path) -> Iterator[None]:
    """Turn errors of the disk into a sentence."""
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"{folder}: the library could not be written ({error.strerror or error}). "
            "Check free space and permissions; what was there before is whole."
        ) from error
