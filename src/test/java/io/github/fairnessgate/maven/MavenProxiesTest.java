package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.hub.HubProxies;
import java.net.URI;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.repository.Proxy;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultProxySelector;
import org.junit.jupiter.api.Test;

class MavenProxiesTest {

    private final DefaultRepositorySystemSession session = new DefaultRepositorySystemSession();
    private final MavenProxies proxies = new MavenProxies(session);

    @Test
    void aProxyOfTheSettingsIsUsedWithItsPasswordButNotForItsExceptions() {
        session.setProxySelector(new DefaultProxySelector()
                .add(
                        new Proxy(
                                "https",
                                "proxy.example",
                                3128,
                                new AuthenticationBuilder()
                                        .addUsername("me")
                                        .addPassword("secret")
                                        .build()),
                        "localhost|*.internal.example"));

        HubProxies.HubProxy proxy = proxies.proxyFor(URI.create("https://huggingface.co/api/models/gpt2"))
                .orElseThrow();
        assertThat(proxy.address().getHostString()).isEqualTo("proxy.example");
        assertThat(proxy.address().getPort()).isEqualTo(3128);
        assertThat(proxy.address().isUnresolved()).isTrue();
        assertThat(proxy.credentials().orElseThrow().getUserName()).isEqualTo("me");
        assertThat(proxy.credentials().orElseThrow().getPassword()).isEqualTo("secret".toCharArray());
        assertThat(proxies.proxyFor(URI.create("https://mirror.internal.example:8443/gpt2")))
                .isEmpty();
    }

    @Test
    void aProxyMayHaveNoPassword() {
        session.setProxySelector(new DefaultProxySelector().add(new Proxy("https", "proxy.example", 3128), ""));

        assertThat(proxies.proxyFor(URI.create("https://huggingface.co/gpt2"))
                        .orElseThrow()
                        .credentials())
                .isEmpty();
    }

    @Test
    void withoutAProxyTheConnectionIsDirect() {
        assertThat(proxies.proxyFor(URI.create("https://huggingface.co/gpt2"))).isEmpty();
    }
}
