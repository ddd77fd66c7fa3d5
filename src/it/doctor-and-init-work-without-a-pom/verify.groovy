def log = new File(basedir, 'build.log').readLines()

// doctor
assert log.any { it =~ /OK +device +cpu, because fairness.device says so/ }
assert log.any { it =~ /OK +worker +works: .* scored on cpu in \d+\.\d s/ }
assert log.any { it =~ /OK +model +builtin:reference-gpt2: 6 layers/ }
assert log.any { it =~ /WARN +recipe +distilgpt2 takes about/ }
assert log.count { it.contains('Doctor: problems: 0') } == 1

// init, twice
def thresholds = new File(basedir, 'fairness-thresholds.yaml')
def workflow = new File(basedir, '.github/workflows/fairness.yml')
assert thresholds.text.startsWith('# yaml-language-server: $schema=src/main/fairness/thresholds.schema.json')
assert new File(basedir, 'src/main/fairness/recipe.schema.json').isFile()
assert workflow.text.contains('mvn -B verify')
assert log.count { it.contains('Thresholds: wrote ') } == 1
assert log.count { it.contains('Workflow: wrote ') } == 1
assert log.count { it.contains('Thresholds: fairness-thresholds.yaml is there') } == 1
assert log.count { it.contains('Workflow: .github/workflows/fairness.yml is there') } == 1
assert log.count { it.contains('<artifactId>fairness-maven-plugin</artifactId>') } == 2
assert !new File(basedir, 'pom.xml').exists()
