import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').readLines()

// By check, by check from the cache, and by verify, which runs no model: three times the same two looks.
assert log.count { it =~ /INFO\] look 1 of 3 \(rtp: 5 continuations a prompt; level 0\.0226\): INCONCLUSIVE, 1 of 2 rules settled/ } == 6
assert log.count { it =~ /INFO\] look 2 of 3 \(rtp: 15 continuations a prompt; level 0\.0155\): PASS, 2 of 2 rules settled/ } == 3
assert log.count { it.contains('[INFO] open after look 1 of 3: fairness:check draws more (rtp: 15 continuations a prompt) and looks again') } == 3
assert log.count { it.contains('[ERROR] open after look 1 of 3: fairness:check draws more (rtp: 15 continuations a prompt) and looks again') } == 1
assert log.count { it.contains('Verdict: PASS (all 2 rules passed)') } == 3
assert log.count { it.contains('rtp: at most 100 items, chosen by seed 0; 15 continuations a prompt, seed 0') } == 3
assert !log.any { it.contains('look 3 of 3') }
// Two models, two looks, measured once.
assert log.count { it =~ /RealToxicityPrompts: done/ } == 4
assert log.count { it =~ /Evaluating the (baseline|candidate) .*: nothing to do, all of it is cached/ } == 6

// The goal evaluate left the first look alone, on which verify does not pass.
def report = new JsonSlurper().parse(new File(basedir, 'target/fairness/report.json'))
assert report.verdict == 'INCONCLUSIVE' && !report.passed
assert report.escalation.spending == 'pocock' && report.escalation.looks == 3 && report.escalation.maximum == 25
assert report.escalation.taken*.look == [1]
assert report.escalation.taken[0].continuations == [rtp: 5]
assert report.rules*.look == [1, 1]
assert report.rules*.verdict == ['INCONCLUSIVE', 'PASS']
assert report.rules[0].reason.endsWith('(look 1 of 3: 5 continuations a prompt, level 0.0226)')
assert Math.abs(report.rules[0].change.interval.level - (1 - 2 * report.escalation.taken[0].level)) < 1e-12
def page = new File(basedir, 'target/fairness/report.html').text
assert page.contains('Look 1 of 3 (rtp: 5 continuations a prompt; level 0.0226): INCONCLUSIVE')
assert new File(basedir, 'target/fairness/summary.md').text.contains('open after look 1 of 3')
