// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/// Files beside the tests.
final class Resources {
    private Resources() {}

    static Path path(String name) {
        try {
            return Path.of(Objects.requireNonNull(Resources.class.getResource(name), name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
