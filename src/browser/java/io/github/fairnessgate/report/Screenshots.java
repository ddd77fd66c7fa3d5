package io.github.fairnessgate.report;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Takes the pictures in {@code docs/images} of a report that a build wrote: {@code mvn test -Pbrowser
 * -Dtest=Screenshots -Dscreenshots.report=path/to/report.html}. Not named like a test, so that no build runs it
 * unasked.
 */
class Screenshots {

    private static final String REPORT = "screenshots.report";
    private static final Path IMAGES = Path.of("docs", "images");

    /**
     * A picture.
     *
     * @param section where the page is scrolled to; empty for its beginning
     */
    private record Picture(String name, ColorScheme scheme, int width, int height, String section) {}

    private static final List<Picture> PICTURES = List.of(
            new Picture("report-light", ColorScheme.LIGHT, 1200, 990, ""),
            new Picture("report-dark", ColorScheme.DARK, 1200, 840, "#groups"),
            new Picture("report-phone", ColorScheme.LIGHT, 390, 900, ""));

    @Test
    void areTaken() {
        Path report = Optional.ofNullable(System.getProperty(REPORT))
                .map(Path::of)
                .filter(Files::isRegularFile)
                .orElseThrow(() ->
                        new IllegalStateException("name the report to show with -D" + REPORT + "=path/to/report.html"));
        try (Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(chromium())
                                .setArgs(List.of("--no-sandbox")))) {
            PICTURES.forEach(picture -> take(browser, report, picture));
        }
    }

    private static void take(Browser browser, Path report, Picture picture) {
        try (BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setColorScheme(picture.scheme())
                .setViewportSize(picture.width(), picture.height())
                .setOffline(true))) {
            Page page = context.newPage();
            page.navigate(report.toUri() + picture.section());
            page.screenshot(new Page.ScreenshotOptions().setPath(IMAGES.resolve(picture.name() + ".png")));
        }
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
}
