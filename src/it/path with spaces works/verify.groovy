assert new File(basedir, 'target/fair ness/report.json').file
assert new File(basedir, 'target/a cache/evaluations').list().length == 2
assert new File(basedir, 'build.log').text =~ /Verdict: PASS/
