#!/usr/bin/env bash
# Reads what the gates of the build came to, sets the outputs of the action, and succeeds only if Maven did and every gate says PASS. A build in which no gate
# ran has no verdict, which is an error unless FAIRNESS_REQUIRE_VERDICT is false.
#
# Run in the folder that the build ran in.
# FAIRNESS_STATE            the folder with the notes of run.sh
# FAIRNESS_REQUIRE_VERDICT  true by default
# FAIRNESS_ON_RELAXATION    warn by default; fail makes a pass with a relaxed gate an error
# GITHUB_OUTPUT             receives verdict, report, sarif, reports and relaxations
# GITHUB_STEP_SUMMARY       receives a line where there is no report; reports write themselves there
set -euo pipefail

: "${FAIRNESS_STATE:?names no folder}" "${GITHUB_OUTPUT:?names no file}"

status=1
if [[ -f $FAIRNESS_STATE/status ]]; then
  status=$(< "$FAIRNESS_STATE/status")
fi
if [[ ! $status =~ ^[0-9]+$ ]]; then
  status=1
fi

# Text in a workflow command.
escaped() {
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '%s' "${text//$'\n'/%0A}"
}

# Worst first: ERROR, FAIL, SKIPPED, INCONCLUSIVE, PASS.
rank() {
  case $1 in
    PASS) echo 1 ;;
    INCONCLUSIVE) echo 2 ;;
    SKIPPED) echo 3 ;;
    FAIL) echo 4 ;;
    *) echo 5 ;;
  esac
}

# A line of the ledger has a verdict, SKIPPED or RELAXED, the file that says so, and a sentence. The last verdict of a file is the one that the file must say.
words=()
files=()
relaxations=0
skipped=
if [[ -f $FAIRNESS_STATE/ledger ]]; then
  while IFS=$'\t' read -r word file sentence; do
    if [[ $word == RELAXED ]]; then
      relaxations=$((relaxations + 1))
      echo "::warning title=Fairness%3A relaxed gate::$(escaped "$sentence")"
      continue
    fi
    if [[ $word == SKIPPED ]]; then
      skipped=$sentence
      echo "::warning title=Fairness%3A skipped gate::Nothing was judged. Skipped by $(escaped "$sentence")"
    fi
    words+=("$word")
    files+=("$file")
  done < "$FAIRNESS_STATE/ledger"
fi

# is_last INDEX: whether no later gate wrote the same file.
is_last() {
  local later
  for ((later = $1 + 1; later < ${#files[@]}; later++)); do
    if [[ ${files[later]} == "${files[$1]}" ]]; then
      return 1
    fi
  done
}

verdict=NONE
worst=
reports=0
for index in ${words[@]+"${!words[@]}"}; do
  found=${words[index]}
  file=${files[index]}
  if [[ $file == *[[:cntrl:]]* ]]; then
    # It could pass for an output of its own.
    echo "::error::A folder of the build has a line break or another control character in its name."
    exit 1
  fi
  case $found in
    PASS | FAIL | INCONCLUSIVE)
      if is_last "$index"; then
        reports=$((reports + 1))
        # Keys of the outermost object stand behind exactly two spaces; whatever is not exactly one verdict is none.
        said=
        if [[ -f $file ]]; then
          said=$(sed -n 's/^  "verdict" : "\([A-Z]*\)",\{0,1\}$/\1/p' "$file")
        fi
        if [[ $said != "$found" ]]; then
          # A path is not a command: what is neither letter nor digit nor usual in paths is not shown.
          echo "::error::${file//[^[:alnum:].\/_ -]/?} cannot be understood; it should say \"verdict\" once, and that it is $found"
          found=ERROR
        fi
      fi
      ;;
    SKIPPED) ;;
    *) found=ERROR ;;
  esac
  if [[ $verdict == NONE ]] || (($(rank "$found") > $(rank "$verdict"))); then
    verdict=$found
    worst=$file
  fi
done

if ((status != 0)) && [[ $verdict == PASS || $verdict == NONE || $verdict == SKIPPED ]]; then
  # Something else broke, maybe before another module was judged.
  verdict=ERROR
fi

# Paths relative to this folder, where they lie in it.
relative() {
  local path=${1#"$PWD"/}
  printf '%s' "${path#"$(pwd -P)"/}"
}
page=
sarif=
if [[ $worst == *report.json ]]; then
  page=$(relative "${worst%report.json}report.html")
  if [[ ! -f $page ]]; then
    page=$(relative "$worst")
  fi
  sarif=$(relative "${worst%report.json}report.sarif")
fi
# Code scanning takes one file of a tool for each category.
if ((reports != 1)) || [[ ! -f $sarif || $sarif == /* ]]; then
  sarif=
fi
{
  echo "verdict=$verdict"
  echo "reports=$reports"
  echo "relaxations=$relaxations"
  echo "report=$page"
  echo "sarif=$sarif"
} >> "$GITHUB_OUTPUT"

# What is wrong, if anything is.
text=
if ((${#words[@]} == 0)); then
  text="no verdict. No gate came to one in this build (Maven's exit status is $status)."
  if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then
    printf '## \xe2\x9d\x8c Fairness: %s\n' "$text" >> "$GITHUB_STEP_SUMMARY"
  fi
  if ((status == 0)) && [[ ${FAIRNESS_REQUIRE_VERDICT:-true} == false ]]; then
    echo "::warning::Fairness: $text"
    exit 0
  fi
  if ((status == 0)); then
    text+=" Bind the goal check, or set require-verdict to false."
  fi
elif [[ $verdict == SKIPPED ]]; then
  text="a gate was skipped by $skipped."
elif [[ $verdict != PASS ]]; then
  text="the verdict is $verdict (Maven's exit status is $status)."
elif ((relaxations > 0)) && [[ ${FAIRNESS_ON_RELAXATION:-warn} != warn ]]; then
  text="the gate is relaxed, which on-relaxation refuses."
else
  exit 0
fi
echo "::error::Fairness: $(escaped "$text")"
if ((status != 0)); then
  exit "$status"
fi
exit 1
