// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Checks that what `docs/acceptance.md` names as proof exists: `CheckAcceptance.java FILE`.
///
/// The file holds Markdown tables whose second column is the proof, each piece in backticks:
/// `SomeTest` or `SomeTest#method` (a test class of the checkout, the method annotated as a test),
/// `./witan VERB ...` (the verbs and long options are in the frozen list of commands), or a path,
/// possibly with arguments. A row without any proof is an error, and so is a file without rows.
///
/// Written for Java 17, because the default `java` runs it.
final class CheckAcceptance {
    private static final Path SURFACE =
            Path.of("witan-cli/src/test/resources/dev/witan/cli/cli-surface.txt");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern TEST = Pattern.compile("([A-Z]\\w*)(?:#(\\w+))?");
    private static final String TEST_ANNOTATION =
            "@(?:Test|ParameterizedTest|RepeatedTest|TestFactory|ArchTest)\\b";

    private final Map<String, Path> tests = new HashMap<>();
    private final Set<String> surface = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();
    private int rows;
    private int proofs;

    public static void main(String[] args) throws IOException {
        var check = new CheckAcceptance();
        check.readTests();
        check.surface.addAll(Files.readAllLines(SURFACE));
        int number = 0;
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            number++;
            check.line(args[0] + ":" + number, line);
        }
        if (check.rows == 0) {
            check.problems.add(args[0] + ": no table rows found");
        }
        check.problems.forEach(System.err::println);
        System.out.printf(
                "acceptance: %d rows, %d proofs, %d missing%n",
                check.rows, check.proofs, check.problems.size());
        System.exit(check.problems.isEmpty() ? 0 : 1);
    }

    private void line(String where, String line) {
        boolean ruler = line.matches("\\|[-:| ]+\\|?");
        String[] cells = line.split("(?<!\\\\)\\|", -1);
        if (!line.startsWith("|")
                || ruler
                || cells.length < 4
                || cells[2].strip().equals("proof")) {
            return;
        }
        rows++;
        Matcher code = CODE.matcher(cells[2]);
        int before = proofs;
        while (code.find()) {
            proofs++;
            String problem = problem(code.group(1).strip());
            if (!problem.isEmpty()) {
                problems.add(where + ": " + problem);
            }
        }
        if (proofs == before) {
            problems.add(where + ": the row names no proof");
        }
    }

    private String problem(String proof) {
        if (proof.startsWith("./witan ")) {
            return command(List.of(proof.substring("./witan ".length()).split("\\s+")));
        }
        Matcher test = TEST.matcher(proof);
        if (test.matches()) {
            return test(test.group(1), test.group(2));
        }
        String first = proof.split("\\s+")[0];
        boolean tool = Set.of("mvn", "java", "bash", "sh").contains(first);
        Path path = Path.of(tool ? "pom.xml" : first);
        return Files.exists(path) ? "" : "no file " + path;
    }

    private String test(String name, String method) {
        Path file = tests.get(name);
        if (file == null) {
            return "no test class " + name;
        }
        if (method == null) {
            return "";
        }
        try {
            var declared = Pattern.compile(TEST_ANNOTATION + "[^;{}]*?\\b" + method + "\\s*[(=]");
            boolean found = declared.matcher(withoutStrings(Files.readString(file))).find();
            return found ? "" : "no test " + method + " in " + file;
        } catch (IOException e) {
            return file + ": " + e.getMessage();
        }
    }

    /// Annotations between the test's own and the method carry strings and arrays; they are
    /// dropped.
    private static String withoutStrings(String source) {
        return source.replaceAll("\"(?:\\\\.|[^\"\\\\\\n])*\"", "\"\"")
                .replaceAll(
                        "@(?:CsvSource|ValueSource|MethodSource|EnumSource)\\s*\\([^)]*\\)", "");
    }

    /// Follows the verbs as far as the frozen list has them, then wants every long option there.
    private String command(List<String> words) {
        String verb = "witan";
        int verbs = 0;
        for (String word : words) {
            if (word.startsWith("-") || !surface.contains(verb + " " + word)) {
                break;
            }
            verb += " " + word;
            verbs++;
        }
        if (verbs == 0 && !words.get(0).startsWith("-")) {
            return "no command 'witan " + words.get(0) + "'";
        }
        for (String word : words) {
            String option = word.replaceFirst("=.*", "");
            if (option.startsWith("--") && !hasOption(verb, option)) {
                return "no option " + option + " of '" + verb + "'";
            }
        }
        return "";
    }

    private boolean hasOption(String verb, String option) {
        var listed =
                Pattern.compile(
                        Pattern.quote(verb) + " (-\\S+ )*" + Pattern.quote(option) + "([ =].*)?");
        return surface.stream().anyMatch(line -> listed.matcher(line).matches());
    }

    private void readTests() throws IOException {
        Files.walkFileTree(
                Path.of("."),
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attrs) {
                        String name = dir.getFileName().toString();
                        boolean skip = name.equals("target") || name.equals(".git");
                        return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attrs) {
                        String name = file.getFileName().toString();
                        if (name.endsWith("Test.java")) {
                            tests.put(name.substring(0, name.length() - ".java".length()), file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
