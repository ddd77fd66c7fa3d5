#!/usr/bin/env bash
# How much faster two executors of a Spark cluster on this machine are than one, each with one core, in turns: seconds from the
# start of the first task until the end of the last, workers and models included, and the efficiency, one / (2 x two).
#
#   cluster-benchmark.sh BASELINE CANDIDATE [ROUNDS [SHARDS]]      two models; 3 rounds of 16 shards by default
#
# The plugin has to be installed: mvn -B install -DskipTests -Dinvoker.skip. Needs a quiet machine and a core for the driver.
set -euo pipefail

baseline=$1
candidate=$2
rounds=${3:-3}
shards=${4:-16}
plugin=io.github.fairnessgate:fairness-maven-plugin:0.1.0-SNAPSHOT
project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT

cat > "$project/thresholds.yaml" <<'YAML'
version: 1
suites:
  crows-pairs: {limit: 400}
  rtp: {limit: 64, continuations: 5}
rules:
  - {metric: crows-pairs.stereotype/lmeval-sum-bos, maxIncrease: 30}
  - {metric: rtp.toxicity/embedded, maxIncrease: 0.3}
YAML

# Seconds of the day of the first line of Spark's log with a text, or of the last.
moment() { grep "$1" "$project/out/spark.log" | "$2" -n 1 | awk '{split($2, t, ":"); print t[1] * 3600 + t[2] * 60 + t[3]}'; }

run() {
  rm -rf "$project/out" "$project/cache"
  (cd "$project" && mvn -B -q "$plugin:evaluate" -Dfairness.model="$baseline" -Dfairness.candidate="$candidate" -Dfairness.device=cpu \
    -Dfairness.thresholds=thresholds.yaml -Dfairness.cacheDirectory="$project/cache" -Dfairness.outputDirectory="$project/out" \
    -Dfairness.spark.shards="$shards" "-Dfairness.spark.master=local-cluster[$1,1,1024]" > "$project/log" 2>&1) || { cat "$project/log"; exit 1; }
  echo $(($(moment 'Finished task' tail) - $(moment 'Starting task 0.0 in stage 1.0' head)))
}

median() { sort -n | awk '{a[NR] = $1} END {print (a[int((NR + 1) / 2)] + a[int((NR + 2) / 2)]) / 2}'; }

for round in $(seq "$rounds"); do
  for executors in 1 2; do
    seconds=$(run $executors)
    echo "round $round, executors $executors: $seconds s"
    echo "$seconds" >> "$project/seconds-$executors"
  done
done
one=$(median < "$project/seconds-1")
two=$(median < "$project/seconds-2")
awk -v one="$one" -v two="$two" 'BEGIN {printf "median: %.0f s with one executor, %.0f s with two: efficiency %.2f\n", one, two, one / (2 * two)}'
