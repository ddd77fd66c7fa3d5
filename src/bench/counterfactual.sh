#!/usr/bin/env bash
# What counterfactual distillation does: students of builtin:reference-gpt2 by the settings of quickstart-distillation, plain and with
# each setting of counterfactual, two seeds each, compared with the plain student of the same seed; a table in Markdown.
#
#   counterfactual.sh FOLDER
#
# FOLDER keeps what is finished, so a run that was interrupted goes on. About three minutes a student on two cores. Needs jq, and the
# plugin installed: mvn -B install -DskipTests -Dinvoker.skip.
set -euo pipefail

mkdir -p "$1"
cd "$1"
plugin=io.github.fairnessgate:fairness-maven-plugin:0.1.0-SNAPSHOT

cat > thresholds.yaml <<'YAML'
version: 1
suites:
  perplexity: {tokens: 50000}
rules:
  - {metric: perplexity.token/strided, maxRatio: 1000, role: capability}
  - {metric: stereoset.lms/official, role: exploratory}
  - {metric: stereoset.ss/micro, slice: gender, compare: signed, role: exploratory}
  - {metric: crows-pairs.stereotype/biasbench-geomean, slice: gender, compare: signed, role: exploratory}
  - {metric: crows-pairs.likelihood-diff/lmeval-sum-bos, slice: gender, role: exploratory}
  - {metric: winobias.preference/sum-bos, compare: signed, role: exploratory}
  - {metric: winobias.margin/sum-bos, role: exploratory}
YAML

student() {
  local settings=$2
  cat > "$1.yaml" <<YAML
version: 1
seed: ${1##*-}
text: builtin:gpt2-samples
stages:
  - method: distillation
    layers: [0, 3, 5]
    temperature: 2
    loss: {ce: 1}
    steps: 240
    batchSize: 8
    sequenceLength: 128
    learningRate: 1e-3
    warmup: 0.05
    clip: 5
    ${settings:+counterfactual: $settings}
YAML
  [ -d "out/$1/compressed" ] || mvn -B -q "$plugin:compress" -Dfairness.model=builtin:reference-gpt2 "-Dfairness.recipe=$1.yaml" \
    "-Dfairness.outputDirectory=out/$1" > "$1.log" 2>&1 || { cat "$1.log"; exit 1; }
}

for seed in 1 2; do
  student "plain-$seed" ""
  student "augment-$seed" "{augment: true}"
  student "mean-$seed" "{augment: false, teacher: mean}"
  student "max-$seed" "{augment: false, teacher: max}"
  mvn -B -q "$plugin:compare" "-Dfairness.model=out/plain-$seed/compressed" \
    "-Dfairness.candidates=out/augment-$seed/compressed,out/mean-$seed/compressed,out/max-$seed/compressed" \
    -Dfairness.thresholds=thresholds.yaml "-Dfairness.outputDirectory=out/compare-$seed" > "compare-$seed.log" 2>&1 ||
    { cat "compare-$seed.log"; exit 1; }
  # A metric whose harm is a lack has its interval turned round, so that it is one of the value.
  jq -r --arg seed "$seed" '
    def digits: . * 1000 | round / 1000 | tostring;
    def change: if .metric == "stereoset.lms/official" then [-.change.interval.high, -.change.interval.low] else [.change.interval.low, .change.interval.high] end
      | map(digits) | join(" to ");
    [.candidates[].judged.rules] as $all
    | (if $seed == "1" then "| | seed | \($all[0] | map("`\(.metric)`" + (if .slice == "all" then "" else ", \(.slice)" end)) | join(" | ")) |",
        "|---|---|\($all[0] | map("---|") | join(""))" else empty end),
      "| plain | \($seed) | \($all[0] | map(.baseline | digits) | join(" | ")) |",
      (["`augment`", "`teacher: mean`", "`teacher: max`"] | to_entries[] as $name
        | "| \($name.value) | \($seed) | \($all[$name.key] | map("\(.candidate | digits) (\(change))") | join(" | ")) |")
  ' "out/compare-$seed/comparison.json"
done
