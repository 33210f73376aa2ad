// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

class BatchStreamTest {
    /// Domains whose tokens say where they are: domain d has tokens `d * 1,000,000 + index`.
    private static TrainingData data(int... lengths) {
        List<DomainData> domains = new ArrayList<>();
        for (int d = 0; d < lengths.length; d++) {
            int base = d * 1_000_000;
            int[] tokens = IntStream.range(0, lengths[d]).map(i -> base + i).toArray();
            domains.add(
                    new DomainData(
                            new Domain("d" + d, Path.of("d" + d + ".txt")),
                            ByteText.of(new byte[0]),
                            new IntTokens(tokens),
                            ""));
        }
        return new TrainingData(domains);
    }

    private static List<int[]> rows(BatchStream stream, long count) {
        List<int[]> rows = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            rows.add(stream.next(1).tokens());
        }
        return rows;
    }

    @ParameterizedTest
    @CsvSource({"2,1", "3,1", "3,2", "100,7", "101,7", "106,7", "8,7", "9,7", "1009,64", "65,64"})
    void anEpochHasEachWindowOnceAndMissesLessThanTwoWindows(int length, int sequenceLength)
            throws IOException {
        var stream = data(length).batches(sequenceLength, 3, DataPosition.START);
        for (int epoch = 0; epoch < 4; epoch++) {
            boolean[] targeted = new boolean[length];
            for (int[] row : rows(stream, stream.rowsInEpoch())) {
                assertThat(row).hasSize(sequenceLength + 1);
                for (int i = 1; i < row.length; i++) {
                    assertThat(row[i]).isEqualTo(row[i - 1] + 1);
                    assertThat(targeted[row[i]]).isFalse();
                    targeted[row[i]] = true;
                }
            }
            int missed = 0;
            for (boolean seen : targeted) {
                missed += seen ? 0 : 1;
            }
            assertThat(missed).isLessThan(2 * sequenceLength);
            stream.next(1);
            stream = data(length).batches(sequenceLength, 3, new DataPosition(epoch + 1, 0));
        }
    }

    @Test
    void domainsMixInProportionToTheirSize() throws IOException {
        var stream = data(40_001, 10_001, 5_001).batches(10, 8, DataPosition.START);
        int[] counts = new int[3];
        int[] firstFifth = new int[3];
        long rows = stream.rowsInEpoch();
        for (long i = 0; i < rows; i++) {
            Batch batch = stream.next(1);
            int domain = batch.domains()[0];
            assertThat(batch.tokens()[0] / 1_000_000).isEqualTo(domain);
            counts[domain]++;
            firstFifth[domain] += i < rows / 5 ? 1 : 0;
        }
        assertThat(counts[0]).isBetween(3_998, 4_000);
        assertThat(counts[1]).isBetween(998, 1_000);
        assertThat(counts[2]).isBetween(498, 500);
        assertThat(firstFifth[0]).isBetween(760, 840);
        assertThat(firstFifth[1]).isBetween(160, 240);
    }

    @Test
    void oneSeedGivesTheSameRowsAndEpochsDiffer() throws IOException {
        var data = data(500, 301);
        List<int[]> first = rows(data.batches(8, 5, DataPosition.START), 400);
        List<int[]> again = rows(data.batches(8, 5, DataPosition.START), 400);
        List<int[]> other = rows(data.batches(8, 6, DataPosition.START), 400);
        assertThat(again).usingRecursiveComparison().isEqualTo(first);
        assertThat(Arrays.deepEquals(other.toArray(), first.toArray())).isFalse();
        List<int[]> second = rows(data.batches(8, 5, new DataPosition(1, 0)), 90);
        assertThat(Arrays.deepEquals(second.toArray(), first.subList(0, 90).toArray())).isFalse();
        // Offsets differ too, so epochs cut other windows.
        assertThat(second.stream().mapToInt(row -> row[0] % 1_000_000 % 8).distinct().toArray())
                .isNotEqualTo(
                        first.subList(0, 90).stream()
                                .mapToInt(row -> row[0] % 1_000_000 % 8)
                                .distinct()
                                .toArray());
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,5", "7,2", "64,1"})
    void resumingGivesTheSameRowsWhateverTheBatchSizes(int before, int after) throws IOException {
        var data = data(500, 301);
        var whole = data.batches(8, 5, DataPosition.START);
        var stream = data.batches(8, 5, DataPosition.START);
        for (int drawn = 0; drawn < 256; drawn += before) {
            whole.next(before);
            stream.next(before);
            var resumed = data.batches(8, 5, stream.position());
            var copy = data.batches(8, 5, whole.position());
            Batch expected = copy.next(4 * after);
            for (int part = 0; part < 4; part++) {
                Batch batch = resumed.next(after);
                int width = 9 * after;
                assertThat(batch.tokens())
                        .isEqualTo(
                                Arrays.copyOfRange(
                                        expected.tokens(), part * width, (part + 1) * width));
                assertThat(batch.domains())
                        .isEqualTo(
                                Arrays.copyOfRange(
                                        expected.domains(), part * after, (part + 1) * after));
            }
            assertThat(resumed.position()).isEqualTo(copy.position());
        }
    }

    @Test
    void aResumedStreamFollowsTheUninterruptedOne() throws IOException {
        var data = data(500, 301);
        List<int[]> whole = rows(data.batches(8, 5, DataPosition.START), 300);
        for (int cut : new int[] {1, 98, 99, 100, 101, 250}) {
            var first = data.batches(8, 5, DataPosition.START);
            first.next(cut);
            List<int[]> rest = rows(data.batches(8, 5, first.position()), 300 - cut);
            assertThat(rest).usingRecursiveComparison().isEqualTo(whole.subList(cut, 300));
        }
    }

    @Test
    void tooShortDataNamesTheMinimum() throws IOException {
        assertThat(data(9).batches(8, 1, DataPosition.START).rowsInEpoch()).isEqualTo(1);
        assertThatThrownBy(() -> data(100, 8).batches(8, 1, DataPosition.START))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "d1.txt: 8 tokens are too few, a sequence length of 8 needs at least 9");
    }

    @Test
    void refusesNonsense() throws IOException {
        assertThatThrownBy(() -> data(9).batches(0, 1, DataPosition.START))
                .hasMessage("sequenceLength must be at least 1, was 0");
        assertThatThrownBy(() -> data(9).batches(8, 1, new DataPosition(0, 2)))
                .hasMessage("index must be in [0, 1], was 2");
        var stream = data(9).batches(8, 1, DataPosition.START);
        assertThatThrownBy(() -> stream.next(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DataPosition(-1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
