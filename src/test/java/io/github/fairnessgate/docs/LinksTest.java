package io.github.fairnessgate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Links within the documentation; what is elsewhere on the network is not asked. */
class LinksTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)|(?:src|srcset|href)=\"([^\"]+)\"");

    @Test
    void everyRelativeLinkLeadsToAFileAndEveryAnchorToAHeading() {
        List<String> broken = new ArrayList<>();
        for (Path page : Pages.all()) {
            for (String link : links(page)) {
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty()
                        ? page
                        : page.resolveSibling(URLDecoder.decode(parts[0], StandardCharsets.UTF_8))
                                .normalize();
                if (!Files.exists(target)) {
                    broken.add(page + " links to " + link + ", which does not exist");
                } else if (parts.length == 2 && !Pages.anchors(target).contains(parts[1])) {
                    broken.add(page + " links to " + link + ", but " + target + " has no such heading");
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    /** From the README, one click after the other. */
    @Test
    void everyPageCanBeReachedFromTheReadme() {
        Set<Path> reached = new HashSet<>();
        List<Path> next = new ArrayList<>(List.of(Path.of("README.md")));
        while (!next.isEmpty()) {
            Path page = next.remove(0);
            if (reached.add(page)) {
                links(page).stream()
                        .map(link -> link.split("#", 2)[0])
                        .filter(link -> link.endsWith(".md"))
                        .map(link -> page.resolveSibling(link).normalize())
                        .filter(Files::exists)
                        .forEach(next::add);
            }
        }
        assertThat(reached).containsAll(Pages.all());
    }

    /** Those of an enumeration that only its package sees. */
    @Test
    void everyPageThatAReportLinksToExists() throws ReflectiveOperationException {
        Class<?> documentation = Class.forName("io.github.fairnessgate.report.Documentation");
        Method page = documentation.getDeclaredMethod("page");
        page.setAccessible(true);
        for (Object link : documentation.getEnumConstants()) {
            String[] parts = page.invoke(link).toString().split("#", 2);
            Path target = Path.of("docs", parts[0]);
            assertThat(target).isRegularFile();
            if (parts.length == 2) {
                assertThat(Pages.anchors(target)).contains(parts[1]);
            }
        }
    }

    /** Relative links, without those that only name a place on the page of a repository's host. */
    private static List<String> links(Path page) {
        Matcher links = LINK.matcher(Pages.prose(page));
        List<String> found = new ArrayList<>();
        while (links.find()) {
            String link = links.group(1) == null ? links.group(2) : links.group(1);
            if (!link.matches("[a-z]+:.*")) {
                found.add(link);
            }
        }
        return found;
    }
}
