package io.github.fairnessgate.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeDigestTest {

    @TempDir
    Path folder;

    /** Of which a jar is made. */
    public static class Sample {}

    @Test
    void theSameCodeHasOneDigestWhenAndWhereverItIsBuilt() throws Exception {
        String first =
                digest("one.jar", 1_000_000_000_000L, Map.of("data.txt", "a", "META-INF/MANIFEST.MF", "Built: today"));
        assertThat(digest(
                        "two.jar",
                        1_500_000_000_000L,
                        Map.of("data.txt", "a", "META-INF/MANIFEST.MF", "Built: tomorrow")))
                .isEqualTo(first)
                .hasSize(64);
        assertThat(digest("three.jar", 1_000_000_000_000L, Map.of("data.txt", "b")))
                .isNotEqualTo(first);
        assertThat(digest("four.jar", 1_000_000_000_000L, Map.of("other.txt", "a")))
                .isNotEqualTo(first);
    }

    @Test
    void aFolderOfClassesHasOneToo() {
        assertThat(CodeDigest.of(CodeDigest.class))
                .isEqualTo(CodeDigest.of(Digests.class))
                .isNotEqualTo(CodeDigest.of(CodeDigestTest.class));
    }

    private String digest(String name, long time, Map<String, String> files) throws Exception {
        Path jar = folder.resolve(name);
        String own = Sample.class.getName().replace('.', '/') + ".class";
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
                InputStream type = Sample.class.getClassLoader().getResourceAsStream(own)) {
            put(out, own, time, type.readAllBytes());
            for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
                put(out, file.getKey(), time, file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            return CodeDigest.of(loader.loadClass(Sample.class.getName()));
        }
    }

    private static void put(ZipOutputStream out, String name, long time, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(time);
        out.putNextEntry(entry);
        out.write(content);
        out.closeEntry();
    }
}
