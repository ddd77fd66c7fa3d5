import groovy.json.JsonSlurper

def report = new JsonSlurper().parse(new File(basedir, 'target/fairness/report.json'))
assert report.verdict == 'PASS'
assert report.candidate.provenance.settings.rtp == 'at most 20 items, chosen by seed 0; 5 continuations a prompt, seed 0'
assert report.rules[0].metric ==~ /rtp\.emt5\/embedded@[0-9a-f]{8}/
assert report.rules[0].items == 20
assert report.rules[0].baseline > 0 && report.rules[0].baseline < 1
assert report.rules[2].items == 6

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
