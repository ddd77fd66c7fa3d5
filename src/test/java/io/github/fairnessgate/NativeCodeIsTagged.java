package io.github.fairnessgate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that is the first to load ONNX Runtime, PyTorch or the tokenizers and has no tag {@code native}:
 * {@code mvn test} runs without native code. Registered for all test classes; looks on Linux only, where the system
 * tells.
 */
public final class NativeCodeIsTagged implements BeforeAllCallback, AfterAllCallback {

    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final List<String> LIBRARIES = List.of("libonnxruntime", "libtorch", "libtokenizers");
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NativeCodeIsTagged.class);

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        context.getStore(NAMESPACE).put(context.getUniqueId(), loaded());
    }

    @Override
    @SuppressWarnings("unchecked")
    public void afterAll(ExtensionContext context) throws IOException {
        Set<String> loaded = new TreeSet<>(loaded());
        loaded.removeAll((Set<String>) context.getStore(NAMESPACE).get(context.getUniqueId(), Set.class));
        if (!loaded.isEmpty() && !context.getTags().contains("native")) {
            throw new AssertionError(context.getRequiredTestClass().getName() + " loads " + String.join(", ", loaded)
                    + ": give it @Tag(\"native\")");
        }
    }

    private static Set<String> loaded() throws IOException {
        if (!Files.isReadable(MAPS)) {
            return Set.of();
        }
        String maps = Files.readString(MAPS);
        return LIBRARIES.stream().filter(maps::contains).collect(Collectors.toCollection(TreeSet::new));
    }
}
