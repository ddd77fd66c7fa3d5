package io.github.fairnessgate.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Entries of archives in memory, and the two ways to pack them. */
final class Archive {

    /** What is in an archive under a name. */
    record Entry(String name, byte[] content) {}

    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);
    private static final List<String> NAMES = List.of(
            "../x",
            "/x",
            "a/../../x",
            "C:\\x",
            "a\\b",
            "a\u0000b",
            "",
            ".",
            "..",
            "a//b",
            "a/./b",
            "con",
            "\n::error::x",
            "\u202ex",
            "config.json/x",
            "a/",
            "x".repeat(300),
            "a/".repeat(200) + "x",
            "\u00e9",
            "data.pkl",
            "archive/data.pkl",
            "manifest.json",
            "config.json",
            "CONFIG.JSON",
            "model.safetensors",
            "other/config.json");

    private Archive() {}

    static List<Entry> unzipped(byte[] zip) {
        try (ZipFile in = ZipFile.builder().setByteArray(zip).get()) {
            List<Entry> entries = new ArrayList<>();
            for (ZipArchiveEntry entry : Collections.list(in.getEntries())) {
                entries.add(new Entry(entry.getName(), in.getInputStream(entry).readAllBytes()));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException if Java does not write such a name */
    static byte[] zipped(List<Entry> entries, boolean stored) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Entry entry : entries) {
                ZipEntry header = new ZipEntry(entry.name());
                header.setTimeLocal(TIME);
                if (stored) {
                    CRC32 crc = new CRC32();
                    crc.update(entry.content());
                    header.setMethod(ZipEntry.STORED);
                    header.setSize(entry.content().length);
                    header.setCrc(crc.getValue());
                }
                out.putNextEntry(header);
                out.write(entry.content());
                out.closeEntry();
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("there is no zip with these names", e);
        }
        return bytes.toByteArray();
    }

    static List<Entry> untarred(byte[] tar) {
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(gunzipped(tar)))) {
            List<Entry> entries = new ArrayList<>();
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.add(new Entry(entry.getName(), in.readAllBytes()));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param kind of every entry; a NUL, or a link or special file of tar */
    static byte[] tarred(List<Entry> entries, byte kind) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Entry entry : entries) {
                boolean last = entry == entries.get(entries.size() - 1);
                TarArchiveEntry header = kind == 0 || !last
                        ? new TarArchiveEntry(entry.name(), true)
                        : new TarArchiveEntry(entry.name(), kind, true);
                header.setModTime(0);
                header.setSize(kind == 0 || !last ? entry.content().length : 0);
                out.putArchiveEntry(header);
                if (header.getSize() > 0) {
                    out.write(entry.content());
                }
                out.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("there is no tar with these names", e);
        }
        return gzipped(bytes.toByteArray());
    }

    static byte[] gunzipped(byte[] gzip) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzipped(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Names, number, order and content of entries, changed. */
    static void change(List<Entry> entries, Mutator content, Random random) {
        int at = random.nextInt(entries.size());
        Entry entry = entries.get(at);
        switch (random.nextInt(9)) {
            case 0 -> entries.remove(at);
            case 1 -> entries.set(at, new Entry(NAMES.get(random.nextInt(NAMES.size())), entry.content()));
            case 2 -> entries.add(new Entry(NAMES.get(random.nextInt(NAMES.size())), entry.content()));
            case 3 ->
                entries.set(
                        at, new Entry(NAMES.get(random.nextInt(NAMES.size())) + "/" + entry.name(), entry.content()));
            case 4 ->
                entries.set(
                        at,
                        new Entry(
                                entry.name(),
                                entries.get(random.nextInt(entries.size())).content()));
            case 5 -> entries.set(at, new Entry(entry.name(), new byte[1 << random.nextInt(18)]));
            default -> entries.set(at, new Entry(entry.name(), changed(entry.content(), content, random)));
        }
    }

    private static byte[] changed(byte[] bytes, Mutator content, Random random) {
        if (bytes.length == 0) {
            return new byte[] {1};
        }
        try {
            return content.changed(bytes, random);
        } catch (RuntimeException broken) { // by an earlier change
            return new ByteMutator().changed(bytes, random);
        }
    }
}
