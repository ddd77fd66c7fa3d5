def log = new File(basedir, 'build.log').text
assert log.contains('Compressing builtin:reference-gpt2 by the recipe int8')
assert !log.contains(' takes about ')

def weights = new File(basedir, 'target/fairness/compressed/quantized.safetensors')
assert weights.length() > 5_000_000 && weights.length() < 5_200_000
