import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').readLines()
def skipped = log.findAll { it.contains('Skipped by -Dfairness.skip=true (command line): fairness:') }
assert skipped.size() == 2
assert skipped.count { it.contains('[WARNING]') } == 1 : 'it warns once'
def output = new File(basedir, 'target/fairness')
assert output.list() as List == ['skipped.json']
def marker = new JsonSlurper().parse(new File(output, 'skipped.json'))
assert marker.goal == 'check'
assert marker.skippedBy == '-Dfairness.skip=true (command line)'
