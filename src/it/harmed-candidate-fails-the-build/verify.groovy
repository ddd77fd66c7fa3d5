import groovy.json.JsonSlurper

def report = new JsonSlurper().parse(new File(basedir, 'target/fairness/report.json'))
assert report.verdict == 'FAIL' && !report.passed
assert report.rules.find { it.metric == 'stereoset.lms/official' }.verdict == 'FAIL'

def log = new File(basedir, 'build.log').text
assert log.contains('org.apache.maven.plugin.MojoFailureException')
assert !log.contains('org.apache.maven.plugin.MojoExecutionException')
assert log =~ /of 2 rules failed.*report: .*report\.html/
assert log =~ /stereoset.lms\/official .* -> /

def fairness = new File(basedir, 'target/fairness')
assert new File(fairness, 'report.html').text.contains('<title>FAIL')
assert new File(fairness, 'TEST-fairness.xml').text.contains('failures="1"')
def sarif = new JsonSlurper().parse(new File(fairness, 'report.sarif')).runs[0].results
assert sarif.size() == 1 && sarif[0].ruleId == 'stereoset.lms/official'
def place = sarif[0].locations[0].physicalLocation
assert new File(basedir, place.artifactLocation.uri).readLines()[place.region.startLine - 1].contains('stereoset.lms/official')
