package io.github.fairnessgate.compress;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.BoundedFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a model's folder says about its licence; never more than it says.
 *
 * @param name from {@code license:} in the head of {@code README.md}, as Hugging Face's model cards have it
 * @param text of the file {@code LICENSE}, {@code LICENSE.txt} or {@code LICENSE.md}
 */
public record ModelLicence(Optional<String> name, Optional<String> text) {

    /** Identifiers of SPDX that model cards write in lower case. */
    private static final List<String> SPDX = List.of(
            "AFL-3.0",
            "AGPL-3.0",
            "Apache-2.0",
            "Artistic-2.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "BSL-1.0",
            "CC0-1.0",
            "CC-BY-2.0",
            "CC-BY-2.5",
            "CC-BY-3.0",
            "CC-BY-4.0",
            "CC-BY-SA-3.0",
            "CC-BY-SA-4.0",
            "CC-BY-NC-2.0",
            "CC-BY-NC-3.0",
            "CC-BY-NC-4.0",
            "CC-BY-NC-ND-4.0",
            "CC-BY-NC-SA-4.0",
            "CC-BY-ND-4.0",
            "ECL-2.0",
            "EPL-1.0",
            "EPL-2.0",
            "EUPL-1.1",
            "EUPL-1.2",
            "ISC",
            "LGPL-3.0",
            "MIT",
            "MPL-2.0",
            "MS-PL",
            "NCSA",
            "ODbL-1.0",
            "OFL-1.1",
            "PDDL-1.0",
            "PostgreSQL",
            "Unlicense",
            "WTFPL",
            "Zlib");

    private static final Pattern HEAD = Pattern.compile("\\A---\\R(.*?)\\R---\\s*(\\R|\\z)", Pattern.DOTALL);
    private static final Pattern KEY =
            Pattern.compile("(?m)^license:[ \\t]*[\"']?([^\"'#\\r\\n]+?)[\"']?[ \\t]*(#.*)?$");

    /** Looks into a model's folder. */
    public static ModelLicence of(Path folder) {
        Optional<String> head = text(folder.resolve("README.md"))
                .map(HEAD::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1));
        Optional<String> name = head.map(KEY::matcher).filter(Matcher::find).map(matcher -> matcher.group(1));
        Optional<String> text = List.of("LICENSE", "LICENSE.txt", "LICENSE.md").stream()
                .map(file -> text(folder.resolve(file)))
                .flatMap(Optional::stream)
                .findFirst();
        return new ModelLicence(name, text);
    }

    private static Optional<String> text(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new String(BoundedFiles.bytes(file, BoundedFiles.LARGEST_WRITTEN), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new InvalidInputException("The file " + file + " cannot be read: " + Reason.of(e) + ".", e);
        }
    }

    /** Adds {@code licenses} to a component of a CycloneDX document, if anything is known. */
    void write(ObjectNode component) {
        if (name.isEmpty() && text.isEmpty()) {
            return;
        }
        ObjectNode licence = component.putArray("licenses").addObject().putObject("license");
        Optional<String> identifier = name.flatMap(
                stated -> SPDX.stream().filter(stated::equalsIgnoreCase).findFirst());
        identifier.ifPresentOrElse(
                id -> licence.put("id", id), () -> licence.put("name", name.orElse("LICENSE of the input model")));
        text.ifPresent(content ->
                licence.putObject("text").put("contentType", "text/plain").put("content", content));
    }
}
