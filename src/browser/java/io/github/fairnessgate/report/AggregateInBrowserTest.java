package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AggregateInBrowserTest extends PageInBrowserTest {

    @Override
    void write(Path target) {
        AggregateHtml.write(
                target,
                new Aggregate(
                        "1.0",
                        "Language models",
                        Identity.UNKNOWN,
                        List.of(
                                AggregateTest.passed("small"),
                                AggregateTest.module("open", "warn", 600),
                                AggregateTest.module("large", "fail", 700),
                                ModuleResult.none(
                                        "org:none",
                                        "none/target/fairness/report.json",
                                        "There is no result: fairness:check makes one."))));
    }

    @Test
    void onAPhoneARowIsABlockThatIsStillARowToAScreenReader() {
        Page page = open(ColorScheme.LIGHT, 360);
        assertThat(page.evaluate("getComputedStyle(document.querySelector('tbody tr')).display"))
                .isEqualTo("block");
        assertThat(page.getByRole(AriaRole.ROW).count()).isEqualTo(5);
        assertThat(page.getByRole(AriaRole.ROWHEADER).allTextContents())
                .hasSize(4)
                .first()
                .asString()
                .startsWith("org:large");
        assertThat((String) page.evaluate("getComputedStyle(document.querySelector('td.number'), '::after').content"))
                .contains("failed");
        assertThat((boolean) page.evaluate("(() => { const region = document.querySelector('.scroll'); return "
                        + "region.scrollWidth <= region.clientWidth; })()"))
                .isTrue();
    }
}
