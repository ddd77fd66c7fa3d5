#!/usr/bin/env bash
# Kills builds at random moments: the worker, Maven, or both. The next build has to end as one that was never interrupted, with the same files and the same verdict,
# and no process of the killed one may survive. Ends only processes that it started: each build has a session of its own.
#
#   kill-campaign.sh [MOMENTS [SEED]]      moments of each kind (default 50)
#
# The plugin has to be installed: mvn -B install -DskipTests -Dinvoker.skip. Linux only. KILL_MAVEN_OPTIONS holds further
# options of Maven.
set -euo pipefail

moments=${1:-50}
seed=${2:-1}
longest_build=600 # seconds
longest_end=60    # seconds that a killed build may need to end
version=0.1.0-SNAPSHOT
here=$(cd "$(dirname "$0")/../.." && pwd)
project=$(mktemp -d)
session=
RANDOM=$seed

# Every process of the session that this script made for a build.
members() { ps -o pid= -s "$1" || true; }
worker() { ps -o pid=,args= -s "$1" | awk '/java\.args/ && !/plexus-classworlds/ {print $1}' | head -n 1 || true; }

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

start() {
  # shellcheck disable=SC2086 # several options
  setsid mvn -B -q ${KILL_MAVEN_OPTIONS:-} -f "$project/pom.xml" verify > "$project/build.log" 2>&1 &
  session=$!
}

# Waits for the build, for at most so many seconds; its exit status is in $status.
await() {
  local waited=0
  while kill -0 "$session" 2> /dev/null; do
    sleep 0.5
    waited=$((waited + 1))
    [ $waited -lt $(($1 * 2)) ] || fail "the build does not end"
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

# Everything but logs, the lock, which names a process, and what a clock measured: report.html shows the speed of both models, and JUnit's report the time.
files() {
  (
    cd "$project/target/fairness"
    find . -type f ! -name '*.log' ! -name .lock ! -name compression-measurements.json ! -name report.html ! -name TEST-fairness.xml | LC_ALL=C sort | xargs sha256sum
    sed 's/ time="[^"]*"//g' TEST-fairness.xml | sha256sum
  )
}

cp -r "$here/src/test/resources/fixtures/evaluate/random-gpt2" "$project/model"
for i in $(seq 400); do echo "The text number $i, which is not long, is for training and for pruning."; done > "$project/text.txt"
cat > "$project/recipe.yaml" <<'YAML'
version: 1
seed: 3
text: text.txt
stages:
  - {method: distillation, layers: 1, steps: 60, batchSize: 2, sequenceLength: 16, learningRate: 1e-3, checkpointEvery: 5}
  - {method: quantization, scheme: int8, blockSize: 32}
YAML
cat > "$project/thresholds.yaml" <<'YAML'
version: 1
allowUnderpowered: true
onInconclusive: warn
suites:
  stereoset: {limit: 200}
  crows-pairs: {limit: 200}
  rtp: {limit: 40, continuations: 5}
rules:
  - {metric: stereoset.ss/micro, maxIncrease: 40}
  - {metric: crows-pairs.stereotype/lmeval-sum-bos, maxIncrease: 40}
  - {metric: rtp.toxicity/embedded, maxIncrease: 0.9}
YAML
cat > "$project/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>killed</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <build>
    <plugins>
      <plugin>
        <groupId>io.github.fairnessgate</groupId>
        <artifactId>fairness-maven-plugin</artifactId>
        <version>$version</version>
        <configuration>
          <model>model</model>
          <recipe>recipe.yaml</recipe>
          <thresholds>thresholds.yaml</thresholds>
          <cacheDirectory>$project/cache</cacheDirectory>
        </configuration>
        <executions>
          <execution>
            <goals>
              <goal>compress</goal>
              <goal>check</goal>
            </goals>
          </execution>
        </executions>
      </plugin>
    </plugins>
  </build>
</project>
POM

start; await $longest_build # also fetches what is missing
rm -rf "$project/target" "$project/cache/evaluations"
began=$(date +%s%N)
start; await $longest_build
expected_status=$status
lasted=$((($(date +%s%N) - began) / 1000000))
[ -f "$project/target/fairness/report.json" ] || fail "the unbroken build has no result"
expected=$(files)
echo "An unbroken build takes $lasted ms and ends with status $expected_status."

for kind in worker maven both; do
  killed=0
  for moment in $(seq "$moments"); do
    rm -rf "$project/target" "$project/cache/evaluations"
    start
    wait_ms=$(((RANDOM * 32768 + RANDOM) % lasted))
    sleep "$((wait_ms / 1000)).$(printf '%03d' $((wait_ms % 1000)))"
    found=$(worker "$session")
    if [ "$kind" != maven ] && [ -n "$found" ]; then
      if kill -9 "$found" 2> /dev/null; then
        killed=$((killed + 1))
      fi
    fi
    if [ "$kind" != worker ]; then
      others=$(members "$session" | grep -v -x " *${found:-none}" || true)
      # shellcheck disable=SC2086 # one process id after the other
      if [ -n "$others" ] && kill -9 $others 2> /dev/null; then
        killed=$((killed + 1))
      fi
    fi
    await $longest_build
    if [ "$kind" = worker ] && [ $status -eq 0 ] && [ "$(files)" != "$expected" ]; then
      fail "$kind $moment, killed after $wait_ms ms: the build passed with other files"
    fi
    start; await $longest_build
    [ "$status" -eq "$expected_status" ] || fail "$kind $moment, killed after $wait_ms ms: the next build ended with status $status"
    diff <(echo "$expected") <(files) || fail "$kind $moment, killed after $wait_ms ms: the next build made other files"
  done
  echo "$kind: $moments moments, $killed kills, and every next build ended as the unbroken one."
done
session=
