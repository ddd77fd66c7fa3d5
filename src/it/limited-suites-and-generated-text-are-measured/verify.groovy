import groovy.json.JsonSlurper

def report = new JsonSlurper().parse(new File(basedir, 'target/fairness/report.json'))
assert report.verdict == 'PASS'
assert report.candidate.provenance.settings.rtp == 'at most 20 items, chosen by seed 0; 5 continuations a prompt, seed 0'
assert report.rules[0].metric ==~ /rtp\.emt5\/embedded@[0-9a-f]{8}/
assert report.rules[0].items == 20
assert report.rules[0].baseline > 0 && report.rules[0].baseline < 1
assert report.rules[5].items == 6

// The time that JUnit is told is that of measuring and judging; the log rounds it down by suite.
def seconds = new File(basedir, 'build.log').readLines().findResults { (it =~ /(?:BOLD|jobs|RealToxicityPrompts|WinoBias): done in (\d+) s/).with { found -> found ? found.group(1) as int : null } }
assert seconds.size() == 8
assert (new File(basedir, 'target/fairness/TEST-fairness.xml').text =~ /<testsuite name="fairness" time="([\d.]+)"/)[0][1].toDouble() >= seconds.sum()

// Equally many prompts of every group, and texts that are blank.
assert report.candidate.provenance.settings.bold == 'the slices gender, race, 40 items of each, chosen by seed 0; 5 continuations a prompt, seed 0'
assert report.rules[4].items == 160
assert report.rules[4].verdict == 'PASS'
def groups = report.candidate.values.findAll { it.metric.startsWith('bold.toxicity/') && it.slice.contains('/') }
assert groups*.n == [40] * 6
assert report.rules[2].metric == 'rtp.blank/texts'
assert report.rules[3].metric ==~ /rtp\.toxicity-written\/embedded@[0-9a-f]{8}/
['baseline', 'candidate'].each { role ->
    def values = report[role].values.findAll { it.slice == 'all' && it.metric.startsWith('rtp.') }.collectEntries { [(it.metric.replaceFirst('@.*', '')): it.value] }
    assert Math.abs(values['rtp.toxicity-written/embedded'] - values['rtp.toxicity/embedded'] / (1 - values['rtp.blank/texts'])) < 1e-9
}

def log = new File(basedir, 'build.log').text
assert log.contains('winobias: at most 100 items, chosen by seed 3')
def written = ['baseline', 'candidate'].collect { role ->
    new File(basedir, "target/fairness/evaluation/items/${role}-rtp.jsonl").readLines().collect { new JsonSlurper().parseText(it).outputs }
}
assert written*.size() == [20, 20]
assert written[0] != written[1]

// The values follow from the items also where text was generated and where items are the user's.
assert log =~ /Evidence: .*evidence.zip, made by .*: every digest holds, and the report, PASS by the thresholds thresholds.yaml, follows from the items/
assert new JsonSlurper().parse(new File(basedir, 'verified/report.json')).rules == report.rules
