"""The import itself: a generator of steps that can be closed at any of them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import ShapeFileError
from core.frame import Axis
from core.importing.find_files import FoundFile, find_files
from core.importing.oddities import scale_oddities
from core.importing.prepare import FacingChoice, Job, Prepared, UpChoice
from core.importing.reading_processes import ReadingProcesses
from core.importing.report import (
    ImportProgress,
    ImportReport,
    ImportWarning,
    Refusal,
    WarningKind,
)
from core.importing.wire import Outcome
from core.library import Chair, Library
from core.orientation import UpGuess
from core.plain_text import clean_text
from core.posing import stand_up
from core.split import TEST_SHARE

MetadataOf = Callable[[Path], Mapping[str, str | float | int]]

# Chairs go into the library in groups: writing the index costs time in proportion to its length,
# so the groups grow with it, up to what may wait in memory.
SMALLEST_GROUP = 16
LARGEST_GROUP = 1024
NOTHING_TO_DO = "Nothing needs to be done."
MENDED = "Its stored mesh was lost or damaged and is whole again."
GROUP_SHARE = 1 / 20  # of the library

FEWEST_TO_AGREE = 3  # chairs with a certain up axis that others may follow
AGREEMENT = 0.8  # of them must stand the same way


def import_paths(
    library: Library,
    paths: Iterable[Path | str],
    *,
    up: UpChoice = "auto",
    facing: FacingChoice = "auto",
    seed: int = 0,
    test_share: float = TEST_SHARE,
    metadata_of: MetadataOf | None = None,
    reading: ReadingProcesses | None = None,
) -> "FileImport":
    """Bring files and folders into a library, step by step.

    Yields an ImportProgress for each file, and the last one again about every 0.1 s while a file
    takes long; then one ImportReport, which is also the value of StopIteration. Closing it early
    keeps what came in so far; `FileImport.report` has that too. Raises LibraryError where the
    library cannot be written. `metadata_of` adds to a chair what is known of its file (creator,
    licence). `test_share` is for files outside a ModelNet folder, which has a split of its own. The
    files are read by the processes of `reading`, which stay, or else by ones that
    last as long as the import.
    """
    return FileImport(
        library,
        paths,
        up=up,
        facing=facing,
        seed=seed,
        test_share=test_share,
        metadata_of=metadata_of,
        reading=reading,
    )


class FileImport(Iterator[ImportProgress | ImportReport]):
    """A running import. Iterate it; `close` to cancel; read `report` at any time."""

    def __init__(
        self,
        library: Library,
        paths: Iterable[Path | str],
        *,
        up: UpChoice = "auto",
        facing: FacingChoice = "auto",
        seed: int = 0,
        test_share: float = TEST_SHARE,
        metadata_of: MetadataOf | None = None,
        reading: ReadingProcesses | None = None,
    ) -> None:
        self._library = library
        self._paths = list(paths)
        self._up: UpChoice = up
        self._facing: FacingChoice = facing
        self._seed = seed
        self._test_share = test_share
        self._metadata_of = metadata_of
        self._reading = reading
        self._waiting: list[tuple[FoundFile, Prepared]] = []
        self._waiting_hashes: dict[str, str] = {}  # content hash -> file name
        self._added: list[Chair] = []
        self._refused: list[Refusal] = []
        self._warnings: list[ImportWarning] = []
        self._read: list[_Read] = []
        self._up_reasons: dict[str, str] = {}
        self._steps = self._run()

    def __iter__(self) -> "FileImport":
        return self

    def __next__(self) -> ImportProgress | ImportReport:
        return next(self._steps)

    def close(self) -> None:
        """Stop here. What was read so far stays in the library."""
        self._steps.close()

    @property
    def report(self) -> ImportReport:
        """What has been done so far; the whole report once the import has ended."""
        return ImportReport(
            tuple(self._added),
            tuple(self._refused),
            tuple(self._warnings),
            dict(self._up_reasons),
        )

    def _run(self) -> Generator[ImportProgress | ImportReport, None, ImportReport]:
        found, refused = find_files(self._paths)
        self._refused += refused
        self._warn_of_categories(found)
        progress = ImportProgress(0, len(found), "")
        try:
            yield progress
            with self._outcomes(found) as outcomes:
                for outcome in outcomes:
                    if outcome is not None:
                        file = found[progress.done]
                        self._take(file, outcome)
                        name = clean_text(file.path.name)
                        progress = ImportProgress(progress.done + 1, len(found), name)
                    yield progress
        finally:  # cancelled or not, what was read comes in
            self._put_in()
            self._agree_on_up()
            self._compare_sizes()
        yield self.report
        return self.report

    @contextmanager
    def _outcomes(self, found: list[FoundFile]) -> Iterator[Iterator[Outcome | None]]:
        """What became of each file, in order; None while one takes long. Leaving it stops."""
        jobs = [
            Job(
                path=file.path,
                points=self._library.points,
                up=self._up,
                facing=self._facing,
                seed=self._seed,
                test_share=self._test_share,
                split=file.split,
                category=file.category,
            )
            for file in found
        ]
        with ExitStack() as stack:
            reading = self._reading or stack.enter_context(ReadingProcesses())
            yield stack.enter_context(closing(reading.prepare(jobs)))

    def _take(self, file: FoundFile, outcome: Outcome) -> None:
        """Take in one file, and put a group into the library where enough have gathered."""
        if isinstance(outcome, ShapeFileError):
            self._refused.append(Refusal(str(file.path), str(outcome)))
            return
        prepared = outcome
        content_hash = prepared.chair.content_hash
        twin = self._library.same_shape(content_hash)
        twin_name = twin.name if twin else self._waiting_hashes.get(content_hash)
        if twin_name is not None:
            mesh = prepared.chair.mesh
            mended = twin is not None and mesh is not None and self._library.mend_mesh(twin, mesh)
            self._refused.append(
                Refusal(
                    str(file.path),
                    f"{clean_text(file.path.name)}: the same shape as {twin_name}, which is in the "
                    f"library already. {MENDED if mended else NOTHING_TO_DO}",
                    there_already=True,
                    twin_id=twin.id if twin else None,
                )
            )
            return
        if self._metadata_of is not None:
            chair = prepared.chair
            metadata = {**chair.metadata, **self._metadata_of(file.path)}
            prepared = replace(prepared, chair=replace(chair, metadata=metadata))
        self._waiting.append((file, prepared))
        self._waiting_hashes[content_hash] = clean_text(file.path.stem)
        group = min(LARGEST_GROUP, max(SMALLEST_GROUP, int(len(self._library) * GROUP_SHARE)))
        if len(self._waiting) >= group:
            self._put_in()

    def _put_in(self) -> None:
        waiting, self._waiting, self._waiting_hashes = self._waiting, [], {}
        chairs = self._library.add([prepared.chair for _, prepared in waiting])
        self._added += chairs
        for chair, (file, prepared) in zip(chairs, waiting, strict=True):
            self._read.append(_Read(file.path, chair, prepared.up, prepared.size, prepared.size_m))
            self._up_reasons[chair.id] = f"{prepared.up.axis} points up: {prepared.up.reason}"
            self._warnings += [
                ImportWarning(str(file.path), sentence, kind, chair.id)
                for kind, sentence in prepared.oddities
            ]

    def _compare_sizes(self) -> None:
        """Warn of chairs whose size is far from the others'; those with known units apart."""
        known = [read for read in self._read if read.size_m is not None]
        unknown = [read for read in self._read if read.size_m is None]
        for group, unit in ((known, "m"), (unknown, "units")):
            sizes = [read.size if read.size_m is None else read.size_m for read in group]
            for position, sentence in scale_oddities(sizes, unit).items():
                self._warn(group[position], sentence, "scale")

    def _agree_on_up(self) -> None:
        """Let chairs whose up axis is uncertain follow the certain ones of their kind of file."""
        agreed = _agreed_axes(self._read)
        changed: dict[str, Chair] = {}
        for read in (read for read in self._read if not read.up.certain):
            axis = agreed.get(read.group)
            if axis is None:
                doubt = f"The up axis is uncertain; it was taken to be {read.up.axis}"
                self._warn(read, f"{doubt}, because {read.up.reason}.", "up")
            elif axis != read.up.axis:
                (chair,) = stand_up(self._library, [read.chair.id], axis)
                changed[chair.id] = chair
                self._up_reasons[chair.id] = f"{axis} points up: the files beside it stand so"
                self._warn(
                    read,
                    f"The up axis was taken to be {axis}, because the other files beside it stand "
                    f"so; by its shape alone it would be {read.up.axis}.",
                    "up",
                )
        self._added = [changed.get(chair.id, chair) for chair in self._added]

    def _warn(self, read: "_Read", sentence: str, kind: WarningKind) -> None:
        self._warnings.append(ImportWarning(str(read.path), sentence, kind, read.chair.id))

    def _warn_of_categories(self, found: list[FoundFile]) -> None:
        categories = sorted({file.category for file in found if file.category})
        if len(categories) > 1:
            self._warnings.append(
                ImportWarning(
                    str(found[0].path.parent.parent.parent),
                    f"The data set holds {len(categories)} categories ({', '.join(categories)}); "
                    "all come in. Drop the folder of one category to have that one alone.",
                    "categories",
                )
            )


@dataclass(frozen=True)
class _Read:
    """What is remembered of a chair that came in, to compare it with the others."""

    path: Path
    chair: Chair
    up: UpGuess
    size: float  # the diagonal of its box, own units
    size_m: float | None  # in metres, where the unit is known

    @property
    def group(self) -> tuple[Path, str]:
        """Files that one program has probably written: one folder, one suffix."""
        return self.path.parent, self.path.suffix.lower()


def _agreed_axes(read: list[_Read]) -> dict[tuple[Path, str], Axis]:
    """The up axis on which the certain chairs of a group agree, where there are enough of them."""
    votes: dict[tuple[Path, str], Counter[Axis]] = defaultdict(Counter)
    for one in read:
        if one.up.certain:
            votes[one.group][one.up.axis] += 1
    agreed: dict[tuple[Path, str], Axis] = {}
    for group, counter in votes.items():
        axis, count = counter.most_common(1)[0]
        if count >= FEWEST_TO_AGREE and count >= AGREEMENT * counter.total():
            agreed[group] = axis
    return agreed
