package io.github.fairnessgate.report;

import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import io.github.fairnessgate.file.BundledFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Templates and what they embed. The template engine makes printable and escapes whatever a template does not declare
 * to be safe.
 */
final class Pages {

    private static final Configuration TEMPLATES = configuration();

    private Pages() {}

    /** The page as UTF-8. */
    static byte[] render(String template, Object page) {
        StringWriter html = new StringWriter();
        try {
            TEMPLATES.getTemplate(template).process(page, html);
        } catch (IOException | TemplateException e) {
            throw new IllegalStateException("the template " + template + " does not fit its page", e);
        }
        return html.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A text file beside the templates. */
    static String resource(String name) {
        return BundledFile.text(Pages.class, name);
    }

    private static Configuration configuration() {
        Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
        configuration.setClassForTemplateLoading(Pages.class, "");
        configuration.setDefaultEncoding(StandardCharsets.UTF_8.name());
        configuration.setRegisteredCustomOutputFormats(List.of(PrintableHtml.FORMAT));
        configuration.setNumberFormat("computer");
        configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        configuration.setLogTemplateExceptions(false);
        return configuration;
    }
}
