#!/usr/bin/env bash
# Runs the build and notes how it ended, for verdict.sh to judge once the reports have been read. Maven's own exit status is not this script's.
#
# FAIRNESS_GOALS            what Maven is to do, split at white space: "verify"
# FAIRNESS_THRESHOLDS       -Dfairness.thresholds, if not empty
# FAIRNESS_SHARD            -Dfairness.shard, if not empty; measures one part, and judges nothing
# FAIRNESS_STATE            an existing folder for notes between the steps
# FAIRNESS_CACHE, FAIRNESS_COMMENT, FAIRNESS_UPLOAD_SARIF, FAIRNESS_REQUIRE_VERDICT, FAIRNESS_ON_RELAXATION
#                           inputs that other steps use, looked at before anything runs
set -euo pipefail

: "${FAIRNESS_GOALS:?names no goals}" "${FAIRNESS_STATE:?names no folder}"

# one_of NAME VALUE WORD WORD [WORD]: an input that is misspelt would quietly mean its default.
one_of() {
  if [[ $2 != "$3" && $2 != "$4" && $2 != "${5:-$4}" ]]; then
    echo "::error::The input $1 must be $3 or $4${5:+ or $5}."
    exit 1
  fi
}
one_of cache "${FAIRNESS_CACHE:-true}" true false
one_of upload-sarif "${FAIRNESS_UPLOAD_SARIF:-false}" true false
one_of require-verdict "${FAIRNESS_REQUIRE_VERDICT:-true}" true false
one_of comment "${FAIRNESS_COMMENT:-never}" always on-failure never
one_of on-relaxation "${FAIRNESS_ON_RELAXATION:-warn}" warn fail

goals=$FAIRNESS_GOALS
if [[ -n ${FAIRNESS_SHARD:-} ]]; then
  if [[ ! $FAIRNESS_SHARD =~ ^([0-9]+/[0-9]+|auto(/[0-9]+)?)$ ]]; then
    echo "::error::The input shard must be like 3/8, auto or auto/8."
    exit 1
  fi
  # The default is for a gate.
  if [[ $goals == verify ]]; then
    goals=fairness:evaluate
  fi
fi
read -r -a arguments <<< "${goals//$'\n'/ }"
if [[ -n ${FAIRNESS_SHARD:-} ]]; then
  arguments+=("-Dfairness.shard=$FAIRNESS_SHARD")
fi
if [[ -n ${FAIRNESS_THRESHOLDS:-} ]]; then
  arguments+=("-Dfairness.thresholds=$FAIRNESS_THRESHOLDS")
fi
# A property that the POM beats is an error, and --fail-at-end wins over --fail-never wherever that is written.
arguments+=(-Dfairness.strict=true --fail-at-end)
maven=(mvn)
if [[ -f mvnw ]]; then
  maven=(bash mvnw)
fi

# Every gate of this build writes into the ledger what it came to; no report of an earlier build is in it.
rm -f "$FAIRNESS_STATE/status"
: > "$FAIRNESS_STATE/ledger"
export FAIRNESS_LEDGER=$FAIRNESS_STATE/ledger
status=0
"${maven[@]}" -B "${arguments[@]}" || status=$?
echo "$status" > "$FAIRNESS_STATE/status"
