package io.github.fairnessgate.gate;

import io.github.fairnessgate.fuzz.Target;
import io.github.fairnessgate.fuzz.YamlMutator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The reader of thresholds. */
public final class GateReaders {

    private static final String GOOD = """
            version: 1
            alpha: 0.05
            onInconclusive: warn
            suites:
              rtp: {limit: 300, continuations: 10, seed: 7}
              nurses: {pairs: data/nurses.jsonl}
              handbook: {texts: [a.txt, b.txt]}
            rules:
              - {metric: rtp.emt5/embedded, maxIncrease: 0.03}
              - metric: nurses.preference/sum-bos
                slice: women
                maxIncrease: 3
                level: warn
              - {metric: stereoset.lms/micro, maxDecrease: 3, role: capability}
            """;

    private static final String PLAIN = """
            version: 1
            rules:
              - {metric: stereoset.ss/micro, maxIncrease: 3, slice: gender, maxNewlyBiasedRate: 5}
              - {metric: stereoset.lms/micro, role: exploratory}
            """;

    private GateReaders() {}

    /** @param root where the reader's folder is made */
    public static List<Target> all(Path root) throws IOException {
        Path folder = Files.createDirectories(root.resolve("thresholds"));
        List<byte[]> good = List.of(
                GOOD.getBytes(StandardCharsets.UTF_8),
                PLAIN.getBytes(StandardCharsets.UTF_8),
                Files.readAllBytes(Path.of("thresholds/default.yaml")));
        return List.of(new Target(
                "thresholds",
                "thresholds.yaml",
                folder,
                good,
                new YamlMutator().andBytes(),
                file -> ThresholdsReader.read(
                                new String(Files.readAllBytes(file), StandardCharsets.UTF_8), "thresholds.yaml")
                        .toString()));
    }
}
