// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A block of a PEM file (RFC 7468).
///
/// @param type what stands after BEGIN
/// @param content the bytes inside
record Pem(String type, byte[] content) {
    static final String PRIVATE_KEY = "PRIVATE KEY";
    static final String PUBLIC_KEY = "PUBLIC KEY";
    static final String CERTIFICATE = "CERTIFICATE";

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final int COLUMNS = 64;

    static byte[] text(List<Pem> blocks) {
        var encoder = Base64.getMimeEncoder(COLUMNS, new byte[] {'\n'});
        var text = new StringBuilder();
        for (Pem block : blocks) {
            text.append(BEGIN).append(block.type).append(DASHES).append('\n');
            text.append(encoder.encodeToString(block.content)).append('\n');
            text.append(END).append(block.type).append(DASHES).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static List<Pem> parse(byte[] text) throws IdentityException {
        var blocks = new ArrayList<Pem>();
        var body = new StringBuilder();
        String open = "";
        for (String line : new String(text, StandardCharsets.US_ASCII).lines().toList()) {
            if (open.isEmpty() && line.startsWith(BEGIN) && line.endsWith(DASHES)) {
                open = line.substring(BEGIN.length(), line.length() - DASHES.length());
                body.setLength(0);
            } else if (!open.isEmpty() && line.equals(END + open + DASHES)) {
                blocks.add(new Pem(open, decode(body.toString())));
                open = "";
            } else if (open.isEmpty()) {
                throw IdentityException.malformed("text outside of a PEM block");
            } else {
                body.append(line);
            }
        }
        if (!open.isEmpty()) {
            throw IdentityException.malformed("the last PEM block has no end");
        }
        return blocks;
    }

    static List<Pem> all(List<Pem> blocks, String type) {
        return blocks.stream().filter(block -> block.type.equals(type)).toList();
    }

    static Pem only(List<Pem> blocks, String type) throws IdentityException {
        List<Pem> found = all(blocks, type);
        if (found.size() != 1) {
            throw IdentityException.malformed(found.size() + " blocks of type " + type + ", not 1");
        }
        return found.getFirst();
    }

    private static byte[] decode(String base64) throws IdentityException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IdentityException(
                    IdentityException.Reason.MALFORMED, "a PEM block is not base64", e);
        }
    }
}
