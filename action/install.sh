#!/usr/bin/env bash
# The packaged Action's own Python environment, in the job's temporary folder: wheels of requirements/run.txt alone, each held
# against its hash. The caller's Python, PATH and work tree stay as they are; a second step of the job finds it made.
#
# Reads GITHUB_ACTION_PATH, RUNNER_TEMP, RUNNER_TOOL_CACHE and INPUT_PYTHON; writes `python=` to GITHUB_OUTPUT.
# Written for bash 3.2, the one of macOS.
set -euo pipefail

requirements=$GITHUB_ACTION_PATH/requirements
temporary=$RUNNER_TEMP
environment=$temporary/reviewbot-environment
made_from=$environment/requirements.txt # written last: with half an environment it is not there

exec 3>&1 # the job's log, also where stdout is taken for a value

fail() {
  echo "::error title=reviewbot::$1" >&3
  exit 2
}

# Installing needs no key: nothing of the caller's stays but what finds programs, folders, mirrors and certificates.
keep_little() {
  local name
  while IFS= read -r name; do
    case $name in
      PATH | HOME | TMPDIR | TEMP | TMP | LANG | LC_* | PIP_* | UV_* | SSL_CERT_* | REQUESTS_CA_BUNDLE) ;;
      HTTP_PROXY | HTTPS_PROXY | NO_PROXY | ALL_PROXY | http_proxy | https_proxy | no_proxy | all_proxy) ;;
      SYSTEMROOT | SystemRoot | SYSTEMDRIVE | WINDIR | windir | COMSPEC | ComSpec | PATHEXT | USERPROFILE) ;;
      LD_LIBRARY_PATH | NETRC) ;; # of a Python that was put there by an earlier step; who may read a mirror
      APPDATA | LOCALAPPDATA | PROGRAMDATA | ProgramData | PROGRAMFILES | ProgramFiles | MSYSTEM) ;;
      GITHUB_OUTPUT | INPUT_PYTHON | RUNNER_TOOL_CACHE) ;;
      *) unset "$name" 2>/dev/null || true ;; # bash keeps a few of its own
    esac
  done < <(compgen -e)
}

is_new_enough() {
  "$1" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
  local found
  if [[ -n ${INPUT_PYTHON:-} ]]; then
    is_new_enough "$INPUT_PYTHON" || fail "the input python is not a Python 3.11 or newer"
    echo "$INPUT_PYTHON"
    return
  fi
  for found in python3.13 python3.12 python3.11 python3 python \
    "${RUNNER_TOOL_CACHE:-/nonexistent}"/Python/3.1[1-9]*/*/{bin/python3,python.exe}; do
    if is_new_enough "$found"; then
      echo "$found"
      return
    fi
  done
  fail "no Python 3.11 or newer was found on this runner; put actions/setup-python before this step, or name one in the input python"
}

# The path of uv: the runner's, or the one of our lock in an environment of its own.
find_uv() {
  local tools=$scratch/tools
  if command -v uv >/dev/null; then
    command -v uv
    return
  fi
  "$1" -I -m venv "$tools" >&2 ||
    fail "Python could not make an environment; install its venv module (python3-venv on Debian and Ubuntu) or uv"
  "$(python_of "$tools")" -I -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-input \
    --require-hashes --only-binary :all: --requirement "$requirements/action.txt" >&2 ||
    fail "uv could not be installed; the lines above say why"
  if [[ -d $tools/Scripts ]]; then echo "$tools/Scripts/uv.exe"; else echo "$tools/bin/uv"; fi
}

python_of() {
  if [[ -d $1/Scripts ]]; then echo "$1/Scripts/python.exe"; else echo "$1/bin/python"; fi
}

install() {
  local python uv
  scratch=$(mktemp -d "$temporary/reviewbot-install.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  cd "$scratch"
  python=$(find_python)
  uv=$(find_uv "$python")
  if [[ -z ${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-} && -n ${PIP_INDEX_URL:-} ]]; then
    export UV_DEFAULT_INDEX=$PIP_INDEX_URL # uv does not read it, and a mirror is usually named to pip
  fi
  rm -rf "$environment"
  "$python" -I -m venv --without-pip "$environment"
  "$uv" pip install --quiet --no-config --no-cache --python "$(python_of "$environment")" --no-deps \
    --require-hashes --only-binary :all: --requirement "$requirements/run.txt" ||
    fail "the dependencies could not be installed; the lines above say why"
  cp "$requirements/run.txt" "$made_from"
}

# Before any program runs: no file of the work tree is taken for a program or for configuration, and no program sees a key.
cd "$temporary"
keep_little
cmp -s "$requirements/run.txt" "$made_from" || (install)
echo "python=$(python_of "$environment")" >>"$GITHUB_OUTPUT"
