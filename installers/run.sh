#!/usr/bin/env bash
# Sets up what is missing and runs the main job: `countersign demo`, with the arguments given here.
#
# Without --headless it ends with the window on the demo: on the screen that is there, else on a virtual one (Xvfb), where
# tests and screen readers reach it. --code asks for no window.
set -euo pipefail
# shellcheck source=installers/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

opens_window=yes
for argument in "$@"; do
  case "$argument" in --headless | --code | --code=* | --help | -h) opens_window=no ;; esac
done

packages=("${run_packages[@]}")
if [ "$opens_window" = yes ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
  packages+=(xvfb xauth)
  command=(xvfb-run -a -s "-screen 0 1440x900x24 -noreset" "$venv/bin/countersign")
  note "no screen here: the window opens on a virtual one"
else
  command=("$venv/bin/countersign")
fi

system_packages "${packages[@]}"
python_packages
exec "${command[@]}" demo "$@"
