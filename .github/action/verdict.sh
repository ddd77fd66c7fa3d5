#!/usr/bin/env bash
# Reads the reports that the build wrote, sets the outputs of the action, and ends as the build ended. Never better: a build without a report of its own
# has no verdict, and unless FAIRNESS_REQUIRE_VERDICT is false that is an error even where Maven was content.
#
# Run in the folder that the build ran in.
# FAIRNESS_STATE            the folder with the notes of run.sh
# FAIRNESS_REQUIRE_VERDICT  true by default
# GITHUB_OUTPUT             receives verdict, report, sarif and reports
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

reports=()
if [[ -f $FAIRNESS_STATE/start ]]; then
  while IFS= read -r -d '' report; do
    reports+=("$report")
  done < <(find . -path '*/target/fairness/report.json' -newer "$FAIRNESS_STATE/start" -print0 | sort -z)
fi

# Worst first: ERROR, FAIL, INCONCLUSIVE, PASS.
rank() {
  case $1 in
    PASS) echo 1 ;;
    INCONCLUSIVE) echo 2 ;;
    FAIL) echo 3 ;;
    *) echo 4 ;;
  esac
}

verdict=NONE
worst=
for report in ${reports[@]+"${reports[@]}"}; do
  if [[ $report == *[[:cntrl:]]* ]]; then
    # It could pass for an output of its own.
    echo "::error::A folder of the build has a line break or another control character in its name."
    exit 1
  fi
  # Keys of the outermost object stand behind exactly two spaces; whatever is not exactly one verdict is none.
  found=$(sed -n 's/^  "verdict" : "\([A-Z]*\)",\{0,1\}$/\1/p' "$report")
  case $found in
    PASS | FAIL | INCONCLUSIVE) ;;
    *)
      # A path is not a command: what is neither letter nor digit nor usual in paths is not shown.
      echo "::error::${report//[^[:alnum:].\/_ -]/?} cannot be understood; it should say \"verdict\" once"
      found=ERROR
      ;;
  esac
  if [[ -z $worst ]] || (($(rank "$found") > $(rank "$verdict"))); then
    verdict=$found
    worst=$report
  fi
done

if [[ -z $worst ]]; then
  if ((status != 0)); then
    verdict=ERROR
  fi
elif ((status != 0)) && [[ $verdict == PASS ]]; then
  # Something else broke, maybe before another module was judged.
  verdict=ERROR
fi

page=${worst%report.json}report.html
sarif=${worst%report.json}report.sarif
{
  echo "verdict=$verdict"
  echo "reports=${#reports[@]}"
  if [[ -n $worst && -f $page ]]; then echo "report=${page#./}"; else echo "report=${worst#./}"; fi
  # Code scanning takes one file of a tool for each category.
  if ((${#reports[@]} == 1)) && [[ -f $sarif ]]; then echo "sarif=${sarif#./}"; else echo "sarif="; fi
} >> "$GITHUB_OUTPUT"

if [[ -z $worst ]]; then
  text="Fairness: no verdict. The build wrote no target/fairness/report.json (Maven's exit status is $status)."
  if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then
    printf '## \xe2\x9d\x8c %s\n' "$text" >> "$GITHUB_STEP_SUMMARY"
  fi
  if ((status == 0)) && [[ ${FAIRNESS_REQUIRE_VERDICT:-true} != false ]]; then
    echo "::error::$text Bind the goal check, or set require-verdict to false."
    exit 1
  fi
fi
if [[ $verdict == ERROR ]] && ((status == 0)); then
  exit 1
fi
exit "$status"
