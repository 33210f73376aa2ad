// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

/// A configuration that its author has to correct; the message is one line that names the key.
public final class ConfigException extends RuntimeException {
    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
