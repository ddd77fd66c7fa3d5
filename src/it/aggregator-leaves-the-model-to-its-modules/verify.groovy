import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
def builds = log.split(/\[INFO\] Scanning for projects/).drop(1)
assert builds.size() == 6

def left = /fairness:check does nothing in aggregator: its modules a, b have the model src\/main\/model, which aggregator lacks, and run the goal on it\./
assert (builds[0] =~ left).count == 1
assert (builds[0] =~ /Verdict: PASS/).count == 2
['a', 'b'].each { assert new JsonSlurper().parse(new File(basedir, "${it}/target/fairness/report.json")).verdict == 'PASS' }
assert !new File(basedir, 'target/fairness/report.json').exists()

// The modules are not built, so nothing is said about them.
assert builds[1] =~ left
assert !builds[1].contains('Verdict')

// A model that is nowhere is missing; so is one that only modules have which do not run the goal.
assert builds[2] =~ /The model "src\/main\/forgotten" was not found in .*aggregator-leaves-the-model-to-its-modules/
[3, 4, 5].each { assert builds[it] =~ /The model "src\/main\/model" was not found in .*aggregator-leaves-the-model-to-its-modules/ }
return true
