def log = new File(basedir, 'build.log').text
assert log.contains('Compressing builtin:reference-gpt2 by the recipe distilgpt2')
assert log =~ /The recipe distilgpt2 keeps all layers of this model.*heads-30/
assert log =~ /The recipe distilgpt2 takes about .* on this CPU/
assert log.contains('That is more than fairness.timeout')
assert log.contains('The worker was stopped after 15 s')
assert !new File(basedir, 'target/fairness/compressed').exists()
