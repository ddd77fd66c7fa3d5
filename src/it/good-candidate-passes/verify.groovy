import groovy.json.JsonSlurper

def fairness = new File(basedir, 'target/fairness')
def report = new JsonSlurper().parse(new File(fairness, 'report.json'))
assert report.verdict == 'PASS' && report.passed
assert report.rules*.verdict == ['PASS', 'PASS']
assert report.baseline.provenance.source == 'builtin:reference-gpt2'
assert report.baseline.provenance.model != report.candidate.provenance.model

def compressed = new File(fairness, 'compressed')
['config.json', 'model.safetensors', 'tokenizer.json', 'model.onnx', 'compression.json', 'mlbom.cdx.json'].each { assert new File(compressed, it).file }
assert new JsonSlurper().parse(new File(compressed, 'config.json')).pruned_heads.values().flatten().size() == 1
assert new File(fairness, 'good-1-compressed.zip').file
assert new File(fairness, 'compression-measurements.json').file
assert new File(fairness, 'evaluation/items/candidate-stereoset.jsonl').readLines().size() == 2106
assert !fairness.list().any { it.startsWith('.work') }

def log = new File(basedir, 'build.log').text
assert log =~ /Verdict: PASS/
assert log =~ /stereoset.ss\/micro/
