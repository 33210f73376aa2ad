// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Standard input of a command and what it is connected to; beside [Console] the only type that
/// touches the standard streams.
///
/// @param stream where text comes from
/// @param terminal whether a person would have to type it
record Input(InputStream stream, boolean terminal) {
    /// The input of this process; the launcher tells by `witan.terminal.in` whether it is a
    /// terminal.
    static Input system() {
        return new Input(System.in, Boolean.getBoolean("witan.terminal.in"));
    }

    /// The whole text, without the line end that pipes put behind the last line.
    ///
    /// **Errors** more than `bytesMax` bytes, or no UTF-8 → [IOException].
    String text(int bytesMax) throws IOException {
        byte[] bytes = stream.readNBytes(bytesMax + 1);
        if (bytes.length > bytesMax) {
            throw new IOException("standard input has more than " + bytesMax + " bytes");
        }
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return text.replaceFirst("\\r?\\n\\z", "");
    }
}
