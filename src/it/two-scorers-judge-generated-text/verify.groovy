import groovy.json.JsonSlurper

def report = new JsonSlurper().parse(new File(basedir, 'target/fairness/report.json'))
assert report.verdict == 'PASS'

def rule = report.rules[0]
assert rule.metric ==~ /mine\.emt5\/single-label@[0-9a-f]{8}/
assert rule.items == 9
assert rule.opinions*.verdict == ['PASS', 'PASS']
assert rule.opinions[0].metric == rule.metric
assert rule.opinions[1].metric ==~ /mine\.emt5\/embedded@[0-9a-f]{8}/
assert rule.opinions[0].baseline != rule.opinions[1].baseline
assert rule.reason.startsWith('both scorers agree: PASS by single-label@')
assert !report.rules[1].containsKey('opinions')

['baseline', 'candidate'].each { role ->
    def judging = report[role].provenance.judging.mine
    assert judging.scorers*.variant == rule.opinions*.metric.collect { it.split('/')[1] }
    assert judging.scorers*.card*.label == ['toxic', 'toxicity']
    assert judging.prompts == 9 && judging.cutPrompts == 1 && judging.texts == 45
    def agreement = report[role].agreement.mine
    assert agreement.texts == 45
    assert agreement.bothToxic + agreement.onlyFirst + agreement.onlySecond + agreement.neither == 45
    assert agreement.correlation > -1 && agreement.correlation < 1
}

def log = new File(basedir, 'build.log').readLines()
// By the goal check, by the goal verify, which runs no model, and by that goal on the evidence bundle.
assert log.count { it.contains('Verdict: PASS') } == 3
assert log.count { it =~ /mine, candidate: 1 of 9 prompts lost their beginning, single-label@\w+ read only the beginning of \d+ of 45 texts/ } == 3
assert log.count { it =~ /mine, baseline: single-label@\w+ and embedded@\w+ decide differently on \d+ of 45 texts/ } == 3
assert log.count { it.contains('mine: done') } == 1
// Nobody knows what share of toxic texts a user's classifier finds; the scorer of the plugin has figures.
assert log.count { it =~ /WARNING.*single-label@\w+ has no figures on generated text.*mine\.toxic-fraction/ } == 1
