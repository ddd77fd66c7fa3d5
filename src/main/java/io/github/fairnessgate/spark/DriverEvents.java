package io.github.fairnessgate.spark;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What the driver says to the build that started it: the events of a worker, one JSON object a line. */
final class DriverEvents {

    private final PrintStream out;

    /** @param out standard output, which nothing else may print to */
    DriverEvents(PrintStream out) {
        this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    synchronized void step(String task, long done, long total) {
        out.println("{\"event\":\"step\",\"task\":" + quoted(task) + ",\"done\":" + done + ",\"total\":" + total + "}");
    }

    synchronized void info(String message) {
        out.println("{\"event\":\"info\",\"message\":" + quoted(message) + "}");
    }

    synchronized void finished() {
        out.println("{\"event\":\"finished\",\"peakMemory\":0}");
    }

    /** @param invalidInput whether it is a sentence for the user */
    synchronized void failed(boolean invalidInput, String message) {
        out.println("{\"event\":\"failed\",\"invalidInput\":" + invalidInput + ",\"message\":" + quoted(message) + "}");
    }

    /** Passes on what a worker said. */
    synchronized void relay(String event) {
        out.println(event);
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char character : text.toCharArray()) {
            if (character == '"' || character == '\\') {
                json.append('\\').append(character);
            } else if (character < ' ') {
                json.append(String.format("\\u%04x", (int) character));
            } else {
                json.append(character);
            }
        }
        return json.append('"').toString();
    }
}
