import groovy.json.JsonSlurper

def fairness = new File(basedir, 'target/fairness')
def certification = new JsonSlurper().parse(new File(fairness, 'certification.json'))
assert certification.verdict == 'PASS' && certification.passed
assert certification.runs*.seed == [1, 2, 3]
certification.runs.each { assert it.model.length() == 64 }
assert certification.rules.size() == 2
certification.rules.each {
    assert it.variance.runs == 3
    assert it.candidates.size() == 3
}
[1, 2, 3].each { assert new File(fairness, "certification/seed-${it}/compressed/model.safetensors").file }

def log = new File(basedir, 'build.log').text
assert log.contains('is certified over 3 runs')
