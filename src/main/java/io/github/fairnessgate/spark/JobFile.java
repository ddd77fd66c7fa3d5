package io.github.fairnessgate.spark;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the driver is told, in a file: a command line would show Spark's secrets to everybody on the machine.
 *
 * @param spark properties of Spark
 * @param worker how a worker is started beside an executor
 * @param files of the worker, by their path in its folder
 * @param tasks what to have answered, at least one
 * @param output the folder that receives a folder of answer files for each task
 */
public record JobFile(
        SortedMap<String, String> spark,
        WorkerStart worker,
        SortedMap<String, String> files,
        List<ShardTask> tasks,
        String output) {

    private static final String SPARK = "spark.";
    private static final String ENVIRONMENT = "environment.";
    private static final String FILE = "file.";
    private static final String ARGUMENT = "argument.";
    private static final String TASK = "task.";
    private static final String OUTPUT = "output";

    public JobFile {
        spark = new TreeMap<>(spark);
        files = new TreeMap<>(files);
        tasks = List.copyOf(tasks);
    }

    /** Writes a new file that only its owner can read, where the system has such rights. */
    public void write(Path file) throws IOException {
        Properties properties = new Properties();
        spark.forEach(properties::setProperty); // their names begin with SPARK
        worker.environment().forEach((name, value) -> properties.setProperty(ENVIRONMENT + name, value));
        files.forEach((path, local) -> properties.setProperty(FILE + path, local));
        number(ARGUMENT, worker.arguments(), properties);
        number(TASK, tasks.stream().map(ShardTask::toString).toList(), properties);
        properties.setProperty(OUTPUT, output);
        createPrivate(file);
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
    }

    private static void createPrivate(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
    }

    private static void number(String prefix, List<String> values, Properties properties) {
        for (int i = 0; i < values.size(); i++) {
            properties.setProperty(prefix + i, values.get(i));
        }
    }

    /** Reads what {@link #write} wrote. */
    static JobFile read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        SortedMap<String, String> spark = new TreeMap<>();
        with(SPARK, properties).forEach((name, value) -> spark.put(SPARK + name, value));
        return new JobFile(
                spark,
                new WorkerStart(numbered(ARGUMENT, properties), with(ENVIRONMENT, properties)),
                with(FILE, properties),
                numbered(TASK, properties).stream().map(ShardTask::parse).toList(),
                properties.getProperty(OUTPUT));
    }

    private static SortedMap<String, String> with(String prefix, Properties properties) {
        SortedMap<String, String> values = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            if (name.startsWith(prefix)) {
                values.put(name.substring(prefix.length()), properties.getProperty(name));
            }
        }
        return values;
    }

    private static List<String> numbered(String prefix, Properties properties) {
        List<String> values = new ArrayList<>();
        for (String value = properties.getProperty(prefix + 0);
                value != null;
                value = properties.getProperty(prefix + values.size())) {
            values.add(value);
        }
        return values;
    }
}
