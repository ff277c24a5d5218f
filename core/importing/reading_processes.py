"""Files read in processes of their own, so that the worst of them costs one refusal.

A file that crashes its reader, hangs it or takes too much memory ends that process; the others go
on, and a new one takes its place. The processes stay for the next files, so that a single file
comes in at once.
"""

import contextlib
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Generator, Iterable, Sequence
from types import TracebackType

from core.cores import usable_cores
from core.errors import ShapeFileError, StudioError
from core.importing.limits import Limits
from core.importing.prepare import Job, Prepared
from core.importing.wire import (
    Outcome,
    Request,
    packed_request,
    receive,
    send,
    unpacked_answer,
)
from core.shape_files.shape import refusal

logger = logging.getLogger(__name__)

HEARTBEAT_S = 0.1  # how often a reader of results that waits is given the word
START_S = 60.0  # what a process may take to be ready, on a machine that is busy with other things
FILES_PER_PROCESS = 8  # fewer are read sooner than another process starts
MOST_AHEAD = 256  # files that are read while an earlier one takes its time
MOST_AHEAD_BYTES = 1 << 28  # of what they hold

# `-P` keeps the folder that the program was started in, which may be a downloaded one, out of
# the search for modules; then the same places as here are searched.
_COMMAND = (
    "import sys; sys.path[:] = __import__('json').loads(sys.argv[1]); "
    "from core.importing.reading_child import serve; serve()"
)
# One thread each: several processes share the cores, and OpenBLAS takes memory by the thread.
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class ReadingProcesses:
    """Processes that read files. They start when needed and wait for more; close them when done.

    One thread at a time may run `prepare`; `warm_up` and `close` may be called from another.
    """

    def __init__(self, processes: int | None = None, limits: Limits | None = None) -> None:
        """Get ready to use so many processes; None: as the cores allow, at least 2."""
        self.processes = max(2, min(usable_cores(), 8)) if processes is None else processes
        self._limits = limits or Limits()
        self._children: list[_Child] = []
        self._inbox: queue.SimpleQueue[tuple[_Child, bytes | None]] = queue.SimpleQueue()
        self._changing = threading.Lock()
        self._is_closed = False
        self._command = _COMMAND
        # Forgotten ones end with their owner, and before the interpreter does.
        self._finalizer = weakref.finalize(self, _end_all, self._children)

    def warm_up(self) -> None:
        """Start the first process, so that the next file need not wait for it. Returns at once."""
        with self._changing:
            if not self._children and not self._is_closed:
                # Where none can be started, reading the file says so.
                with contextlib.suppress(OSError):
                    self._children.append(_Child(self._command, self._inbox))

    def read(self, job: Job) -> Prepared:
        """Read one file and wait for it. Raises ShapeFileError as `prepare_chair` does."""
        (outcome,) = (each for each in self.prepare([job]) if each is not None)
        if isinstance(outcome, ShapeFileError):
            raise outcome
        return outcome

    def prepare(self, jobs: Iterable[Job]) -> Generator[Outcome | None, None, None]:
        """Yield what became of each job, in order; and None whenever 0.1 s brought nothing.

        Closing it ends the processes that are busy. Raises StudioError where none can be started.
        """
        batch = _Batch(list(jobs))
        try:
            given_at = time.monotonic()
            while not batch.is_done:
                if batch.has_next:
                    yield batch.take_next()
                    given_at = time.monotonic()
                    continue
                self._hand_out(batch)
                self._wait(batch)
                if not batch.has_next and time.monotonic() - given_at >= HEARTBEAT_S:
                    yield None
                    given_at = time.monotonic()
                    self._add_process(batch)
        finally:
            for child in self._busy():
                self._end(child)

    def close(self) -> None:
        """End every process at once, whatever it is busy with."""
        with self._changing:
            self._is_closed = True
        self._finalizer()

    def __enter__(self) -> "ReadingProcesses":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # Inside

    def _busy(self) -> list["_Child"]:
        return [child for child in self._children if child.job is not None]

    def _hand_out(self, batch: "_Batch") -> None:
        """Give waiting jobs to idle processes, and start processes where many jobs wait."""
        wanted = min(self.processes, 1 + batch.waiting // FILES_PER_PROCESS)
        while batch.waiting and len(self._children) < wanted:
            self._start()
        for child in [child for child in self._children if child.job is None and child.is_ready]:
            if not batch.may_go_ahead:
                return
            number = batch.take_waiting()
            job = batch.jobs[number]
            size = _size(job)
            seconds = self._limits.seconds_for(size)
            memory_bytes = self._limits.memory_for(size)
            child.give(number, Request(job, seconds, memory_bytes))

    def _wait(self, batch: "_Batch") -> None:
        """Wait for the next message or the end of a process's time, 0.1 s at most."""
        try:
            child, body = self._inbox.get_nowait()
        except queue.Empty:  # only now: whoever reads the results may have paused for long
            for child in [one for one in self._children if time.monotonic() > one.deadline]:
                self._time_out(child, batch)
                return
            try:
                child, body = self._inbox.get(timeout=HEARTBEAT_S)
            except queue.Empty:
                return
        if child in self._children:  # else it was ended meanwhile
            self._take(child, body, batch)

    def _take(self, child: "_Child", body: bytes | None, batch: "_Batch") -> None:
        if body is None:
            self._on_death(child, batch)
        elif not child.is_ready:
            child.is_ready = True
            child.deadline = float("inf")
        elif child.job is not None:
            number = child.done()
            try:
                answer = unpacked_answer(body)
            except ValueError:
                logger.exception("what a reading process said is no answer")
                self._end(child)
                batch.put(number, _crashed(batch.jobs[number], "its reader lost its way"), 0)
                return
            for level, text in answer.log:
                logger.log(level, "while reading %r: %s", batch.jobs[number].path.name, text)
            batch.put(number, answer.outcome, len(body))

    def _on_death(self, child: "_Child", batch: "_Batch") -> None:
        number, was_ready = child.job, child.is_ready
        how = self._end(child)
        logger.error("a reading process ended (%s): %s", how, child.last_words)
        if not was_ready:
            raise _cannot_start(how)
        if number is None:
            return
        if how == "SIGALRM":  # the kernel was sooner than we
            batch.put(number, self._too_long(batch.jobs[number]), 0)
        elif not batch.give_back(number):
            batch.put(number, _crashed(batch.jobs[number], f"its reader crashed ({how})"), 0)

    def _time_out(self, child: "_Child", batch: "_Batch") -> None:
        number = child.job
        self._end(child)
        if number is None:
            raise _cannot_start(f"no answer in {START_S:g} s")
        batch.put(number, self._too_long(batch.jobs[number]), 0)

    def _too_long(self, job: Job) -> ShapeFileError:
        return refusal(
            job.path.name,
            f"reading it took longer than {self._limits.seconds_for(_size(job)):.3g} s, which is "
            "the limit",
            "The file is probably damaged; export it again, or reduce the mesh (decimate).",
        )

    def _add_process(self, batch: "_Batch") -> None:
        """Start another where jobs wait though all are busy: the files are large, or one hangs."""
        all_busy = len(self._busy()) == len(self._children)
        if batch.may_go_ahead and all_busy and len(self._children) < self.processes:
            self._start()

    def _start(self) -> None:
        with self._changing:
            if self._is_closed:
                raise StudioError("Files are not read any more, for the program is closing.")
            try:
                self._children.append(_Child(self._command, self._inbox))
            except OSError as error:
                raise _cannot_start(error.strerror or str(error)) from error

    def _end(self, child: "_Child") -> str:
        with self._changing, contextlib.suppress(ValueError):
            self._children.remove(child)
        return child.end()


class _Batch:
    """The jobs of one `prepare`: which are waiting, which are through."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = jobs
        self._again: list[int] = []
        self._tried: set[int] = set()
        self._next_waiting = 0
        self._next_taken = 0
        self._outcomes: dict[int, tuple[Outcome, int]] = {}
        self._held_bytes = 0

    @property
    def is_done(self) -> bool:
        return self._next_taken == len(self.jobs)

    @property
    def waiting(self) -> int:
        """How many jobs no process has taken."""
        return len(self.jobs) - self._next_waiting + len(self._again)

    @property
    def may_go_ahead(self) -> bool:
        """Whether another job may be begun, for what is read has to be kept until its turn."""
        if self._again:
            return True
        ahead = self._next_waiting - self._next_taken
        return bool(self.waiting) and (
            ahead == 0 or (ahead < MOST_AHEAD and self._held_bytes < MOST_AHEAD_BYTES)
        )

    @property
    def has_next(self) -> bool:
        return self._next_taken in self._outcomes

    def take_waiting(self) -> int:
        if self._again:
            return self._again.pop(0)
        self._next_waiting += 1
        return self._next_waiting - 1

    def give_back(self, number: int) -> bool:
        """Let a job be tried once more in another process; False where it was already.

        A process may end for other reasons than the file it reads: what it read before, or a
        system that is short of memory.
        """
        if number in self._tried:
            return False
        self._tried.add(number)
        self._again.append(number)
        return True

    def put(self, number: int, outcome: Outcome, size: int) -> None:
        self._outcomes[number] = (outcome, size)
        self._held_bytes += size

    def take_next(self) -> Outcome:
        outcome, size = self._outcomes.pop(self._next_taken)
        self._next_taken += 1
        self._held_bytes -= size
        return outcome


class _Child:
    """One process, and the thread that hears it."""

    def __init__(
        self, command: str, inbox: "queue.SimpleQueue[tuple[_Child, bytes | None]]"
    ) -> None:
        """Start it. Raises OSError where the system does not."""
        self.is_ready = False
        self.job: int | None = None  # the number of what it is busy with
        self.deadline = time.monotonic() + START_S
        self.last_words = ""
        self._inbox = inbox
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the process ends)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", command, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env={**os.environ, **_ONE_THREAD},
                # A group of its own: Ctrl+C in a terminal is the parent's alone.
                start_new_session=True,
                creationflags=_QUIET_ON_WINDOWS,
            )
        except BaseException:
            self._errors.close()
            raise
        self._ear = threading.Thread(target=self._hear, name="reading process", daemon=True)
        self._ear.start()

    def give(self, number: int, request: Request) -> None:
        """Begin with a job. Should the process be gone, its end is about to be heard."""
        self.job = number
        self.deadline = time.monotonic() + request.seconds
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            send(self._process.stdin, packed_request(request))

    def done(self) -> int:
        """Be idle again; the number of what it was busy with."""
        number, self.job = self.job, None
        assert number is not None
        self.deadline = float("inf")
        return number

    def end(self) -> str:
        """Kill it and leave nothing of it; how it ended, in words."""
        by_itself = self._process.poll()
        if by_itself is None and self._has_hung_up():
            with contextlib.suppress(subprocess.TimeoutExpired):
                by_itself = self._process.wait(timeout=1)  # it is about to be gone
        self._process.kill()
        self._process.wait()
        self._ear.join()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with contextlib.suppress(OSError):  # what could not be said any more
                stream.close()
        self.last_words = self._read_errors()
        self._errors.close()
        return "it was ended" if by_itself is None else _how(by_itself)

    def _has_hung_up(self) -> bool:
        return not self._ear.is_alive()

    def _hear(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(OSError, ValueError):
            while (body := receive(self._process.stdout)) is not None:
                self._inbox.put((self, body))
        self._inbox.put((self, None))

    def _read_errors(self) -> str:
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 4000))
        return self._errors.read().decode(errors="replace").strip()


def _end_all(children: list[_Child]) -> None:
    while children:
        children.pop().end()


def _size(job: Job) -> int:
    try:
        return job.path.stat().st_size
    except (OSError, ValueError):
        return 0  # the reader says what is wrong


def _crashed(job: Job, what: str) -> ShapeFileError:
    return refusal(
        job.path.name,
        f"{what}, so the file is damaged or not what its suffix says",
        "Export it again.",
    )


def _cannot_start(how: str) -> StudioError:
    return StudioError(
        f"The process that reads files could not be started ({how}). Close other programs and try "
        "again; if that does not help, start this program anew."
    )


def _how(returncode: int) -> str:
    """An exit status in words."""
    if returncode < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-returncode).name
    return f"exit status {returncode}"


if sys.platform == "win32":  # no console window, and no Ctrl+C but the parent's
    _QUIET_ON_WINDOWS = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _QUIET_ON_WINDOWS = 0
