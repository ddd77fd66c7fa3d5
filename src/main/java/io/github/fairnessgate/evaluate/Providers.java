package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.spi.SuiteProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The suites in the jars that a project names as dependencies of the plugin. */
final class Providers {

    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]*");

    private Providers() {
    }

    /**
     * The suites that a class loader finds, by id.
     *
     * @param bundled ids of the plugin's own suites
     * @throws InvalidInputException if a provider cannot be made, or if its id is that of another suite
     */
    static SortedMap<String, KnownSuite> in(ClassLoader loader, Set<String> bundled) {
        SortedMap<String, SuiteProvider> byId = new TreeMap<>();
        for (SuiteProvider provider : made(loader)) {
            String id = ProvidedSuite.asked(provider, "id", provider::id);
            if (!ID.matcher(id).matches()) {
                throw new InvalidInputException("The suite provider " + name(provider) + " has the id \"" + id + "\"; use lower-case letters, digits and hyphens.");
            }
            if (bundled.contains(id)) {
                throw new InvalidInputException("The suite provider " + name(provider) + " has the id of the bundled suite '" + id + "'; give it a different id.");
            }
            SuiteProvider other = byId.putIfAbsent(id, provider);
            if (other != null) {
                throw new InvalidInputException("The suite providers " + name(other) + " and " + name(provider) + " both have the id '" + id
                        + "'; remove one of them from the plugin's dependencies.");
            }
        }
        SortedMap<String, KnownSuite> suites = new TreeMap<>();
        byId.forEach((id, provider) -> suites.put(id, ProvidedSuite.known(provider)));
        return suites;
    }

    private static List<SuiteProvider> made(ClassLoader loader) {
        List<SuiteProvider> providers = new ArrayList<>();
        Iterator<SuiteProvider> found = ServiceLoader.load(SuiteProvider.class, loader).iterator();
        try {
            while (found.hasNext()) {
                providers.add(found.next());
            }
        } catch (ServiceConfigurationError e) {
            throw new InvalidInputException("A suite among the plugin's dependencies cannot be used: " + Reason.of(e)
                    + (e.getCause() == null ? "" : " (" + Reason.of(e.getCause()) + ")") + "; correct its jar, or remove the dependency.", e);
        }
        return providers;
    }

    static String name(SuiteProvider provider) {
        return provider.getClass().getName();
    }
}
