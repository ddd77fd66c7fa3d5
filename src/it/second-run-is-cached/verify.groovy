import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').readLines()
assert log.count { it =~ /StereoSet: done/ } == 1
assert log.count { it.contains('Evaluating the baseline builtin:reference-gpt2: nothing to do, all of it is cached') } == 1
assert log.count { it.contains('Evaluating the candidate builtin:reference-gpt2: nothing to do, all of it is cached') } == 2
assert log.count { it.contains('Verdict: PASS') } == 2

// Both results are in the committed file, each once, and a damaged file is named before anything is judged.
def history = new File(basedir, 'history.jsonl').readLines().collect { new JsonSlurper().parseText(it) }
assert history*.build*.version == ['1', '2']
assert history*.build*.project.unique() == ['io.github.fairnessgate.it:cached']
assert history*.rules*.size() == [2, 2]
assert log.count { it =~ /The result is in .*history\.jsonl already/ } == 2
assert log.count { it =~ /ERROR.*damaged\.jsonl:1: the line is damaged \(.*\): restore the file from version control, or remove the line/ } == 1
assert !basedir.list().any { it.endsWith('.lock') }

// The page and the one of all modules draw the course of both rules, and the badge has a figure.
def fairness = new File(basedir, 'target/fairness')
assert new JsonSlurper().parse(new File(fairness, 'report.json')).history*.build*.version == ['1', '2']
[new File(fairness, 'report.html'), new File(basedir, 'target/site/fairness-aggregate/index.html')].each {
    assert it.text.contains('<polyline')
    assert it.text =~ /StereoSet[^<"]* after compression; 1: [\d.]+, 2: [\d.]+/
}
// The candidate is the original itself, of which the badge warns as the log does.
assert new JsonSlurper().parse(new File(fairness, 'badge.json')).message == 'passing with warnings (2 of 2)'
assert !new File(basedir, 'target/damaged/report.json').exists()
