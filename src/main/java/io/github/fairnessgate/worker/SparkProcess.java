package io.github.fairnessgate.worker;

import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.spark.JobFile;
import io.github.fairnessgate.spark.ShardTask;
import io.github.fairnessgate.spark.WorkerStart;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Spark driver seen from Maven's JVM: started with a job, listened to until it ends. */
public final class SparkProcess {

    /** The main class by its name: it cannot be linked without Spark. */
    private static final String DRIVER = "io.github.fairnessgate.spark.SparkDriver";

    private static final String JARS = "spark.jars";
    private static final Pattern CORE = Pattern.compile("spark-core_([0-9.]+)-.*");
    private static final String REQUEST = "request.json";

    /** What Spark asks of Java 17 and later; spark-submit gives it, and nobody else does. */
    private static final List<String> OPENED = List.of(
            "java.base/java.lang",
            "java.base/java.lang.invoke",
            "java.base/java.lang.reflect",
            "java.base/java.io",
            "java.base/java.net",
            "java.base/java.nio",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/java.util.concurrent.atomic",
            "java.base/jdk.internal.ref",
            "java.base/sun.nio.ch",
            "java.base/sun.nio.cs",
            "java.base/sun.security.action",
            "java.base/sun.util.calendar",
            "java.security.jgss/sun.security.krb5");

    private final WorkerSettings settings;
    private final List<Path> spark;

    /**
     * @param settings of the driver; {@code classPath} and {@code argLine} are those of the workers beside executors
     * @param spark the jars of Spark
     */
    public SparkProcess(WorkerSettings settings, List<Path> spark) {
        this.settings = settings;
        this.spark = spark;
    }

    /**
     * What is to be done.
     *
     * @param properties of Spark
     * @param request what workers beside executors are asked, with paths relative to their folder
     * @param files what they need beside their class path, by its path in their folder
     * @param tasks what is not answered yet
     * @param output an existing folder that receives a folder for each task
     */
    public record Job(
            SortedMap<String, String> properties,
            WorkerRequest.Serve request,
            SortedMap<String, Path> files,
            List<ShardTask> tasks,
            Path output) {}

    /**
     * Has the job done.
     *
     * @throws io.github.fairnessgate.InvalidInputException if the cluster, a model or its data are at fault
     * @throws WorkerException if the driver crashed, was killed or ran out of time
     * @throws InterruptedException if this thread was interrupted; the driver has ended then
     */
    public void run(Job job, Progress progress) throws WorkerException, InterruptedException {
        new TalkingProcess("Spark driver", settings.timeout(), settings.log()).run(() -> start(job), progress);
    }

    private Process start(Job job) throws WorkerException {
        Path scratch = settings.scratch();
        try {
            Path file = scratch.resolve("job.properties");
            content(job).write(file);
            Path arguments = Files.writeString(scratch.resolve("driver.args"), arguments(file));
            ProcessBuilder builder = new ProcessBuilder(settings.java().toString(), "@" + arguments);
            builder.directory(scratch.toFile());
            if (job.properties().getOrDefault("spark.master", "").startsWith("local-cluster")) {
                builder.environment().putAll(localCluster(scratch));
            }
            return builder.start();
        } catch (IOException e) {
            throw new WorkerException(
                    "The Spark driver could not be started with " + settings.java() + ": " + Reason.of(e)
                            + "; make room in " + scratch + ", and check the JDK.",
                    e);
        }
    }

    private JobFile content(Job job) throws IOException {
        SortedMap<String, String> properties = new TreeMap<>(job.properties());
        properties.merge(JARS, glue().toString(), (given, own) -> given + "," + own);
        SortedMap<String, String> files = new TreeMap<>();
        job.files().forEach((name, local) -> files.put(name, local.toString()));
        Path request = settings.scratch().resolve(REQUEST);
        Json.MAPPER.writerFor(WorkerRequest.class).writeValue(request.toFile(), job.request());
        files.put(REQUEST, request.toString());
        Map<String, Path> jars = jars();
        jars.forEach((name, local) -> files.put(name, local.toString()));
        return new JobFile(
                properties,
                new WorkerStart(workerArguments(jars.keySet().stream().toList()), workerEnvironment()),
                files,
                job.tasks(),
                job.output().toString());
    }

    /** The class path of the workers, by its place in their folder. */
    private Map<String, Path> jars() {
        Map<String, Path> jars = new LinkedHashMap<>();
        for (Path jar : settings.classPath()) {
            jars.put("lib/" + jars.size() + "-" + jar.getFileName(), jar);
        }
        return jars;
    }

    private List<String> workerArguments(List<String> jars) {
        String classPath =
                jars.stream().map(jar -> WorkerStart.FOLDER + jar).collect(Collectors.joining(File.pathSeparator));
        List<String> arguments = new ArrayList<>(List.of("-cp", WorkerJvm.quoted(classPath)));
        arguments.addAll(WorkerJvm.OPTIONS);
        arguments.add(WorkerJvm.quoted("-Djava.io.tmpdir=" + WorkerStart.FOLDER));
        arguments.addAll(List.of(
                settings.argLine(), WorkerMain.class.getName(), WorkerJvm.quoted(WorkerStart.FOLDER + REQUEST)));
        return arguments;
    }

    private static SortedMap<String, String> workerEnvironment() {
        return new TreeMap<>(WorkerJvm.environment(WorkerStart.FOLDER + "native"));
    }

    private String arguments(Path file) {
        String classPath = Stream.concat(Stream.of(glue()), spark.stream())
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> arguments = new ArrayList<>(List.of("-cp", WorkerJvm.quoted(classPath)));
        OPENED.forEach(opened -> arguments.add("--add-opens=" + opened + "=ALL-UNNAMED"));
        arguments.addAll(List.of(
                "-Djdk.reflect.useDirectMethodHandle=false",
                "-Dfile.encoding=UTF-8",
                WorkerJvm.quoted("-Djava.io.tmpdir=" + settings.scratch()),
                DRIVER,
                WorkerJvm.quoted(file.toString())));
        return WorkerJvm.argumentFile(arguments);
    }

    /** The plugin's jar: executors take the classes of their tasks from it, and nothing else. */
    private static Path glue() {
        try {
            return Path.of(JobFile.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the plugin's own jar has no place", e);
        }
    }

    /** What local-cluster, and nobody else, takes for an installation of Spark; it needs no network. */
    private Map<String, String> localCluster(Path scratch) throws IOException {
        Path home = scratch.resolve("spark");
        Path jars = Files.createDirectories(home.resolve("jars"));
        String scala = "";
        for (Path jar : spark) {
            String name = jar.getFileName().toString();
            Files.createSymbolicLink(jars.resolve(name), jar);
            Matcher core = CORE.matcher(name);
            scala = core.matches() ? core.group(1) : scala;
        }
        return Map.of("SPARK_HOME", home.toString(), "SPARK_SCALA_VERSION", scala, "SPARK_LOCAL_IP", "127.0.0.1");
    }
}
