import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').readLines()
assert log.count { it.contains('Compressing builtin:reference-gpt2 by the recipe recipe.yaml') } == 4
assert log.count { it =~ /Up to date: .*compressed is builtin:reference-gpt2 compressed by the recipe recipe.yaml/ } == 1
assert log.count { it.contains('because fairness.force is true') } == 1
assert log.count { it.contains('because fairness.cache is off') } == 1
assert log.count { it =~ /Compression: bytes 8.6 MB -> .* MB .*, first token .* ms -> .* ms/ } == 4

// The one of the first run, which the second attached; the one from another folder; and the one that was made again.
def zips = [new File(localRepositoryPath, 'io/github/fairnessgate/it/unchanged/1/unchanged-1-compressed.zip'),
            new File(basedir, 'target/again/unchanged-1-compressed.zip'),
            new File(basedir, 'target/fairness/unchanged-1-compressed.zip')]
assert zips.every { it.file }
assert zips.every { Arrays.equals(it.bytes, zips[0].bytes) }

def fairness = new File(basedir, 'target/fairness')
def report = new JsonSlurper().parse(new File(fairness, 'compressed/compression.json'))
assert report.text.sources*.name == ['maven:io.github.fairnessgate.it:unchanged:pom:1']
assert report.text.sources[0].digest ==~ /[0-9a-f]{64}/
assert report.input.layers*.heads.sum() - report.output.layers*.heads.sum() == 1

def measured = new JsonSlurper().parse(new File(fairness, 'compression-measurements.json'))
assert measured.output == report.output.digest
assert measured.compression.seconds > 0 && measured.speed.before.firstTokenMilliseconds > 0 && measured.speed.after.tokensPerSecond > 0

def bom = new JsonSlurper().parse(new File(fairness, 'compressed/mlbom.cdx.json'))
assert bom.specVersion == '1.6'
assert bom.metadata.component.purl == 'pkg:maven/io.github.fairnessgate.it/unchanged@1?classifier=compressed&type=zip'
assert bom.metadata.component.licenses[0].license.id == 'Apache-2.0'
