import groovy.json.JsonSlurper
import java.util.zip.ZipFile

def log = new File(basedir, 'build.log').text
assert log.contains('stage 1 of 3, head-pruning: finished before, continuing behind it')
def continued = (log =~ /distillation: continuing at step (\d+) of 80/)
assert continued.count == 1
assert continued[0][1].toInteger() in [21, 31, 41, 51, 61, 71]

// The second build, into another folder, ran through.
def resumed = new File(basedir, 'target/fairness')
def unbroken = new File(basedir, 'target/unbroken')
def files = { File folder ->
    def found = [:]
    folder.eachFileRecurse(groovy.io.FileType.FILES) { found[folder.toPath().relativize(it.toPath()).toString()] = it.bytes.encodeBase64().toString().digest('SHA-256') }
    found
}
def compressed = files(new File(resumed, 'compressed'))
assert compressed.keySet().containsAll(['quantized.safetensors', 'config.json', 'model.onnx', 'compression.json', 'mlbom.cdx.json', 'tokenizer.json'])
assert compressed == files(new File(unbroken, 'compressed'))
assert Arrays.equals(new File(resumed, 'killed-1-compressed.zip').bytes, new File(unbroken, 'killed-1-compressed.zip').bytes)
assert !new File(resumed, 'checkpoint').exists()

// Heads removed, trained and quantized: what is reported, packed and listed.
def report = new JsonSlurper().parse(new File(resumed, 'compressed/compression.json'))
assert report.stages*.stage*.method == ['head-pruning', 'distillation', 'quantization']
assert report.input.layers*.heads.sum() - report.output.layers*.heads.sum() == 1
assert report.output.layers.size() == 6
[report.stages[1].output.layers, report.output.layers].transpose().each { before, after -> assert after.bytes < before.bytes / 3 }
def zip = new ZipFile(new File(resumed, 'killed-1-compressed.zip'))
def entries = zip.entries().collect { it.name }
zip.close()
assert entries.any { it.endsWith('quantized.safetensors') } && entries.any { it.endsWith('model.onnx') } && entries.any { it.endsWith('mlbom.cdx.json') }
assert !entries.any { it.contains('dense/') }
def bom = new JsonSlurper().parse(new File(resumed, 'compressed/mlbom.cdx.json'))
assert bom.metadata.component.purl == 'pkg:maven/io.github.fairnessgate.it/killed@1?classifier=compressed&type=zip'

// The quantized model is what was judged.
def gate = new JsonSlurper().parse(new File(resumed, 'report.json'))
assert gate.verdict == 'PASS'
assert gate.candidate.provenance.model == report.output.digest
assert new File(resumed, 'evaluation/items/candidate-stereoset.jsonl').readLines().size() > 0
