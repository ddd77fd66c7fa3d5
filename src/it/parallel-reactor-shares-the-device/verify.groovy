import groovy.json.JsonSlurper

['one', 'two'].each { module ->
    assert new JsonSlurper().parse(new File(basedir, "${module}/target/fairness/report.json")).verdict == 'PASS'
}
assert new File(basedir, 'build.log').text =~ /Waiting for device cpu, which process \d+ uses/
