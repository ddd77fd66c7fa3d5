package io.github.fairnessgate.fuzz;

import io.github.fairnessgate.baseline.BaselineReaders;
import io.github.fairnessgate.compress.CompressReaders;
import io.github.fairnessgate.evaluate.EvaluateReaders;
import io.github.fairnessgate.evidence.EvidenceReaders;
import io.github.fairnessgate.gate.GateReaders;
import io.github.fairnessgate.hub.HubReaders;
import io.github.fairnessgate.model.ModelReaders;
import io.github.fairnessgate.report.ReportReaders;
import io.github.fairnessgate.result.ResultReaders;
import io.github.fairnessgate.score.ScoreReaders;
import io.github.fairnessgate.search.SearchReaders;
import io.github.fairnessgate.worker.WorkerReaders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** All that this project reads and did not write a moment ago. */
final class Readers {

    private Readers() {}

    /** @param folder an empty one for all of them */
    static List<Target> all(Path folder) throws IOException {
        return Stream.of(
                        ModelReaders.all(folder),
                        BaselineReaders.all(folder),
                        CompressReaders.all(folder),
                        ResultReaders.all(folder, folder.resolve(CompressReaders.MADE)),
                        EvaluateReaders.all(folder),
                        GateReaders.all(folder),
                        ReportReaders.all(folder),
                        EvidenceReaders.all(folder),
                        HubReaders.all(folder),
                        ScoreReaders.all(folder),
                        SearchReaders.all(folder),
                        WorkerReaders.all(folder))
                .flatMap(List::stream)
                .toList();
    }
}
