def log = new File(basedir, 'build.log').text
assert log.readLines().count { it.contains('Skipped, because fairness.skip is true.') } == 2
assert !new File(basedir, 'target').exists()
