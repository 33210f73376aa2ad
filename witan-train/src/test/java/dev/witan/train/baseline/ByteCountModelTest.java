// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.witan.train.data.ByteText;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class ByteCountModelTest {
    private static ByteText text(String text) {
        return ByteText.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void agreesWithTheFormulaByHand() {
        var model = ByteCountModel.fit(1, List.of(text("abab")));
        // Order 0: 4 bytes, 2 distinct, weight 4. Order 1 after a: 2 times, 1 distinct, weight 2.
        double b0 = (2 + 4 / 256.0) / 8;
        double a0 = b0;
        assertThat(model.distribution()['b']).isEqualTo(b0, within(1e-15));
        assertThat(model.distribution((byte) 'a')['b']).isEqualTo((2 + 2 * b0) / 4, within(1e-15));
        // After b: once, 1 distinct, weight 2.
        assertThat(model.distribution(bytes("ab"))['a']).isEqualTo((1 + 2 * a0) / 3, within(1e-15));
        assertThat(model.distribution(bytes("ab"))['b']).isEqualTo(2 * b0 / 3, within(1e-15));
        // A context never seen adds nothing.
        assertThat(model.distribution(bytes("z"))).isEqualTo(model.distribution());
    }

    @Test
    void natsAreTheMeanOverAllBytes() {
        var model = ByteCountModel.fit(2, List.of(text("the theory of them")));
        byte[] target = bytes("then");
        double nats = 0;
        for (int i = 0; i < target.length; i++) {
            nats -=
                    Math.log(
                            model.distribution(Arrays.copyOf(target, i))[
                                    Byte.toUnsignedInt(target[i])]);
        }
        assertThat(model.natsPerByte(text("then"))).isEqualTo(nats / 4, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void distributionsSumToOneAndLeaveNothingOut(int order) {
        var random = new Random(order);
        byte[] noise = new byte[3_000];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) (random.nextInt(4) * 85);
        }
        var model = ByteCountModel.fit(order, List.of(ByteText.of(noise), text("é\0")));
        for (int i = 0; i < 200; i++) {
            int from = random.nextInt(noise.length - 8);
            byte[] context = Arrays.copyOfRange(noise, from, from + random.nextInt(8));
            if (i % 5 == 0 && context.length > 0) {
                context[0] = 17;
            }
            double[] p = model.distribution(context);
            assertThat(Arrays.stream(p).sum()).isEqualTo(1, within(1e-12));
            assertThat(Arrays.stream(p).min().orElseThrow()).isPositive();
        }
    }

    @Test
    void worksForTinyAndEmptyData() {
        var empty = ByteCountModel.fit(4, List.of());
        assertThat(empty.natsPerByte(text("anything"))).isEqualTo(Math.log(256), within(1e-12));
        var one = ByteCountModel.fit(4, List.of(text("x")));
        assertThat(one.fittedBytes()).isEqualTo(1);
        assertThat(one.distribution()['x']).isEqualTo((1 + 2 / 256.0) / 3, within(1e-15));
        assertThatThrownBy(() -> one.natsPerByte(text("")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void longerContextsHelpOnText() {
        String sentence = "the cat sat on the mat and the dog sat on the log; ";
        var train = List.of(text(sentence.repeat(20)));
        double before = Double.POSITIVE_INFINITY;
        for (int order = 0; order <= ByteCountModel.ORDER_MAX; order++) {
            double nats = ByteCountModel.fit(order, train).natsPerByte(text(sentence));
            assertThat(nats).isLessThan(before);
            before = nats;
        }
    }

    @Test
    void contextsDoNotReachIntoTheNextText() {
        var apart = ByteCountModel.fit(1, List.of(text("ab"), text("cd")));
        var together = ByteCountModel.fit(1, List.of(text("abcd")));
        assertThat(apart.distribution((byte) 'b')['c'])
                .isLessThan(together.distribution((byte) 'b')['c']);
    }

    @Test
    void memoryIsBoundedAndTheModelStaysExact() {
        var random = new Random(3);
        byte[] noise = new byte[20_000];
        random.nextBytes(noise);
        var model = ByteCountModel.fit(4, List.of(ByteText.of(noise)), 10_000);
        assertThat(model.fittedBytes()).isBetween(1_000L, 4_000L);
        assertThat(Arrays.stream(model.distribution(noise[0], noise[1])).sum())
                .isEqualTo(1, within(1e-12));
    }

    @Test
    void refusesOrdersThatItsKeysCannotHold() {
        assertThatThrownBy(() -> ByteCountModel.fit(7, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("order must be in [0, 6], was 7");
        assertThatThrownBy(() -> ByteCountModel.fit(-1, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
