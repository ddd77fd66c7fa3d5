#!/usr/bin/env bash
# Sees to it that the build finds the plugin: a version that no repository has is built from the sources that this script belongs to, and installed.
# The local repository keeps it together with a digest of these sources, so that they are built once.
#
# Run in the folder that the build runs in.
# FAIRNESS_GOALS  what Maven is to do, as for run.sh; looked at for settings, a local repository and a version of the plugin
set -euo pipefail

plugin=io.github.fairnessgate:fairness-maven-plugin
sources=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
version=$(sed -n '/<artifactId>fairness-maven-plugin</,$ { /^ *<version>/ { s/^ *<version>\(.*\)<\/version>.*$/\1/p; q; }; }' "$sources/pom.xml")

fail() {
  local text=${1//'%'/%25}
  echo "::error title=Fairness%3A no plugin::${text//$'\n'/%0A}"
  exit 1
}

checksum() {
  if command -v sha256sum > /dev/null; then
    sha256sum
  else
    shasum -a 256
  fi
}

# Words that change where Maven looks, of the goals and of .mvn/maven.config.
words=()
read -r -a words <<< "${FAIRNESS_GOALS//$'\n'/ }" || true
configured=()
if [[ -f .mvn/maven.config ]]; then
  read -r -d '' -a configured < .mvn/maven.config || true
fi
# options WORD...: prints those, one a line
options() {
  while (($# > 0)); do
    case $1 in
      -s | -gs | --settings | --global-settings)
        if (($# > 1)); then
          printf '%s\n' "$1" "$2"
          shift
        fi
        ;;
      -s=* | -gs=* | --settings=* | --global-settings=* | -Dmaven.repo.local=* | -o | --offline) printf '%s\n' "$1" ;;
    esac
    shift
  done
}
settings=()
while IFS= read -r word; do
  settings+=("$word")
done < <(options ${configured[@]+"${configured[@]}"} ${words[@]+"${words[@]}"})

maven=(mvn)
if [[ -f mvnw ]]; then
  maven=(bash mvnw)
fi

# The versions that POMs and goals name as such; where none does (a property, a parent POM), the version of the sources.
wanted=()
while IFS= read -r word; do
  if [[ $word =~ ^[0-9A-Za-z._-]+$ ]]; then
    wanted+=("$word")
  fi
done < <({
  find . -name pom.xml -type f ! -path '*/target/*' ! -path "./${sources#"$PWD"/}/*" -exec awk '
    /<artifactId>[ \t]*fairness-maven-plugin[ \t]*<\/artifactId>/ { near = 3 }
    near-- > 0 && match($0, /<version>[^<]*<\/version>/) { print substr($0, RSTART + 9, RLENGTH - 19); near = 0 }' {} +
  printf '%s\n' ${words[@]+"${words[@]}"} | sed -n "s/^$plugin:\([^:]*\):[^:]*$/\1/p"
} | sort -u)
if ((${#wanted[@]} == 0)); then
  wanted=("$version")
fi

digest=$(cd "$sources" && find pom.xml LICENSE NOTICE thresholds src/main -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | checksum | cut -c 1-16)
log=$(mktemp "${RUNNER_TEMP:-/tmp}/fairness-XXXXXX")
trap 'rm -f "$log"' EXIT

for one in "${wanted[@]}"; do
  found=true
  "${maven[@]}" -B -X -N ${settings[@]+"${settings[@]}"} "$plugin:$one:help" > "$log" 2>&1 || found=false
  repository=$(sed -n '/Using local repository at / { s/^.*Using local repository at //p; q; }' "$log")
  repository=${repository:-$HOME/.m2/repository}
  built=$repository/io/github/fairnessgate/fairness-maven-plugin/$one/built-from
  if [[ $found == true ]] && { [[ ! -f $built ]] || [[ $(< "$built") == "$digest" ]]; }; then
    echo "fairness-maven-plugin $one is there."
    continue
  fi
  if [[ $one != "$version" ]]; then
    fail "fairness-maven-plugin $one is in none of your repositories, and these sources are version $version. Name that version in the POM, or use the action at the revision that has version $one."
  fi
  if [[ $found == true ]]; then
    echo "fairness-maven-plugin $one was built from other sources; building it from its sources $digest ..."
  else
    echo "fairness-maven-plugin $one is in none of your repositories; building it from its sources $digest ..."
  fi
  if ! "${maven[@]}" -B ${settings[@]+"${settings[@]}"} -Dmaven.repo.local="$repository" -f "$sources/pom.xml" process-classes jar:jar install:install > "$log" 2>&1; then
    tail -n 50 "$log"
    fail "fairness-maven-plugin $one is in none of your repositories, and could not be built from its sources; Maven's last lines say why."
  fi
  echo "$digest" > "$built"
  echo "fairness-maven-plugin $one is installed in $repository."
done
