"""Other processes that share the work, and what becomes of them.

- Each opens the store for itself; keys and rows reach it through a pipe, never by a command line or a file.
- Few entries are judged in this process: to start another costs more than it saves.
- A frozen program (PyInstaller) calls `multiprocessing.freeze_support()` first thing, or it would start itself again.
- A process that ends without an answer is a Fault in words, never a silent pass; an interrupt ends them all.
"""

from __future__ import annotations

import ctypes
import gc
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self, TypeVar

from app.base.faults import CannotDecide, Fault
from app.base.words import Value

if sys.platform != "win32":
    import resource

T = TypeVar("T")
OFTEN = 0.2
COLLECT = 100_000

Tick = Callable[[str, int, int], None]
"""Takes a step's name, how much of it is done and how much there is."""

Job = Callable[[Any, Callable[[int], None]], Any]
"""A function of a module: takes its argument and something to tell how far it is; both sides must be picklable."""


class _Told(Value, frozen=True):
    kind: str
    value: Any


class Crew:
    """`count` processes, started at the first use; with one or none everything runs here."""

    def __init__(self, count: int, tick: Tick | None) -> None:
        self.count = max(1, count)
        self._peaks: dict[int, int] = {}
        self._tick = tick
        self._members: list[tuple[Any, Connection]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process, pipe in self._members:
            if kind is not None:
                process.terminate()
            pipe.close()
        for process, _ in self._members:
            process.join()
        self._members = []

    @property
    def memory(self) -> int:
        """The peaks of all other processes together, in bytes."""
        return sum(self._peaks.values())

    def run(
        self, step: str, total: int, job: Callable[[Any, Callable[[int], None]], T], each: Sequence[Any]
    ) -> list[T]:
        """What `job` answers for each argument, one process for each. Raises the Fault that one of them met."""
        told = _Progress(self._tick, step, total, len(each))
        if self.count == 1 or len(each) == 1:
            answers = [job(argument, told.part(at)) for at, argument in enumerate(each)]
        else:
            answers = self._share(job, each, told)
        told.end()
        return answers

    def _share(self, job: Job, each: Sequence[Any], told: _Progress) -> list[Any]:
        while len(self._members) < len(each):
            self._members.append(_hire())
        pipes = [pipe for _, pipe in self._members[: len(each)]]
        answers: dict[int, Any] = {}
        for pipe, argument in zip(pipes, each, strict=True):
            _send(pipe, (job, argument))
        while len(answers) < len(each):
            for ready in wait([pipe for at, pipe in enumerate(pipes) if at not in answers]):
                at = pipes.index(ready)  # type: ignore[arg-type]
                word = _receive(pipes[at])
                if word.kind == "done":
                    answers[at], memory = word.value
                    self._peaks[at] = max(memory, self._peaks.get(at, 0))
                elif word.kind == "tick":
                    told.part(at)(word.value)
                else:
                    undecided, code, about = word.value
                    raise (CannotDecide if undecided else Fault)(code, **about)
        return [answers[at] for at in range(len(each))]


class _Progress:
    """Sums what the parts tell and passes it on some times a second."""

    def __init__(self, tick: Tick | None, step: str, total: int, parts: int) -> None:
        self._tick, self._step, self._total = tick, step, total
        self._done = [0] * parts
        self._next = 0.0

    def part(self, at: int) -> Callable[[int], None]:
        """What one part calls."""

        def tell(done: int) -> None:
            self._done[at] = done
            if self._tick is not None and time.monotonic() >= self._next:
                self._next = time.monotonic() + OFTEN
                self._tick(self._step, sum(self._done), self._total)

        return tell

    def end(self) -> None:
        """The step is over."""
        if self._tick is not None:
            self._tick(self._step, self._total, self._total)


def peak() -> int:
    """The most memory that this process ever held, in bytes; 0 where the system doesn't say."""
    if sys.platform == "win32":
        return 0
    status = Path("/proc/self/status")
    if status.is_file():
        # What `getrusage` tells of a new process counts the one that it was forked from.
        line = next(
            (line for line in status.read_text().splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB"
        )
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def give_back() -> None:
    """Return freed memory to the system where the C library keeps it back (glibc); elsewhere nothing happens."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def _hire() -> tuple[Any, Connection]:
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), daemon=True)
    with _without_main():
        process.start()
    there.close()
    return process, here


@contextmanager
def _without_main() -> Iterator[None]:
    """A new process imports the program's main module again; none of it is needed here, and it costs time and memory."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _send(pipe: Connection, message: object) -> None:
    try:
        pipe.send(message)
    except OSError as error:
        raise CannotDecide("audit.worker_lost") from error


def _receive(pipe: Connection) -> _Told:
    try:
        word: _Told = pipe.recv()
    except (EOFError, OSError) as error:
        raise CannotDecide("audit.worker_lost") from error
    return word


def _serve(pipe: Connection) -> None:
    """The other process: does job after job until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(COLLECT)
    while True:
        try:
            job, argument = pipe.recv()
        except EOFError:
            return
        pipe.send(_done(pipe, job, argument))


def _done(pipe: Connection, job: Job, argument: Any) -> _Told:
    last = [time.monotonic()]

    def tell(done: int) -> None:
        if time.monotonic() - last[0] >= OFTEN:
            last[0] = time.monotonic()
            pipe.send(_Told(kind="tick", value=done))

    try:
        return _Told(kind="done", value=(job(argument, tell), peak()))
    except Fault as fault:
        return _Told(kind="fault", value=(isinstance(fault, CannotDecide), fault.code, fault.about))
