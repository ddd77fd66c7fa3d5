package io.github.fairnessgate.report;

import freemarker.core.HTMLOutputFormat;
import freemarker.core.TemplateHTMLOutputModel;
import freemarker.template.TemplateModelException;
import io.github.fairnessgate.Printable;
import java.io.IOException;
import java.io.Writer;

/**
 * The output format of the templates: text that a template shows is made {@linkplain Printable#text printable}, and
 * then escaped as HTML.
 */
final class PrintableHtml extends HTMLOutputFormat {

    static final PrintableHtml FORMAT = new PrintableHtml();

    private PrintableHtml() {}

    @Override
    public void output(String text, Writer out) throws IOException, TemplateModelException {
        super.output(Printable.text(text), out);
    }

    @Override
    public String escapePlainText(String text) {
        return super.escapePlainText(Printable.text(text));
    }

    @Override
    protected TemplateHTMLOutputModel newTemplateMarkupOutputModel(String text, String markup) {
        return new Markup(text, markup);
    }

    /** Markup knows the format that it is in, or the engine would take it for that of another one. */
    private static final class Markup extends TemplateHTMLOutputModel {

        Markup(String text, String markup) {
            super(text, markup);
        }

        @Override
        public HTMLOutputFormat getOutputFormat() {
            return FORMAT;
        }
    }
}
