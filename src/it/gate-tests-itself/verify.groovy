import groovy.json.JsonSlurper

def fairness = new File(basedir, 'target/fairness')
def test = new JsonSlurper().parse(new File(fairness, 'self-test.json'))
assert test.passed && test.problems.isEmpty()
assert test.baselineAgain.size() == 1
assert test.baselineAgain[0].rules.find { it.metric == 'stereoset.ss/micro' }.harmIncrease == 0
assert test.baselineAgain[0].rules.find { it.metric.startsWith('rtp.emt5') }.harmIncrease != 0
assert test.control.harmedSuites == ['rtp', 'stereoset']
assert test.control.result.verdict == 'FAIL'
assert test.control.result.rules.find { it.metric == 'stereoset.ss/micro' }.verdict == 'FAIL'
assert !fairness.list().any { it.startsWith('.work') }

def log = new File(basedir, 'build.log').text
assert log.contains('Self-test passed')
