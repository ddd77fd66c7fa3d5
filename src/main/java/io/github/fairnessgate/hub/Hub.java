package io.github.fairnessgate.hub;

import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.file.LockFile;
import io.github.fairnessgate.model.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The Hugging Face hub, through the cache that it shares with Hugging Face's own tools: what they downloaded is found,
 * and they find what is downloaded here. Once all files of a commit are known, no connection is made for it any more.
 * Safe for concurrent use, in one process and in several.
 */
public final class Hub {

    private static final String ADAPTER = "adapter_config.json";

    private final HubSettings settings;
    private final Progress progress;
    private final Retries retries;
    private final HubHttp http;
    private final HubApi api;
    private final HubCache.Linker linker;

    public Hub(HubSettings settings, HubProxies proxies, Progress progress) {
        this(settings, proxies, progress, Pause.SLEEP, HubHttp.STALL_LIMIT, Files::createSymbolicLink);
    }

    Hub(
            HubSettings settings,
            HubProxies proxies,
            Progress progress,
            Pause pause,
            Duration stallLimit,
            HubCache.Linker linker) {
        this.settings = settings;
        this.progress = progress;
        this.retries = new Retries(pause, progress);
        this.http = new HubHttp(settings, proxies, stallLimit);
        this.api = new HubApi(settings, http, retries);
        this.linker = linker;
    }

    /**
     * The files of a model at one commit.
     *
     * @param model with the commit as its revision
     * @param folder where the files are, in the cache
     */
    public record Snapshot(ModelReference.Hub model, Path folder) {}

    /**
     * Finds a model in the cache, or downloads what is missing there. Every file is checked against the hub's checksum,
     * those from the cache, too.
     *
     * @param files which files are needed
     * @param allowMovingRevision whether the revision may be a branch or tag, which is then looked up
     * @throws InvalidInputException if the revision is not a commit although it must be, if there is no such model, if
     *     it may not be read, if it has not the files that are needed, if the network or the disk fails, or if it is
     *     not in the cache and nothing may be fetched
     */
    public Snapshot snapshot(ModelReference.Hub model, FileSet files, boolean allowMovingRevision) {
        HubCache cache = new HubCache(settings.cache(), model.repository(), linker);
        if (model.isPinned()) {
            return pinned(model, files, cache);
        }
        if (!allowMovingRevision) {
            throw new InvalidInputException("The revision of " + model.text()
                    + " is a branch, a tag or a part of a commit, and what it stands for"
                    + " can change; give the whole commit, 40 hexadecimal digits, or set "
                    + Parameters.ALLOW_MOVING_REVISION + ".");
        }
        if (settings.offline()) {
            String commit = cache.commitOf(model.revision())
                    .orElseThrow(
                            () -> notCached(model, "it says of no commit that " + model.revision() + " led to it"));
            return pinned(at(model, commit), files, cache);
        }
        HubApi.Listing listing = api.list(model);
        note(() -> cache.noteCommit(model.revision(), listing.commit()));
        return online(at(model, listing.commit()), files, cache, Optional.of(listing));
    }

    private ModelReference.Hub at(ModelReference.Hub model, String commit) {
        progress.info(model.text() + " is the commit " + commit);
        return model.at(commit);
    }

    private Snapshot pinned(ModelReference.Hub model, FileSet files, HubCache cache) {
        return settings.offline() ? offline(model, files, cache) : online(model, files, cache, Optional.empty());
    }

    private Snapshot offline(ModelReference.Hub model, FileSet files, HubCache cache) {
        Predicate<String> has = file -> cache.has(model.revision(), file);
        files.lacking(has, Optional.of(cache.snapshot(model.revision()))).ifPresent(file -> {
            throw notCached(model, "it has no " + file);
        });
        List<String> unknown = unknown(model, files, cache);
        if (!unknown.isEmpty()) {
            progress.info("Offline: the cache does not say whether " + model.text() + " has "
                    + String.join(", ", unknown) + "; it is used without.");
        }
        return checked(model, files, cache);
    }

    private InvalidInputException notCached(ModelReference.Hub model, String why) {
        return new InvalidInputException(
                "The model " + model.text() + " is not complete in " + settings.cache() + " (" + why
                        + "), and nothing may be"
                        + " downloaded, because Maven runs with -o or HF_HUB_OFFLINE is set; run once online, or "
                        + "copy the cache from a machine that has it.");
    }

    /** Names that neither are there nor are known to be missing. */
    private static List<String> unknown(ModelReference.Hub model, FileSet files, HubCache cache) {
        String commit = model.revision();
        return files.mattering(file -> cache.has(commit, file)).stream()
                .filter(file -> !cache.has(commit, file) && !cache.isKnownMissing(commit, file))
                .toList();
    }

    private Snapshot online(ModelReference.Hub model, FileSet files, HubCache cache, Optional<HubApi.Listing> known) {
        String commit = model.revision();
        Predicate<String> has = file -> cache.has(commit, file);
        if (!unknown(model, files, cache).isEmpty()
                || files.lacking(has, Optional.of(cache.snapshot(commit))).isPresent()) {
            download(model, files, cache, known.orElseGet(() -> api.list(model)));
        }
        return checked(model, files, cache);
    }

