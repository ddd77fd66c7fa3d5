def log = new File(basedir, 'build.log').text
assert log.contains('org.apache.maven.plugin.MojoExecutionException')
assert !log.contains('org.apache.maven.plugin.MojoFailureException')
assert log =~ /The model "src\/main\/model" was not found in .*missing-model-is-a-broken-run/
assert !new File(basedir, 'target/fairness/report.json').exists()

assert log.contains('There is no parameter fairness.threshold (command line). Did you mean fairness.thresholds?')
assert log =~ /-Dfairness\.candidate=builtin:harmed-gpt2 \(command line\) has no effect: <candidate> is builtin:reference-gpt2 in the POM's configuration \(POM( \(line \d+\))?, plugin configuration\)/
assert log.contains('fairness.strict makes this an error.')
assert log =~ /There is no parameter <threshold>, which the POM has \(plugin configuration\)\. Did you mean <thresholds>\?/
assert log.contains('<thresholds> is ${my.thresholds} in the POM')

assert log =~ /misspelt\.yaml:2: the file has no key "rule".*rules/
assert log.contains("fairness.scorer is neither 'embedded' nor 'ngram' nor a usable toxicity classifier")
assert !log.contains('Compressing builtin:reference-gpt2')
