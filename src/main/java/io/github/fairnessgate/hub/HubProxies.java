package io.github.fairnessgate.hub;

import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.util.Optional;

/** Through which proxy an address is reached. */
@FunctionalInterface
public interface HubProxies {

    /**
     * A proxy.
     *
     * @param address its host, not resolved, and port
     * @param credentials for the proxy's Basic authentication
     */
    record HubProxy(InetSocketAddress address, Optional<PasswordAuthentication> credentials) {}

    /** The proxy for an address; empty for a direct connection. */
    Optional<HubProxy> proxyFor(URI uri);
}
