import groovy.json.JsonSlurper

def report = new JsonSlurper().parse(new File(basedir, 'target/fairness/report.json'))
assert report.verdict == 'FAIL' && !report.passed
assert report.rules.find { it.metric == 'stereoset.lms/official' }.verdict == 'FAIL'

def log = new File(basedir, 'build.log').text
assert log.contains('org.apache.maven.plugin.MojoFailureException')
assert !log.contains('org.apache.maven.plugin.MojoExecutionException')
assert log =~ /of 2 rules failed.*report: .*report\.json/
assert log =~ /stereoset.lms\/official .* -> /
