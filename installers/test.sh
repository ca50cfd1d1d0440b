#!/usr/bin/env bash
# Sets up what is missing and runs the tests. `--all` takes the slow ones and full counts in as well; anything
# else goes to pytest. The last line is pytest's own count.
set -euo pipefail
# shellcheck source=installers/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

which=(-m "not slow")
given=()
for argument in "$@"; do
  if [ "$argument" = --all ]; then
    which=()
    export COUNTERSIGN_ALL=1
  else
    given+=("$argument")
  fi
done

system_packages "${run_packages[@]}" "${test_packages[@]}"
python_packages

cd "$root"
export QT_QPA_PLATFORM=offscreen
"$venv/bin/ruff" check .
"$venv/bin/ruff" format --check .
"$venv/bin/mypy"
if [ "${#given[@]}" -gt 0 ]; then
  exec "$venv/bin/python" -m pytest "${which[@]}" "${given[@]}"
fi
# Measurements have both cores for themselves; they come first so that the closing line counts the tests.
status=0
"$venv/bin/python" -m pytest "${which[@]}" tests/bench || status=$?
if [ "$status" -ne 0 ] && [ "$status" -ne 5 ]; then exit "$status"; fi
exec "$venv/bin/python" -m pytest "${which[@]}" -n 2 --dist loadfile --ignore=tests/bench
