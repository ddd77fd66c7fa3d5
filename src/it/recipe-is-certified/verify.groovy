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

// What the recipe makes under its own seed is the first run's model, and its report says how the recipe was certified.
def tests = new JsonSlurper().parse(new File(fairness, 'report.json')).gateTests
assert tests.certification.passed && tests.certification.verdict == 'PASS'
assert tests.certification.seed == 1
assert tests.certification.runs*.model == certification.runs*.model
assert tests.certification.rules.every { it.variance.shareOfRuns >= 0 }
assert !tests.notes && !tests.selfTest
assert new File(fairness, 'report.html').text.contains('is certified over 3 runs')

// The smallest recipe that keeps the limits is chosen by data that judge nothing, and judged by data that chose nothing.
def search = new JsonSlurper().parse(new File(fairness, 'search/search.json'))
assert search.candidates*.id == ['recipe-2', 'recipe-18']
def best = search.candidates.find { it.id == search.chosen }
assert best.judged.verdict == 'PASS' && best.judged.share == 0.5
assert search.candidates.findAll { it.judged } == [best]
search.candidates.each { assert it.screened*.share == [0.5] }
assert best.judged.objectives[0] < search.objectives[0].original
assert new File(fairness, 'search/chosen.yaml').text.contains("heads: ${best.label.split(' ')[-1]}")
assert new File(fairness, 'search/search.html').text.contains(search.sentence)
assert !search.warnings

// The candidates of the search side by side, on all data, with the same judge.
def comparison = new JsonSlurper().parse(new File(fairness, 'comparison.json'))
assert comparison.candidates*.label == ['recipe-2', 'recipe-18'].collect { "target/fairness/search/${it}/compressed" }
assert comparison.candidates*.model == search.candidates*.model
comparison.candidates.each {
    assert it.judged.share == 1 && !it.screened
    assert it.judged.rules*.metric == ['stereoset.ss/micro', 'stereoset.lms/official']
}
assert comparison.candidates[1].judged.objectives[0] < comparison.candidates[0].judged.objectives[0]
assert new File(fairness, 'comparison.html').text.contains(comparison.sentence)
