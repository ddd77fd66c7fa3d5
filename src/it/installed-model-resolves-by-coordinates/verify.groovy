import groovy.json.JsonSlurper

def report = new JsonSlurper().parse(new File(basedir, 'target/fairness/report.json'))
assert report.candidate.provenance.source == 'io.github.fairnessgate.it:released-model:zip:compressed:1'
assert report.verdict == 'PASS'
