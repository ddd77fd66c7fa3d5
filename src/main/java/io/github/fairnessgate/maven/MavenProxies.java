package io.github.fairnessgate.maven;

import io.github.fairnessgate.hub.HubProxies;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Optional;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.repository.AuthenticationContext;
import org.eclipse.aether.repository.RemoteRepository;

/**
 * The proxies of Maven's settings, with their exceptions and passwords; where they name none, those that Java was
 * started with.
 */
final class MavenProxies implements HubProxies {

    private final RepositorySystemSession session;

    MavenProxies(RepositorySystemSession session) {
        this.session = session;
    }

    @Override
    public Optional<HubProxy> proxyFor(URI uri) {
        String origin = uri.getScheme() + "://" + uri.getRawAuthority();
        RemoteRepository repository = new RemoteRepository.Builder("huggingface", "default", origin).build();
        return Optional.ofNullable(session.getProxySelector())
                .map(selector -> selector.getProxy(repository))
                .map(proxy -> new HubProxy(
                        InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort()),
                        credentials(new RemoteRepository.Builder(repository)
                                .setProxy(proxy)
                                .build())))
                .or(() -> ofJava(uri));
    }

    private Optional<PasswordAuthentication> credentials(RemoteRepository repository) {
        try (AuthenticationContext context = AuthenticationContext.forProxy(session, repository)) {
            if (context == null || context.get(AuthenticationContext.USERNAME) == null) {
                return Optional.empty();
            }
            String password = context.get(AuthenticationContext.PASSWORD);
            return Optional.of(new PasswordAuthentication(
                    context.get(AuthenticationContext.USERNAME),
                    password == null ? new char[0] : password.toCharArray()));
        }
    }

    private static Optional<HubProxy> ofJava(URI uri) {
        return Optional.ofNullable(ProxySelector.getDefault()).stream()
                .flatMap(selector -> selector.select(uri).stream())
                .filter(proxy -> proxy.type() == Proxy.Type.HTTP && proxy.address() instanceof InetSocketAddress)
                .findFirst()
                .map(proxy -> new HubProxy((InetSocketAddress) proxy.address(), Optional.empty()));
    }
}
