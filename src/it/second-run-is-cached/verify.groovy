def log = new File(basedir, 'build.log').readLines()
assert log.count { it =~ /StereoSet: done/ } == 1
assert log.count { it.contains('Evaluating the baseline builtin:reference-gpt2: nothing to do, all of it is cached') } == 1
assert log.count { it.contains('Evaluating the candidate builtin:reference-gpt2: nothing to do, all of it is cached') } == 2
assert log.count { it.contains('Verdict: PASS') } == 2
