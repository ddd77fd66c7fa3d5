#!/usr/bin/env bash
# Has a Spark cluster of two executors on this machine measure, and ends its processes meanwhile: an executor, the worker
# beside one, the driver, Maven. What is measured has to be what one process measures, byte for byte, and nothing may be
# left running. Also tries a master that is not there, secrets, and a model that the workers refuse.
# Ends only processes that it started: each build has a session of its own. Stays on the loopback interface.
#
#   cluster-campaign.sh [KIND...]      executor worker driver maven damaged absent secrets refused; all of them by default
#
# The plugin has to be installed: mvn -B install -DskipTests -Dinvoker.skip. Linux only. CLUSTER_MAVEN_OPTIONS holds
# further options of Maven, such as -Dfairness.spark.version=2.12:3.5.9.
set -euo pipefail

kinds=("$@")
[ ${#kinds[@]} -gt 0 ] || kinds=(executor worker driver maven damaged absent secrets refused)
longest_build=900 # seconds
longest_end=60    # seconds that a killed build may need to end
plugin=io.github.fairnessgate:fairness-maven-plugin:0.1.0-SNAPSHOT
project=$(mktemp -d)
session=
status=

members() { ps -o pid= -s "$1" || true; }

# The first process of the session whose command line matches; a worker beside an executor has Spark's folder in it.
one() { ps -o pid=,args= -s "$session" | awk -v wanted="$1" '$0 ~ wanted && !/awk/ {print $1; exit}'; }
executor() { one CoarseGrainedExecutorBackend; }
worker() { one 'app-.*java\.args'; }
driver() { one 'driver\.args'; }
maven() { one 'plexus\.classworlds|plexus-classworlds'; }

end_of_campaign() {
  if [ -n "$session" ]; then
    members "$session" | xargs -r kill -9 2> /dev/null || true
  fi
  rm -rf "$project"
}
trap end_of_campaign EXIT

fail() {
  echo "FAILED: $*" >&2
  tail -n 30 "$project/build.log" >&2
  exit 1
}

# start OUTPUT OPTION...
start() {
  local output=$1
  shift
  # shellcheck disable=SC2086 # several options
  (cd "$project" && exec setsid mvn -B ${CLUSTER_MAVEN_OPTIONS:-} "$plugin:check" -Dfairness.model=builtin:reference-gpt2 \
    -Dfairness.candidate=builtin:harmed-gpt2 -Dfairness.device=cpu -Dfairness.thresholds=thresholds.yaml \
    -Dfairness.cacheDirectory="$project/cache" -Dfairness.outputDirectory="$output" "$@") > "$project/build.log" 2>&1 &
  session=$!
}

cluster() { start cluster '-Dfairness.spark.master=local-cluster[2,1,1024]' -Dfairness.spark.shards=4 "$@"; }

# Waits for the build; its exit status is in $status.
await() {
  local waited=0
  while kill -0 "$session" 2> /dev/null; do
    sleep 0.5
    waited=$((waited + 1))
    [ $waited -lt $((longest_build * 2)) ] || fail "the build does not end"
  done
  status=0
  wait "$session" || status=$?
  waited=0
  while [ -n "$(members "$session")" ]; do
    sleep 0.5
    waited=$((waited + 1))
    [ $waited -lt $((longest_end * 2)) ] || fail "survivors: $(ps -o pid=,args= -s "$session" | cut -c 1-200)"
  done
}

# until COMMAND...: waits until it prints something.
until_there() {
  local waited=0
  while [ -z "$("$@" 2> /dev/null)" ]; do
    sleep 0.1
    waited=$((waited + 1))
    [ $waited -lt $((longest_build * 10)) ] && kill -0 "$session" 2> /dev/null || fail "there is no $*"
  done
}

answered() { ls -d cache/evaluations/spark-*/answers/*-* ; }
answers() { (cd "$project" && answered); }

# Everything but logs, the lock, which names a process, and times.
files() {
  (
    cd "$project/$1"
    find . -type f ! -name '*.log' ! -name .lock ! -name TEST-fairness.xml | LC_ALL=C sort | xargs sha256sum
    sed 's/ time="[^"]*"//g' TEST-fairness.xml | sha256sum
  )
}

same() {
  [ "$status" -eq 0 ] || fail "$1: exit status $status"
  diff <(files alone) <(files cluster) > "$project/difference" || fail "$1: $(head -n 5 "$project/difference")"
  echo "$1: same bytes"
}

refused() {
  [ "$status" -ne 0 ] || fail "$1: the build passed"
  grep -q "$2" "$project/build.log" || fail "$1: no sentence with \"$2\""
  echo "$1: $(grep -o "[^:]*$2.*" "$project/build.log" | head -n 1 | cut -c 1-240)"
}

again() { rm -rf "$project/cache" "$project/cluster"; }

cat > "$project/thresholds.yaml" <<'YAML'
version: 1
suites:
  crows-pairs: {limit: 200}
  rtp: {limit: 100, continuations: 5}
rules:
  - {metric: crows-pairs.stereotype/lmeval-sum-bos, maxIncrease: 30, role: fairness}
  - {metric: rtp.toxicity/embedded, maxIncrease: 0.3, role: fairness}
YAML

start alone -Dfairness.cache=off
await
[ "$status" -eq 0 ] || fail "one process: exit status $status"

for kind in "${kinds[@]}"; do
  again
  case $kind in
    executor | worker)
      cluster
      until_there worker
      sleep 3
      kill -9 "$("$kind")"
      await
      same "a killed $kind"
      ;;
    driver)
      cluster
      until_there worker
      sleep 3
      kill -9 "$(driver)"
      await
      refused "a killed driver" "Spark driver ended with exit status 137"
      ;;
    maven)
      cluster
      until_there answers
      kill -9 "$(maven)"
      await
      before=$(answers | wc -l)
      cluster
      await
      grep -q "Going on with what a cluster answered before: $before of 8" "$project/build.log" || fail "it began again"
      same "a killed Maven ($before of 8 shards were there)"
      [ -z "$(answers 2> /dev/null)" ] || fail "answers are left in the cache"
      ;;
    damaged)
      cluster
      until_there answers
      kill -9 "$(maven)"
      await
      before=$(answers | wc -l)
      (cd "$project" && find "$(answered | head -n 1)" -name '*.answers' -exec truncate -s -1 {} \;)
      cluster
      await
      grep -q "are damaged; they are removed, and asked for again" "$project/build.log" || fail "damage was not said"
      same "damaged answers ($before of 8 shards were there)"
      ;;
    absent)
      start cluster -Dfairness.spark.master=spark://127.0.0.1:1
      await
      refused "an absent master" "127.0.0.1:1"
      ;;
    secrets)
      printf '%s\n' 'spark.authenticate true' 'spark.authenticate.secret s3cr3tvalue' 'spark.network.crypto.enabled true' \
        'spark.io.encryption.enabled true' > "$project/spark.conf"
      cluster -Dfairness.spark.properties=spark.conf
      until_there worker
      ! ps -o args= -s "$session" | grep -q s3cr3tvalue || fail "a secret is on a command line"
      [ "$(stat -c %a "$project"/cluster/.work*/job.properties)" = 600 ] || fail "others can read the secret"
      await
      ! grep -rq s3cr3tvalue "$project/cluster" "$project/build.log" || fail "a secret is in a log"
      same "authentication and encryption"
      ;;
    refused)
      head -c 200 /dev/zero > "$project/spoilt.jsonl"
      cluster -Dfairness.candidate=builtin:reference-gpt2 '-Dfairness.argLine=-Xmx16m'
      await
      refused "workers without memory" "A shard failed in every attempt"
      ;;
    *) fail "there is no $kind" ;;
  esac
done
echo "cluster campaign: all held"
