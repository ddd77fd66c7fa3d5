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

// The evidence is attached and installed. A second build resolves it by its coordinates, offline, binds it to both models, and judges it by its own thresholds.
def evidence = new File(fairness, 'evidence.zip')
def entries = new java.util.zip.ZipFile(evidence).withCloseable { it.entries()*.name }
assert entries == ['compression/compression.json', 'compression/mlbom.cdx.json', 'evaluation/baseline.json', 'evaluation/candidate.json',
        'evaluation/items/baseline-stereoset.jsonl', 'evaluation/items/candidate-stereoset.jsonl', 'manifest.json', 'manifest.sha256', 'mlbom.cdx.json',
        'report.html', 'report.json', 'thresholds.yaml']
assert !evidence.getText('ISO-8859-1').contains(basedir.path)
def verified = new JsonSlurper().parse(new File(basedir, 'verified/report.json'))
assert verified.rules == report.rules && verified.passed

def log = new File(basedir, 'build.log').text
assert log =~ /Verdict: PASS/
assert log =~ /Evidence: .*good-1-fairness.zip, made by .*: every digest holds, and the report, PASS by the thresholds thresholds.yaml, follows from the items/
assert log =~ /fairness.candidate io.github.fairnessgate.it:good:zip:compressed:1 is the candidate that the evidence is about: each of its \d+ files has the digest that the evidence lists; verified here: 3 files measured, 8 shipped beside them, 8 of them verified, 0 unverified/
assert log.contains('Files of the candidate: 3 files measured, 8 shipped beside them, 8 of them verified, 0 unverified') && !log.contains('NOT VERIFIED')
assert report.shipped.verified == ['compression.json': 'record', 'mlbom.cdx.json': 'record', 'model.onnx': 'graph', 'dense/config.json': 'twin', 'dense/model.safetensors': 'twin', 'dense/tokenizer.json': 'twin', 'dense/tokenizer_config.json': 'twin', 'tokenizer_config.json': 'original']
assert report.shipped.unverified == []
assert log =~ /fairness.model builtin:reference-gpt2 is the original model that the evidence is about/
assert log.contains('Judged anew by the thresholds thresholds.yaml and no baseline file')
assert log =~ /stereoset.ss\/micro/
