package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Messages;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.ModelReference;
import io.github.fairnessgate.report.Identity;
import io.github.fairnessgate.worker.CudaFolder;
import io.github.fairnessgate.worker.SparkProcess;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerProcess;
import io.github.fairnessgate.worker.WorkerRequest;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** A build whose workers are of the test's making. */
final class FakeHost implements ModelHost {

    private final Path folder;
    private final Work work;
    private final RecordedMessages messages = new RecordedMessages();

    /** What a worker does. */
    @FunctionalInterface
    interface Work {
        WorkerProcess.Usage of(WorkerRequest request) throws WorkerException;
    }

    /** @param folder what relative paths start from; its folder {@code target} receives the output */
    FakeHost(Path folder, Work work) {
        this.folder = folder;
        this.work = work;
    }

    @Override
    public RecordedMessages messages() {
        return messages;
    }

    @Override
    public Messages messagesOnce(Path about) {
        return messages;
    }

    @Override
    public Locations locations() {
        return new Locations(folder, folder.resolve("target"), folder, Optional.empty());
    }

    @Override
    public Progress progress() {
        return Progress.NONE;
    }

    @Override
    public LibraryVersions libraries() {
        return new LibraryVersions(new Properties() {
            private static final long serialVersionUID = 1;

            @Override
            public String getProperty(String key) {
                return "group:" + key + ":1";
            }
        });
    }

    @Override
    public String build() {
        return "1";
    }

    @Override
    public WorkerProcess.Usage launch(WorkerRequest request, Launch launch, Progress told) throws WorkerException {
        return work.of(request);
    }

    @Override
    public Path cache() {
        return folder.resolve("cache");
    }

    @Override
    public String tool() {
        return "test";
    }

    @Override
    public LocalDate today() {
        return LocalDate.EPOCH;
    }

    @Override
    public Optional<Project> project() {
        return Optional.empty();
    }

    @Override
    public Identity identity() {
        return Identity.UNKNOWN;
    }

    @Override
    public List<String> relaxations() {
        return List.of();
    }

    @Override
    public Told told() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void attach(String classifier, Path zip) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<CompressedHere> compressed(Path candidate) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void note(CompressedHere made) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LocatedModel locate(String reference) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LocatedFolder classifier(String reference) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path artifact(ModelReference.Coordinates coordinates, String what) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CudaFolder cuda() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void launch(SparkProcess.Job job, List<String> libraries, Launch launch) {
        throw new UnsupportedOperationException();
    }
}
