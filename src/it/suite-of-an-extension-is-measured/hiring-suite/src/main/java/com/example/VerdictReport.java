package com.example;

import io.github.fairnessgate.spi.ReportFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The verdict in one word. */
public class VerdictReport implements ReportFormat {

    private static final Pattern VERDICT = Pattern.compile("\"verdict\" : \"([A-Z]+)\"");

    @Override
    public String id() {
        return "verdict";
    }

    @Override
    public String extension() {
        return "txt";
    }

    @Override
    public String content(String report) {
        Matcher verdict = VERDICT.matcher(report);
        return verdict.find() ? verdict.group(1) : "none";
    }
}
