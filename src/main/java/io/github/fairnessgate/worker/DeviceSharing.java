package io.github.fairnessgate.worker;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import java.util.Arrays;

/** How the builds of one user on one machine share a device. */
public enum DeviceSharing {

    /** A worker waits until as much of the device is free as it takes. */
    AUTO,
    /** A worker has the device for itself. */
    DEVICE,
    /** A worker does not wait, and nobody waits for it. */
    NONE;

    /**
     * @param written as the user wrote {@link Parameters#LOCK}
     * @throws InvalidInputException if there is no such way
     */
    public static DeviceSharing of(String written) {
        String name = written == null ? "" : written.strip();
        return Arrays.stream(values())
                .filter(sharing -> EnumText.of(sharing).equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        Parameters.LOCK + " is '" + name + "'; it must be auto, device or none."));
    }
}
