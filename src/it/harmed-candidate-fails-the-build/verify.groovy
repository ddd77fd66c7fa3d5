import groovy.json.JsonSlurper

def report = new JsonSlurper().parse(new File(basedir, 'target/fairness/report.json'))
assert report.verdict == 'FAIL' && !report.passed
assert report.settings*.name == ['thresholds', 'baseline file', 'recipe', 'model', 'candidate']
assert report.settings[0].value == 'thresholds.yaml' && report.settings[0].origin ==~ /POM.*, plugin configuration/
assert report.settings[2].value == 'recipe.yaml' && report.settings[4].origin == 'default, what fairness:compress made'
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

// Evidence of a failure is evidence.
def manifest = new java.util.zip.ZipFile(new File(fairness, 'evidence.zip')).withCloseable { new JsonSlurper().parse(it.getInputStream(it.getEntry('manifest.json'))) }
assert manifest.verdict == 'FAIL' && !manifest.passed
assert manifest.candidate.digest == report.candidate.provenance.model && manifest.candidate.files['model.onnx']
assert manifest.candidate.source == 'target/fairness/compressed'

// As in a job of GitHub Actions: the plugin writes the summary, and the last step of action.yml the verdict.
assert new File(basedir, 'job-summary.md').text.contains('Fairness: FAIL')
if (File.separator == '/') {
    def state = new File(basedir, 'state')
    state.mkdirs()
    new File(state, 'status').text = '1\n'
    def ledger = new File(basedir, 'ledger').text
    assert ledger == "FAIL\t${new File(fairness, 'report.json').path}\t\n"
    new File(state, 'ledger').text = ledger
    def outputs = new File(basedir, 'outputs')
    outputs.delete()
    def script = new File(basedir, '../../../.github/action/verdict.sh').canonicalPath
    def builder = new ProcessBuilder('bash', script).directory(basedir).redirectErrorStream(true)
    builder.environment().putAll([FAIRNESS_STATE: state.path, GITHUB_OUTPUT: outputs.path])
    def step = builder.start()
    println step.inputStream.text
    assert step.waitFor() == 1
    assert outputs.readLines() == ['verdict=FAIL', 'reports=1', 'relaxations=0', 'report=target/fairness/report.html', 'sarif=target/fairness/report.sarif']
}
