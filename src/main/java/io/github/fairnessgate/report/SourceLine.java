package io.github.fairnessgate.report;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * A line of a file of the project.
 *
 * @param path relative to the root of the checkout, with slashes
 * @param number from 1
 */
public record SourceLine(String path, int number) {

    /** The path as a relative URI. */
    String uri() {
        try {
            return new URI(null, null, path, null).getRawPath();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no relative path: " + path, e);
        }
    }
}
