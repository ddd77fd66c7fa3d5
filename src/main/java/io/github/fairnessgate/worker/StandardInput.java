package io.github.fairnessgate.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Lines of standard input. When it ends, the process ends: nobody waits for it any more. */
final class StandardInput {

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private StandardInput() {}

    /** Begins to read. */
    static StandardInput watched() {
        StandardInput input = new StandardInput();
        Thread watchdog = new Thread(input::read, "standard-input-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
        return input;
    }

    private void read() {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            System.err.println("standard input failed, ending: " + e);
        }
        Runtime.getRuntime().halt(3);
    }

    /** Waits for the next line. */
    String next() throws InterruptedException {
        return lines.take();
    }
}
