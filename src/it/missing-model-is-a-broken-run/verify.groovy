def log = new File(basedir, 'build.log').text
assert log.contains('org.apache.maven.plugin.MojoExecutionException')
assert !log.contains('org.apache.maven.plugin.MojoFailureException')
assert log =~ /The model "src\/main\/model" was not found in .*missing-model-is-a-broken-run/
assert !new File(basedir, 'target/fairness/report.json').exists()
