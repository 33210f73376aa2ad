// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import java.io.IOException;

/// A publication does not fit into the directory. Nothing of it was taken.
public final class DirectoryFullException extends IOException {
    DirectoryFullException(String message) {
        super(message);
    }
}
