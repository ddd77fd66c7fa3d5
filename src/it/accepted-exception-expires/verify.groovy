import groovy.json.JsonSlurper
import java.time.LocalDate

def baseline = new JsonSlurper().parse(new File(basedir, 'src/main/fairness/baseline.json'))
// The digests that expired.json needs; written anew if the built-in model or the bundled data change.
def expired = new JsonSlurper().parse(new File(basedir, 'expired.json'))
assert baseline.original.digest == expired.original.digest
assert baseline.data == expired.data

assert baseline.exceptions.size() == 1
def exception = baseline.exceptions[0]
assert exception.metric == 'stereoset.ss/micro' && exception.slice == 'all'
assert exception.reason == 'known-to-be-unprovable' && exception.before.maxIncrease == 0.01
assert LocalDate.parse(exception.until) == LocalDate.parse(exception.date).plusDays(90)
assert baseline.values.collect { it.slice } == ['race'] && baseline.values[0].limits.keySet() == ['maxIncrease', 'maximum'] as Set

def log = new File(basedir, 'build.log').text
assert log.contains('To accept these numbers for a while: mvn fairness:baseline -Dfairness.reason="..."')
def verdicts = log.readLines().findAll { it.contains('Verdict: ') }
assert verdicts.size() == 4
assert verdicts[0].contains('INCONCLUSIVE') && verdicts[1].contains('PASS') && verdicts[2].contains('INCONCLUSIVE') && verdicts[3].contains('PASS')
assert log =~ /exception for stereoset.ss\/micro: "known-to-be-unprovable", accepted on .* until/
assert log =~ /exception for stereoset.ss\/micro: "it was accepted once", expired after 2024-06-30, the rule decides again/

def report = new JsonSlurper().parse(new File(basedir, 'target/fairness/report.json'))
assert !report.passed && report.exceptions*.state == ['expired']

assert log =~ /Measured too, because they were accepted before \(.*baseline.json\): stereoset.ss\/micro/
def other = new JsonSlurper().parse(new File(basedir, 'target/other/report.json'))
assert other.rules.collect { [it.metric, it.slice, it.origin, it.verdict] } == [
    ['crows-pairs.stereotype/biasbench-geomean', 'all', 'thresholds', 'PASS'], ['stereoset.ss/micro', 'race', 'baseline', 'PASS']]
assert !log.contains('org.apache.maven.plugin.MojoExecutionException')
