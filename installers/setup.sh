# Sets up what a machine lacks; sourced by run.sh and test.sh, which run it every time.
#
# - Says what it installs and skips what is there; a second run changes nothing.
# - Debian packages as root or through sudo; Python packages only into .venv of this checkout,
#   each checked against its hash in requirements.lock.
# - Nothing is started, and no database cluster is made.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
venv="$root/.venv"

# What the window needs of the system: Qt offscreen, then Qt on X11.
run_packages=(
  python3-venv
  libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3
  libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0
)
# What the tests need beside it: a real keyring and a way to ask it, what readers of the screen speak to, a screen, a PDF
# reader, a database, another clock.
test_packages=(dbus libglib2.0-bin gnome-keyring at-spi2-core xvfb xauth poppler-utils postgresql faketime)

note() { printf 'setup: %s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    note "needs root or sudo for: $*"
    return 1
  fi
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]; }

apt_install() {
  note "installing $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -qq --no-install-recommends \
    -o Dpkg::Use-Pty=0 install "$@" >&2
}

# The server's package makes and starts a cluster on its first day; the tests make their own and want no other.
forbid_default_cluster() {
  apt_install postgresql-common
  as_root sed -i -E 's/^#?[[:space:]]*create_main_cluster[[:space:]]*=.*/create_main_cluster = false/' \
    /etc/postgresql-common/createcluster.conf
}

system_packages() {
  local missing=() name
  if ! command -v apt-get >/dev/null; then
    note "no apt-get here: install these by your own means, if they are not there: $*"
    return
  fi
  for name in "$@"; do
    # An own build of Python brings its venv along.
    if [ "$name" = python3-venv ] && find_python >/dev/null; then continue; fi
    installed "$name" || missing+=("$name")
  done
  if [ "${#missing[@]}" -eq 0 ]; then
    note "system packages: nothing missing"
    return
  fi
  as_root apt-get -qq update >&2
  case " ${missing[*]} " in *" postgresql "*) forbid_default_cluster ;; esac
  apt_install "${missing[@]}"
}

# A Python from 3.11 that can make a virtual environment.
find_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if "$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  return 1
}

# Names everything that the environment was made from, so that a change of any makes it anew.
python_stamp() {
  printf '%s\n' "$root"
  "$venv/bin/python" --version
  sha256sum "$root/installers/requirements.lock" "$root/pyproject.toml" | cut -d ' ' -f 1
}

python_packages() {
  local python stamp="$venv/setup-done" pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input)
  if ! python="$(find_python)"; then
    note "Python 3.11 or newer with its venv module is needed and was not found"
    return 1
  fi
  # A checkout that was moved has an environment that still points to its old place.
  if [ -f "$stamp" ] && [ "$(head -n 1 "$stamp")" != "$root" ]; then rm -rf "$venv"; fi
  if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    note "making the virtual environment .venv with $("$python" --version)"
    "$python" -m venv --clear "$venv"
  fi
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(python_stamp)" ]; then
    note "Python packages: nothing missing"
    return
  fi
  note "installing the Python packages of installers/requirements.lock"
  "${pip[@]}" install --quiet --require-hashes -r "$root/installers/requirements.lock" >&2
  "${pip[@]}" install --quiet --no-deps --no-build-isolation -e "$root" >&2
  unpack_qt_support
  python_stamp >"$stamp"
}

# PySide6 carries its support modules in a library, and unpacks and compiles them anew at every start. SBK_EMBED=0 is its own
# switch to lay them down as files, once; a third of the window's start is saved. Not being allowed to is no fault.
unpack_qt_support() {
  local support
  SBK_EMBED=0 "$venv/bin/python" -c 'import PySide6.QtCore' || return 0
  support="$("$venv/bin/python" -c 'import shiboken6; print(shiboken6.__path__[0])')/files.dir"
  if [ -d "$support" ]; then "$venv/bin/python" -m compileall -q "$support" || true; fi
}
