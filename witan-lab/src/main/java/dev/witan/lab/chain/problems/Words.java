// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain.problems;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// The people and things that problems are about.
final class Words {
    private Words() {}

    /// A person with the pronouns used for them.
    record Person(String name, String subject, String possessive, String object) {
        /// The form that a hole names: empty, `he`, `his` or `him`, or one of them capitalised.
        String form(String form) {
            String word =
                    switch (form.toLowerCase(Locale.ROOT)) {
                        case "" -> name;
                        case "he" -> subject;
                        case "his" -> possessive;
                        case "him" -> object;
                        default -> throw new IllegalArgumentException("no pronoun " + form);
                    };
            boolean capital = !form.isEmpty() && Character.isUpperCase(form.charAt(0));
            return capital
                    ? word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1)
                    : word;
        }
    }

    /// A thing that can be counted.
    record Thing(String one, String many) {}

    static final List<Person> PEOPLE =
            Stream.concat(
                            people(
                                    "she",
                                    "her",
                                    "her",
                                    "Ada Alice Amina Beth Carla Chloe Dana Elena Emma Fatima Grace"
                                        + " Hana Ines Julia Kate Lara Lena Maria Mei Mila Nadia"
                                        + " Nora Olga Petra Priya Rosa Ruth Sara Sofia Tina Vera"
                                        + " Wendy Yuki Zoe"),
                            people(
                                    "he",
                                    "his",
                                    "him",
                                    "Adam Ali Ben Boris Carlos David Diego Emil Felix George Hugo"
                                        + " Ivan Jack James Jonas Karim Kofi Leo Liam Luis Marco"
                                        + " Max Noah Omar Oscar Paul Peter Ravi Sam Theo Tom Umar"
                                        + " Victor Wei"))
                    .toList();

    static final Map<String, List<Thing>> LISTS =
            Map.of(
                    "goods",
                    things(
                            "clip pencil notebook candle bracelet mug lamp basket towel plate"
                                    + " cushion bottle kite puzzle calendar cable"),
                    "fruits",
                    things(
                            "apple pear plum orange lemon apricot banana mango peach/peaches"
                                    + " cherry/cherries fig tomato/tomatoes"),
                    "clothes",
                    things(
                            "shirt jacket sweater coat dress/dresses skirt hat scarf/scarves belt"
                                    + " blouse"),
                    "bakes",
                    things("muffin roll cookie bagel croissant pretzel cupcake scone"),
                    "sweets",
                    things("candy/candies toffee chocolate gumdrop lollipop caramel mint"),
                    "collectibles",
                    things("stamp coin card marble sticker shell comic badge model poster"),
                    "places",
                    things(
                            "library/libraries bakery/bakeries school hospital museum station"
                                    + " post-office town-hall"));

    private static Stream<Person> people(
            String subject, String possessive, String object, String names) {
        return Stream.of(names.split(" "))
                .map(name -> new Person(name, subject, possessive, object));
    }

    private static List<Thing> things(String words) {
        return Stream.of(words.split(" "))
                .map(word -> word.replace('-', ' ').split("/"))
                .map(forms -> new Thing(forms[0], forms.length > 1 ? forms[1] : forms[0] + "s"))
                .toList();
    }
}
