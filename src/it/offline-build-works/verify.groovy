assert new File(basedir, 'target/fairness/report.json').file
assert new File(basedir, 'build.log').text =~ /Verdict: PASS/
