package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HtmlReportInBrowserTest extends PageInBrowserTest {

    @Override
    void write(Path target) {
        HtmlReport.write(target, SampleReports.report("fail", 700, Optional.empty()));
    }

    @Test
    void everyPictureSaysWhatItShows() {
        Page page = open(ColorScheme.LIGHT, 1280);
        assertThat((List<?>) page.evaluate(
                        "[...document.querySelectorAll('svg.plot')].map(plot => plot.getAttribute('aria-label'))"))
                .hasSize(4)
                .allSatisfy(label -> assertThat(label.toString()).contains("limit"));
    }

    @Test
    void textsAreHiddenUntilAskedFor() {
        Page page = open(ColorScheme.LIGHT, 1280);
        String state = "(() => { const text = document.querySelector('.unsafe');"
                + " return getComputedStyle(text).filter + ' ' + text.getAttribute('aria-hidden'); })()";
        assertThat((String) page.evaluate(state)).startsWith("blur(").endsWith("true");
        page.check("#reveal");
        assertThat(page.evaluate(state)).isEqualTo("none false");
    }

    @Test
    void textsCanBeFound() {
        Page page = open(ColorScheme.LIGHT, 1280);
        page.fill("#find", "alike: 612");
        assertThat(page.textContent("#found")).isEqualTo("1 of 100 items");
        assertThat((int) page.evaluate(
                        "[...document.querySelectorAll('.texts tbody tr')].filter(row => row.offsetParent).length"))
                .isEqualTo(1);
        page.fill("#find", "");
        assertThat(page.textContent("#found")).isEmpty();
    }

    @Test
    void onPaperThereIsNoNavigation() {
        Page page = open(ColorScheme.LIGHT, 1280);
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        assertThat(page.isVisible("nav")).isFalse();
        assertThat(page.isVisible("#rules table")).isTrue();
        assertThat((int) page.evaluate("document.querySelectorAll('#rules tbody tr').length"))
                .isEqualTo((int) page.evaluate("[...document.querySelectorAll('#rules tbody tr')]"
                        + ".filter(row => row.offsetParent).length"));
    }

    @Test
    void onPaperTheFirstTextsOfEveryMetricCanBeRead() {
        Page page = open(ColorScheme.DARK, 1280);
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        assertThat(page.evaluate("getComputedStyle(document.querySelector('.unsafe')).filter"))
                .isEqualTo("none");
        assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(255, 255, 255)");
        assertThat((List<?>) page.evaluate("[...document.querySelectorAll('.texts tbody')].map(body => "
                        + "[...body.rows].filter(row => getComputedStyle(row).display != 'none').length)"))
                .isNotEmpty()
                .allMatch(shown -> (int) shown > 0 && (int) shown <= 3);
    }
}
