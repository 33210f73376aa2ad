// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import static dev.witan.swarm.identity.TestSwarm.reason;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.swarm.identity.IdentityException.Reason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldsTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE, Long.MAX_VALUE})
    void numbersComeBack(long value) throws IdentityException {
        var in = new FieldReader(new FieldWriter().number(value).toBytes());
        assertThat(in.number("n", Long.MAX_VALUE)).isEqualTo(value);
        in.end();
    }

    @Test
    void textAndBytesComeBack() throws IdentityException {
        byte[] written =
                new FieldWriter()
                        .text("žluťoučký")
                        .bytes(new byte[0])
                        .bytes(new byte[] {7})
                        .toBytes();
        var in = new FieldReader(written);
        assertThat(in.text("t", 100)).isEqualTo("žluťoučký");
        assertThat(in.bytes("b", 0)).isEmpty();
        assertThat(in.bytes("b", 1)).containsExactly(7);
        in.end();
    }

    @Test
    void boundsHoldBeforeMemoryIsTaken() {
        byte[] huge = new FieldWriter().number(Long.MAX_VALUE).toBytes();
        assertThat(reason(() -> new FieldReader(huge).bytes("b", 10))).isEqualTo(Reason.MALFORMED);
        byte[] claimed = new FieldWriter().number(1 << 30).toBytes();
        assertThat(reason(() -> new FieldReader(claimed).bytes("b", Integer.MAX_VALUE)))
                .isEqualTo(Reason.MALFORMED);
        assertThat(reason(() -> new FieldReader(new byte[0]).number("n", 1)))
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    void oneNumberHasOneForm() {
        byte[][] bad = {
            {(byte) 0x80, 0},
            {(byte) 0xff, (byte) 0xff, (byte) 0x80, 0},
            {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
            {(byte) 0x80}
        };
        for (byte[] form : bad) {
            assertThat(reason(() -> new FieldReader(form).number("n", Long.MAX_VALUE)))
                    .isEqualTo(Reason.MALFORMED);
        }
    }

    @Test
    void badTextAndTrailingBytesAreFound() {
        byte[] bad = new FieldWriter().bytes(new byte[] {(byte) 0xc3}).toBytes();
        assertThat(reason(() -> new FieldReader(bad).text("t", 10))).isEqualTo(Reason.MALFORMED);
        assertThat(reason(() -> new FieldReader(new byte[1]).end())).isEqualTo(Reason.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:1",
                "127.0.0.1:65535",
                "[::1]:80",
                "a-b.example:4000",
                "[2001:db8::7]:9"
            })
    void endpointsComeBack(String text) throws IdentityException {
        Endpoint endpoint = Endpoint.parse(text);
        assertThat(endpoint).hasToString(text);
        var out = new FieldWriter();
        endpoint.write(out);
        assertThat(Endpoint.read(new FieldReader(out.toBytes()))).isEqualTo(endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", ":1", "a:0", "a:65536", "a:x", "a b:1", "-a:1", "a_b:1", "999.1:0"})
    void badEndpointsAreNamed(String text) {
        assertThat(reason(() -> Endpoint.parse(text))).isEqualTo(Reason.MALFORMED);
    }
}
