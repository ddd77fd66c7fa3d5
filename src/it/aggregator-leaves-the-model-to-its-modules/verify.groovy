import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
def builds = log.split(/\[INFO\] Scanning for projects/).drop(1)
assert builds.size() == 10

def left = /fairness:check does nothing in aggregator: its modules a, b have the model src\/main\/model, which aggregator lacks, and run the goal on it\./
assert (builds[0] =~ left).count == 1
assert (builds[0] =~ /Verdict: PASS/).count == 2
['a', 'b'].each { assert new JsonSlurper().parse(new File(basedir, "${it}/target/fairness/report.json")).verdict == 'PASS' }
assert !new File(basedir, 'target/fairness/report.json').exists()

// A build that leaves modules out says that nothing is judged in them.
assert !builds[0].contains('leaves them out')
def leftOut = { names -> "[WARNING] fairness:check does nothing in aggregator: its modules ${names} have the model src/main/model, and this build leaves them out" }
[1: 'a, b', 6: 'a'].each { build, names -> assert builds[build].contains(leftOut(names)) }
[1, 7].each { assert !builds[it].contains('Verdict') }
assert (builds[6] =~ /does nothing in aggregator: its modules b have the model src\/main\/model, which aggregator lacks, and run the goal on it\./).count == 1
assert (builds[6] =~ /Verdict: PASS/).count == 1
assert builds[7].contains(leftOut('a, b') - '[WARNING] ') && builds[7].contains('fairness.strict makes this an error.')

// So does the goal verify, which runs no model.
assert (builds[8] =~ left.replace('check', 'verify')).count == 1 && (builds[8] =~ left).count == 1
assert (builds[8] =~ /Verdict: PASS/).count == 4
assert builds[9].contains(leftOut('a, b').replace('check', 'verify')) && !builds[9].contains('Verdict')

// A model that is nowhere is missing; so is one that only modules have which do not run the goal.
assert builds[2] =~ /The model "src\/main\/forgotten" was not found in .*aggregator-leaves-the-model-to-its-modules/
[3, 4, 5].each { assert builds[it] =~ /The model "src\/main\/model" was not found in .*aggregator-leaves-the-model-to-its-modules/ }
return true
