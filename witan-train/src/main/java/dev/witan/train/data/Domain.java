// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A named kind of text: one file.
public record Domain(String name, Path file) {
    public Domain {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name must not be blank, was '" + name + "'");
        }
    }

    /// One domain per file, named by the file name without its extension.
    ///
    /// **Errors** two files of one name → [DataException].
    public static List<Domain> of(List<Path> files) throws DataException {
        Map<String, Path> byName = new HashMap<>();
        List<Domain> domains = new ArrayList<>();
        for (Path file : files) {
            String name = name(file);
            Path other = byName.put(name, file);
            if (other != null) {
                throw new DataException(
                        file
                                + ": the domain name "
                                + name
                                + " is already taken by "
                                + other
                                + ", rename one of the files");
            }
            domains.add(new Domain(name, file));
        }
        return List.copyOf(domains);
    }

    private static String name(Path file) throws DataException {
        Path last = file.getFileName();
        if (last == null || last.toString().isBlank()) {
            throw new DataException(file + ": is no file");
        }
        String fileName = last.toString();
        int dot = fileName.lastIndexOf('.');
        return dot > 0 ? fileName.substring(0, dot) : fileName;
    }
}
