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

// The report of the verdict has the test of its gate, and so has its evidence.
def tests = new JsonSlurper().parse(new File(fairness, 'report.json')).gateTests
assert tests.selfTest.passed && tests.selfTest.accepted == 1 && tests.selfTest.control == 'FAIL'
assert !tests.notes && !tests.certification
assert new File(fairness, 'report.html').text.contains('Self-test passed')
def evidence = new java.util.zip.ZipFile(new File(fairness, 'evidence.zip'))
assert evidence.getEntry('gate-tests/self-test.json')
evidence.close()
