import groovy.json.JsonSlurper

def text = { new File(basedir, it).getText('UTF-8') }

['one', 'two'].each { module ->
    assert new JsonSlurper().parse(new File(basedir, "${module}/target/fairness/report.json")).verdict == 'PASS'
    // The site's page is made of what is on disk, and comes out as the one that the gate wrote.
    assert text("${module}/target/site/fairness/index.html") == text("${module}/target/fairness/report.html")
    def listed = text("${module}/target/site/project-reports.html")
    assert listed =~ /href="fairness\/index\.html"/
    assert listed.contains('Fairness before and after compression: PASS (all 2 rules passed).')
    assert !new File(basedir, "${module}/target/site/fairness-aggregate").exists() : 'one page for the whole build is enough'
}
def log = text('build.log')
assert log =~ /Waiting for device cpu, which process \d+ uses/
assert log =~ /WARN.* Verdict over all modules: NO RESULT \(1 of 3 modules without a result\)/

// A module that skips its gate has no result, and no page.
def aggregate = new JsonSlurper().parse(new File(basedir, 'target/fairness/aggregate.json'))
assert !aggregate.passed
assert aggregate.modules*.verdict == ['NO_RESULT', 'PASS', 'PASS']
assert aggregate.modules[0].module == 'io.github.fairnessgate.it:three'
assert text('target/fairness/aggregate.md') =~ /`io\.github\.fairnessgate\.it:three` \| Its gate is skipped\./
assert aggregate.modules[0].problem == 'Its gate is skipped.'
assert aggregate.modules[1..2]*.file.sort() == ['one/target/fairness/report.json', 'two/target/fairness/report.json']
assert !new File(basedir, 'three/target/site/fairness').exists()

assert text('target/site/project-reports.html') =~ /href="fairness-aggregate\/index\.html"/
def page = text('target/site/fairness-aggregate/index.html')
['one', 'two'].each { module ->
    assert page.contains("<a href=\"${module}/index.html\">")
    assert text("target/site/fairness-aggregate/${module}/index.html") == text("${module}/target/fairness/report.html")
}
assert page.contains('NO RESULT</span> 1 of 3 modules without a result')
