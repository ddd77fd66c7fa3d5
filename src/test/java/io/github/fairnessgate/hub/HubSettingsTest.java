package io.github.fairnessgate.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {

    @TempDir
    Path home;

    private HubSettings of(String... variables) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return HubSettings.of(environment, home);
    }

    @Test
    void withoutVariablesItIsThePublicHubAndTheUsualCache() {
        HubSettings settings = of();

        assertThat(settings.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(settings.token()).isEmpty();
        assertThat(settings.cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
        assertThat(settings.offline()).isFalse();
        assertThat(settings.withoutNetwork().offline()).isTrue();
    }

    @Test
    void theCacheIsWhereTheMoreSpecialVariableSays() {
        assertThat(of("XDG_CACHE_HOME", "/xdg").cache())
                .isEqualTo(Path.of("/xdg/huggingface/hub").toAbsolutePath());
        assertThat(of("XDG_CACHE_HOME", "/xdg", "HF_HOME", "~/hf").cache()).isEqualTo(home.resolve("hf/hub"));
        assertThat(of("HF_HOME", "/hf", "HUGGINGFACE_HUB_CACHE", "/old").cache())
                .isEqualTo(Path.of("/old").toAbsolutePath());
        assertThat(of("HF_HOME", "/hf", "HUGGINGFACE_HUB_CACHE", "/old", "HF_HUB_CACHE", "/new")
                        .cache())
                .isEqualTo(Path.of("/new").toAbsolutePath());
    }

    @Test
    void theTokenComesFromTheVariableElseFromTheFile() throws IOException {
        Files.createDirectories(home.resolve(".cache/huggingface"));
        Files.writeString(home.resolve(".cache/huggingface/token"), "hf_file\n");
        Files.writeString(home.resolve("other"), "hf_other");

        assertThat(of().token()).contains("hf_file");
        assertThat(of("HF_TOKEN", " hf_variable\n").token()).contains("hf_variable");
        assertThat(of("HF_TOKEN", "").token()).contains("hf_file");
        assertThat(of("HUGGING_FACE_HUB_TOKEN", "hf_old").token()).contains("hf_old");
        assertThat(of("HF_TOKEN_PATH", "~/other").token()).contains("hf_other");
        assertThat(of("HF_HOME", home.resolve("elsewhere").toString()).token()).isEmpty();
        assertThat(of("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1").token()).isEmpty();
    }

    @Test
    void aTokenThatIsNoneIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> of("HF_TOKEN", "hf_sec\nret"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("HF_TOKEN")
                .hasMessageNotContaining("hf_sec");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "Yes", "ON"})
    void offlineIsSaidInManyWays(String value) {
        assertThat(of("HF_HUB_OFFLINE", value).offline()).isTrue();
        assertThat(of("TRANSFORMERS_OFFLINE", value).offline()).isTrue();
        assertThat(of("HF_HUB_OFFLINE", "0", "TRANSFORMERS_OFFLINE", value).offline())
                .isFalse();
    }

    @Test
    void aMirrorMayHaveAPath() {
        assertThat(of("HF_ENDPOINT", "https://mirror.example/hf/").endpoint())
                .isEqualTo(URI.create("https://mirror.example/hf"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mirror.example",
                "ftp://mirror.example",
                "https://user:secret@mirror.example",
                "https://a b",
                "https://"
            })
    void whatIsNotAnAddressIsRefusedWithoutShowingIt(String endpoint) {
        assertThatThrownBy(() -> of("HF_ENDPOINT", endpoint))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("HF_ENDPOINT")
                .hasMessageNotContaining("secret");
    }
}
