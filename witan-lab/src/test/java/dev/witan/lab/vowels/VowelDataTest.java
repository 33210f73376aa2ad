// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.witan.moe.local1991.LabelledRows;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;

class VowelDataTest {

    private static final String HEADER = "type,sex,speaker,rep,vowel,star,f0,f1,f2,f3\n";

    @Test
    void splitsBySpeakerAsThePaperDoes() {
        VowelData data = VowelData.load();
        assertThat(data.training()).hasSize(400);
        assertThat(data.test()).hasSize(200);
        assertThat(data.training()).allMatch(token -> token.speaker() <= 50);
        assertThat(data.test()).allMatch(token -> token.speaker() >= 51 && token.speaker() <= 75);
        assertThat(data.training().stream().collect(groupingBy(VowelToken::vowel, counting())))
                .isEqualTo(Map.of("iy", 100L, "ih", 100L, "aa", 100L, "ah", 100L));
        assertThat(data.test().stream().map(VowelToken::speaker).distinct()).hasSize(25);
    }

    @Test
    void scalesFormantsAndCodesTargets() {
        LabelledRows rows = VowelData.rows(VowelData.load().training());
        assertThat(rows.input(0)[0]).isEqualTo(0.24);
        assertThat(rows.input(1)[0]).isEqualTo(2.28);
        assertThat(rows.target(0)).startsWith(1, 1, 0, 0).containsOnly(0, 1);
    }

    @Test
    void namesTheLineThatDoesNotFit() throws IOException {
        assertThat(VowelData.read(new StringReader(HEADER + "m,m,1,1,iy,0,160,240,2280,2850\n")))
                .isEqualTo(List.of(new VowelToken(1, "iy", 240, 2280)));
        assertThatThrownBy(() -> VowelData.read(new StringReader("")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("line 1 must be");
        assertThatThrownBy(() -> VowelData.read(new StringReader(HEADER + "m,m,1\n")))
                .hasMessage("line 2 must have 10 fields, had 3");
        assertThatThrownBy(() ->
                        VowelData.read(
                                new StringReader(HEADER + "m,m,one,1,iy,0,160,240,2280,2850\n")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("line 2: ");
    }
}
