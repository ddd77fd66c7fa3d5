package io.github.fairnessgate;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What is in the jars that a project names as dependencies of the plugin. */
public final class Extensions {

    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]*");

    private Extensions() {}

    /**
     * The providers of a kind, by id.
     *
     * @param kind the interface that they implement
     * @param noun what they are: {@code suite}
     * @param id of a provider
     * @param bundled ids that the plugin itself uses
     * @throws InvalidInputException if a provider cannot be made, or if its id is that of another one
     */
    public static <T> SortedMap<String, T> in(
            ClassLoader loader, Class<T> kind, String noun, Function<T, String> id, Set<String> bundled) {
        SortedMap<String, T> byId = new TreeMap<>();
        for (T provider : made(loader, kind, noun)) {
            String own = asked(provider, noun, "id", () -> id.apply(provider));
            if (!ID.matcher(own).matches()) {
                throw problem(provider, noun, "has the id \"" + own + "\"; use lower-case letters, digits and hyphens");
            }
            if (bundled.contains(own)) {
                throw problem(
                        provider, noun, "has the id of the bundled " + noun + " '" + own + "'; give it a different id");
            }
            T other = byId.putIfAbsent(own, provider);
            if (other != null) {
                throw new InvalidInputException(
                        "The " + noun + " providers " + other.getClass().getName() + " and "
                                + provider.getClass().getName() + " both have the id '" + own
                                + "'; remove one of them from the plugin's dependencies.");
            }
        }
        return byId;
    }

    private static <T> List<T> made(ClassLoader loader, Class<T> kind, String noun) {
        List<T> providers = new ArrayList<>();
        Iterator<T> found = ServiceLoader.load(kind, loader).iterator();
        try {
            while (found.hasNext()) {
                providers.add(found.next());
            }
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new InvalidInputException(
                    "A " + noun + " among the plugin's dependencies cannot be used: " + Reason.of(e)
                            + (e.getCause() == null ? "" : " (" + Reason.of(e.getCause()) + ")")
                            + "; correct its jar, or remove the dependency.",
                    e);
        }
        return providers;
    }

    /**
     * What a provider answers.
     *
     * @param what is asked for, in words
     * @throws InvalidInputException if it throws, or answers nothing
     */
    public static <T> T asked(Object provider, String noun, String what, Supplier<T> answer) {
        try {
            return Objects.requireNonNull(answer.get(), "the answer is null");
        } catch (RuntimeException | LinkageError e) {
            throw new InvalidInputException(
                    "The " + noun + " provider " + provider.getClass().getName() + " failed when asked for its " + what
                            + " (" + Reason.of(e) + "); correct it, or remove the dependency from the plugin.",
                    e);
        }
    }

    /** @param sentence what is wrong with a provider, and what to do, without a full stop */
    public static InvalidInputException problem(Object provider, String noun, String sentence) {
        return new InvalidInputException(
                "The " + noun + " provider " + provider.getClass().getName() + " " + sentence + ".");
    }
}
