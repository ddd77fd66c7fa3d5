package io.github.fairnessgate.baseline;

import io.github.fairnessgate.fuzz.JsonMutator;
import io.github.fairnessgate.fuzz.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;

/** The reader of the committed file of what was accepted. */
public final class BaselineReaders {

    private static final LocalDate TODAY = LocalDate.of(2026, 6, 1);

    private static final String GOOD = """
            {"data": {"toxic": "data-1"}, "exceptions": [{"before": {"maxIncrease": 4}, "date": "2026-05-01", "harmIncrease": 6.25,
                    "metric": "toxic.share/plain",
            "newlyBiasedRate": 7.1, "reason": "a known defect", "slice": "women", "until": "2027-05-01"}], "original": {"digest": "%s",
                    "name": "builtin:reference-gpt2"}, "slack": 0.5,
            "values": [{"candidate": 11, "compare": "signed", "date": "2026-05-01", "limits": {"maxIncrease": 4, "maximum": 14.7},
                    "metric": "toxic.share/plain",
            "original": 10.5, "slice": "all"}], "version": 1}
            """.formatted("0a".repeat(32));

    private BaselineReaders() {}

    /** @param root where the reader's folder is made */
    public static List<Target> all(Path root) throws IOException {
        Path folder = Files.createDirectories(root.resolve("baseline"));
        return List.of(new Target(
                "baseline",
                "baseline.json",
                folder,
                List.of(GOOD.getBytes(StandardCharsets.UTF_8)),
                new JsonMutator().andBytes(),
                file -> {
                    String text = BaselineFile.text(BaselineFile.read(file, TODAY));
                    return text;
                }));
    }
}
