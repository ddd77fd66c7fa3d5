// Each module's model is the built-in one, as files.
def source = new File(basedir, '../../classes/io/github/fairnessgate/model/reference-gpt2')
['a', 'b'].each { module ->
    def model = new File(basedir, "${module}/src/main/model")
    model.mkdirs()
    ['config.json', 'generation_config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'].each {
        java.nio.file.Files.copy(new File(source, it).toPath(), new File(model, it).toPath(), java.nio.file.StandardCopyOption.REPLACE_EXISTING)
    }
}
return true
