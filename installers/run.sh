#!/usr/bin/env bash
# Sets up what is missing and runs the main job: `countersign demo`, with the arguments given here.
set -euo pipefail
# shellcheck source=installers/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

system_packages "${run_packages[@]}"
python_packages
exec "$venv/bin/countersign" demo "$@"
