"""A small file system of a test's own: what to put before a program that is to mount one, and how it mounts it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

WAYS = (
    ("unshare", "--mount"),
    ("unshare", "--user", "--map-root-user", "--mount"),
    ("unshare", "--mount", "--propagation", "unchanged"),
)
"""Mount namespaces: of root, of anybody, and of root in a changed root that is no mount point."""


@cache
def may_mount() -> tuple[str, ...]:
    """The first way that works on this machine; an AssertionError tells why none does."""
    told = []
    for way in WAYS:
        ran = subprocess.run([*way, "true"], capture_output=True, text=True, check=False)
        if ran.returncode == 0:
            return way
        told.append(ran.stderr.strip())
    raise AssertionError(f"nobody may mount a small file system here: {told}")


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """`folder` as an empty file system of `size` (as `mount -o size=` takes it), given back at the end."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
