// The build as the invoker will start it, killed like a machine that loses its power: Maven and its worker, in the middle of the training.
def windows = System.getProperty('os.name').startsWith('Windows')
def maven = new File(System.getProperty('maven.home'), windows ? 'bin/mvn.cmd' : 'bin/mvn').path
def builder = new ProcessBuilder(maven, '-B', "-Dmaven.repo.local=${localRepositoryPath}".toString(), 'verify')
        .directory(basedir).redirectErrorStream(true)
builder.environment().put('JAVA_HOME', System.getProperty('java.home'))
def process = builder.start()
def lines = []
try {
    process.inputReader().withReader { reader ->
        for (line = reader.readLine(); line != null; line = reader.readLine()) {
            lines << line
            if (line.contains('distillation step 24 of 80')) {
                break
            }
        }
        def handles = process.descendants().toList() + process.toHandle()
        handles*.destroyForcibly()
        handles.each { it.onExit().get() }
    }
} finally {
    process.destroyForcibly()
    new File(basedir, 'killed.log').text = lines.join('\n')
}
assert lines.last().contains('distillation step 24 of 80') : 'see killed.log'
assert new File(basedir, 'target/fairness/checkpoint').directory
assert !new File(basedir, 'target/fairness/compressed').exists()
