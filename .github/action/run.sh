#!/usr/bin/env bash
# Runs the build and notes how it ended, for verdict.sh to judge once the reports have been read. Maven's own exit status is not this script's.
#
# FAIRNESS_GOALS       what Maven is to do, split at white space: "verify"
# FAIRNESS_THRESHOLDS  -Dfairness.thresholds, if not empty
# FAIRNESS_STATE       an existing folder for notes between the steps
set -euo pipefail

: "${FAIRNESS_GOALS:?names no goals}" "${FAIRNESS_STATE:?names no folder}"

read -r -a arguments <<< "${FAIRNESS_GOALS//$'\n'/ }"
if [[ -n ${FAIRNESS_THRESHOLDS:-} ]]; then
  arguments+=("-Dfairness.thresholds=$FAIRNESS_THRESHOLDS")
fi
maven=(mvn)
if [[ -f mvnw ]]; then
  maven=(bash mvnw)
fi

# A report that is older than this is not this build's.
rm -f "$FAIRNESS_STATE/status"
touch "$FAIRNESS_STATE/start"
status=0
"${maven[@]}" -B "${arguments[@]}" || status=$?
echo "$status" > "$FAIRNESS_STATE/status"
