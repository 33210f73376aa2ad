// SPDX-License-Identifier: Apache-2.0
import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/// Checks or applies the project's Java format: `Format.java check|apply FOLDER`.
final class Format {
    private static final int PASSES_MAX = 4;

    public static void main(String[] args) throws Exception {
        boolean apply = args[0].equals("apply");
        var formatter =
                new Formatter(
                        JavaFormatterOptions.builder()
                                .style(JavaFormatterOptions.Style.AOSP)
                                .build());
        int different = 0;
        List<Path> sources = sources(Path.of(args[1]));
        for (Path source : sources) {
            String before = Files.readString(source);
            String after = stable(formatter, before);
            if (before.equals(after)) {
                continue;
            }
            if (apply) {
                Files.writeString(source, after);
            } else {
                different++;
                System.err.println("not formatted: " + source);
            }
        }
        if (different > 0) {
            System.err.println("to format: mvn -N process-sources -Dfmt=apply");
            System.exit(1);
        }
    }

    /// Long string literals need a second pass before the result stands still.
    private static String stable(Formatter formatter, String source) throws Exception {
        String previous = source;
        for (int pass = 0; pass < PASSES_MAX; pass++) {
            String next =
                    RemoveUnusedImports.removeUnusedImports(
                            formatter.formatSourceAndFixImports(previous));
            if (next.equals(previous)) {
                break;
            }
            previous = next;
        }
        return previous;
    }

    private static List<Path> sources(Path root) throws IOException {
        var found = new ArrayList<Path>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attrs) {
                        String name = dir.getFileName().toString();
                        boolean skip = name.equals("target") || name.equals(".git");
                        return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attrs) {
                        if (file.toString().endsWith(".java")) {
                            found.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        found.sort(null);
        return found;
    }
}
