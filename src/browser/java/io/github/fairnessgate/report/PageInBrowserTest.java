package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every page has to keep in a real Chromium: the one on the PATH. */
abstract class PageInBrowserTest {

    private static final String AXE = "axe.min.js";

    @TempDir
    static Path folder;

    private static Playwright playwright;
    private static Browser browser;

    private final List<String> complaints = new ArrayList<>();
    private BrowserContext context;
    private Path file;

    @BeforeAll
    static void openBrowser() {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium())
                        .setArgs(List.of("--no-sandbox")));
    }

    private static Path chromium() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(directory -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "there is no chromium, chromium-browser or google-chrome on the PATH"));
    }

    @AfterAll
    static void closeBrowser() {
        browser.close();
        playwright.close();
    }

    /** Writes the page. */
    abstract void write(Path target);

    @BeforeEach
    void writePage() {
        file = folder.resolve(getClass().getSimpleName() + ".html");
        write(file);
    }

    @AfterEach
    void nothingWentWrong() {
        context.close();
        assertThat(complaints).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"LIGHT,1280", "DARK,1280", "LIGHT,360", "DARK,360"})
    void axeFindsNoBarrier(ColorScheme scheme, int width) throws IOException {
        Page page = open(scheme, width);
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)");
        page.evaluate(resource(AXE));
        Object violations = page.evaluate(
                "axe.run().then(result => result.violations.map(violation => violation.id + ': ' + violation.help + ' '"
                        + " + violation.nodes.map(node => node.html).slice(0, 3)))");
        assertThat((List<?>) violations).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"360", "768", "1280"})
    void thePageIsNeverWiderThanTheWindow(int width) {
        Page page = open(ColorScheme.LIGHT, width);
        assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
    }

    @Test
    void theKeyboardLeadsToTheTableAtOnce() {
        Page page = open(ColorScheme.LIGHT, 1280);
        page.keyboard().press("Tab");
        assertThat((String) page.evaluate("document.activeElement.textContent")).startsWith("Skip to the ");
        String target = (String) page.evaluate("document.activeElement.getAttribute('href')");
        page.keyboard().press("Enter");
        page.waitForURL(address -> address.endsWith(target));
        assertThat(page.isVisible(target + " table")).isTrue();
    }

    /** Everything that the console complains about, and every request but the one for the file, fails the test. */
    final Page open(ColorScheme scheme, int width) {
        context = browser.newContext(new Browser.NewContextOptions()
                .setColorScheme(scheme)
                .setViewportSize(width, 900)
                .setOffline(true));
        Page page = context.newPage();
        page.onConsoleMessage(message -> complaints.add("console: " + message.text()));
        page.onPageError(error -> complaints.add("error: " + error));
        page.onRequest(request -> {
            if (!request.url().equals(file.toUri().toString())) {
                complaints.add("request: " + request.url());
            }
        });
        page.navigate(file.toUri().toString());
        return page;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = PageInBrowserTest.class.getClassLoader().getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
