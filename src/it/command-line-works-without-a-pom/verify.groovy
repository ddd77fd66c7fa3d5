assert !new File(basedir, 'pom.xml').exists()
assert new File(basedir, 'target/fairness/report.json').file
def verdicts = new File(basedir, 'build.log').readLines().findAll { it.contains('Verdict: PASS') }
assert verdicts.size() == 3
assert new File(basedir, 'verified/report.json').file