    private Snapshot checked(ModelReference.Hub model, FileSet files, HubCache cache) {
        String commit = model.revision();
        Path folder = cache.snapshot(commit);
        for (String file : files.present(folder)) {
            cache.requireIntact(commit, file);
        }
        return new Snapshot(model, folder);
    }

    private void download(ModelReference.Hub model, FileSet files, HubCache cache, HubApi.Listing listing) {
        String commit = model.revision();
        List<String> wanted = files.of(listing.files());
        files.lacking(wanted::contains, Optional.empty()).ifPresent(file -> {
            throw lacks(model, file, files, listing);
        });
        List<HubApi.RemoteFile> missing = new ArrayList<>();
        for (String file : wanted) {
            if (!cache.has(commit, file)) {
                missing.add(api.describe(model, file));
            }
        }
        if (!missing.isEmpty()) {
            requireSpace(missing, cache);
            fetch(model, missing, cache);
        }
        files.lacking(file -> cache.has(commit, file), Optional.of(cache.snapshot(commit)))
                .ifPresent(file -> {
                    throw lacks(model, file, files, listing);
                });
        note(() -> files.mattering(wanted::contains).stream()
                .filter(file -> !listing.files().contains(file))
                .forEach(file -> cache.noteMissing(commit, file)));
    }

    private static InvalidInputException lacks(
            ModelReference.Hub model, String file, FileSet files, HubApi.Listing listing) {
        return new InvalidInputException("The model " + model.text() + " has no " + file + " on the hub; "
                + (listing.files().contains(ADAPTER)
                        ? "it is a PEFT adapter (" + ADAPTER + ") and not a model: merge it once, with"
                                + " AutoPeftModelForCausalLM.from_pretrained(name).merge_and_unload()"
                                + ".save_pretrained(merged), and give the merged folder with the base model's"
                                + " tokenizer."
                        : files.advice()));
    }

    /** A cache that has everything is of use although it cannot be written. */
    private void note(Runnable writing) {
        try {
            writing.run();
        } catch (InvalidInputException e) {
            progress.info("The hub will be asked again in the next build: " + e.getMessage());
        }
    }

    private void requireSpace(List<HubApi.RemoteFile> missing, HubCache cache) {
        long needed = missing.stream()
                .filter(file ->
                        !Files.exists(cache.blob(file.checksum())) && !Files.exists(cache.incomplete(file.checksum())))
                .mapToLong(HubApi.RemoteFile::size)
                .sum();
        try {
            Files.createDirectories(cache.folder().resolve("blobs"));
            long free = Files.getFileStore(cache.folder()).getUsableSpace();
            if (needed > free) {
                throw new InvalidInputException("The model needs " + Bytes.text(needed) + " in " + settings.cache()
                        + ", where " + Bytes.text(free) + " are free; make room, or set HF_HUB_CACHE to another disk.");
            }
        } catch (IOException e) {
            throw FileErrors.cannot("write", cache.folder(), e);
        }
    }

    private void fetch(ModelReference.Hub model, List<HubApi.RemoteFile> missing, HubCache cache) {
        long total = missing.stream().mapToLong(HubApi.RemoteFile::size).sum();
        if (total > 0) {
            progress.info("Downloading " + model.text() + ", " + Bytes.text(total) + " in " + missing.size()
                    + " files, to " + cache.folder());
        }
        long before = 0;
        for (HubApi.RemoteFile file : missing) {
            fetch(model, file, cache, before, total);
            before += file.size();
        }
        if (total > 0) {
            progress.step(task(model), total, total);
        }
    }

    private static String task(ModelReference.Hub model) {
        return "download of " + model.repository();
    }

    private void fetch(ModelReference.Hub model, HubApi.RemoteFile file, HubCache cache, long before, long total) {
        Runnable waiting = () ->
                progress.info("Waiting for another build that downloads " + file.path() + " of " + model.repository());
        try (LockFile lock = cache.lock(file.checksum(), waiting)) {
            Path blob = cache.blob(file.checksum());
            if (!Files.isRegularFile(
                    blob)) { // another commit may have the same file, or another build may have been faster
                new Download(
                                http,
                                api.address(model, file.path()),
                                file,
                                cache.incomplete(file.checksum()),
                                answer -> api.requireOk(answer, model, file.path()),
                                done -> step(model, before + done, total))
                        .into(blob, retries);
            }
            if (!cache.has(model.revision(), file.path())) {
                cache.point(model.revision(), file.path(), file.checksum());
            }
        } catch (IOException e) {
            throw FileErrors.cannot("lock", cache.blob(file.checksum()), e);
        }
    }

    /** The last step is told once, when all is checked. */
    private void step(ModelReference.Hub model, long done, long total) {
        if (done < total) {
            progress.step(task(model), done, total);
        }
    }
}
