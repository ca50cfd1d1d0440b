"""The sign-in window beside KeePassXC's: from the start of the process to a window on the screen, and memory then.

Both on one Xvfb, in turn, 15 launches each, none left out but the first pair, which fills the caches; each with an own
home. Targets: visible within 1.10 x, resident memory 0.8 x. Without KeePassXC or Xvfb it says so and measures nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.bench_start import ROOT, screen
from tests.bench.mapped import Screen
from tests.bench.table import paired, show, spread
from tests.work.founded import Small

LAUNCHES = 15
TIME, MEMORY = 1.10, 0.80


def resident(pid: int) -> float:
    """Resident memory of a process, MB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"no VmRSS of {pid}")


def launch(command: list[str], environment: dict[str, str], shown: Screen) -> tuple[float, float]:
    """(milliseconds until the window is there, MB at that moment)."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        started.append(
            subprocess.Popen(
                command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )

    try:
        took = shown.next_window(start)
        return took, resident(started[0].pid)
    finally:
        for process in started:
            process.kill()
            process.wait()


def measure(
    environment: dict[str, str], sides: dict[str, list[str]], home: Path
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Times and memory of both, launched in turn."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    sizes: dict[str, list[float]] = {name: [] for name in sides}
    shown = Screen(environment["DISPLAY"])
    for number in range(LAUNCHES + 1):
        for name, command in sides.items():
            own = home / f"{name}{number}"
            own.mkdir()
            took, size = launch(command, {**environment, "HOME": str(own), "XDG_RUNTIME_DIR": str(own)}, shown)
            if number:
                times[name].append(took)
                sizes[name].append(size)
    shown.close()
    return times, sizes


def main() -> int:
    """Measure, print the table; 0 if both targets are met or there is no peer here."""
    if shutil.which("keepassxc") is None or shutil.which("Xvfb") is None:
        print("KeePassXC or Xvfb is not installed here: nothing was measured.")
        return 0
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as name:
        home = Path(name)
        site = Small(home / "site")
        ours = [
            sys.executable,
            "-m",
            "ui",
            "--data",
            str(site.site),
            "--device-secret-file",
            str(site.secret_file),
        ]
        with screen(str(home / "cache")) as environment:
            environment = {
                key: value for key, value in environment.items() if key != "DBUS_SESSION_BUS_ADDRESS"
            }
            times, sizes = measure(environment, {"ours": ours, "theirs": ["keepassxc"]}, home)
    slower, larger = (sorted(paired(each["ours"], each["theirs"])) for each in (times, sizes))
    middle = LAUNCHES // 2
    show(
        f"The sign-in window on one Xvfb, {LAUNCHES} launches each, in turn",
        ("side", "visible, ms", "resident, MB"),
        (
            ("Countersign", spread(times["ours"]), spread(sizes["ours"])),
            ("KeePassXC", spread(times["theirs"]), spread(sizes["theirs"])),
            (f"ratio (targets {TIME} and {MEMORY})", f"{slower[middle]:.2f}", f"{larger[middle]:.2f}"),
        ),
    )
    return 0 if slower[middle] <= TIME and larger[middle] <= MEMORY else 1


if __name__ == "__main__":
    sys.exit(main())
